/**
 * Records sends in spans, metrics and logs. Nothing here takes a token or a text.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import type * as Metric from "effect/Metric"
import * as MetricLabel from "effect/MetricLabel"
import type * as Tracer from "effect/Tracer"
import type * as Attempt from "../Attempt.js"
import type * as Delivery from "../Delivery.js"
import * as Metrics from "../Metrics.js"
import type { BaseUrl } from "./config/settings.js"
import { parseUrl } from "./http/web.js"

export type AnyFiber = Fiber.RuntimeFiber<unknown, unknown>

/** The clock of a fiber, to be read without an effect. */
export const clockOf = (fiber: AnyFiber): Clock.Clock => Context.unsafeGet(fiber.currentDefaultServices, Clock.Clock)

const known = new Map<string, ReadonlyArray<MetricLabel.MetricLabel>>()

/** Metrics find their state again by the identity of the labels, so each combination is made once. */
const labels = (
  pairs: ReadonlyArray<readonly [key: string, value: string]>
): ReadonlyArray<MetricLabel.MetricLabel> => {
  const name = pairs.map((pair) => pair[1]).join()
  let found = known.get(name)
  if (found === undefined) {
    found = pairs.map(([key, value]) => MetricLabel.make(key, value))
    known.set(name, found)
  }
  return found
}

const update = <Type, In, Out>(
  fiber: AnyFiber,
  metric: Metric.Metric<Type, In, Out>,
  input: In,
  own: ReadonlyArray<MetricLabel.MetricLabel>
): void => {
  const inherited = fiber.getFiberRef(FiberRef.currentMetricLabels)
  metric.unsafeUpdate(input, inherited.length === 0 ? own : [...inherited, ...own])
}

/** An attempt, as telemetry records it; `delay` is in milliseconds. */
export interface Attempted extends Pick<Attempt.Attempt, "number" | "outcome" | "status" | "requestId"> {
  readonly delay: number
}

/** Counts an attempt, and writes it into the span. */
export const attempted = (fiber: AnyFiber, clock: Clock.Clock, span: Tracer.Span, one: Attempted): void => {
  update(fiber, Metrics.attempts, 1, labels([["outcome", one.outcome]]))
  span.event("inbox.attempt", clock.unsafeCurrentTimeNanos(), {
    "inbox.attempt.number": one.number,
    "inbox.attempt.outcome": one.outcome,
    "inbox.attempt.delay_ms": one.delay,
    ...(one.status === undefined ? {} : { "http.response.status_code": one.status }),
    ...(one.requestId === undefined ? {} : { "inbox.request_id": one.requestId })
  })
}

/** End of a send. */
export interface Ended {
  readonly delivery: Delivery.Delivery
  readonly error: string | undefined
  readonly seconds: number
  readonly attempts: number
  readonly exit: Exit.Exit<unknown, unknown>
}

/** Counts and measures a send, and ends its span. */
export const ended = (fiber: AnyFiber, clock: Clock.Clock, span: Tracer.Span, end: Ended): void => {
  const own = labels([
    ["delivery", end.delivery],
    ["error", end.error ?? "none"]
  ])
  update(fiber, Metrics.sends, 1, own)
  update(fiber, Metrics.duration, end.seconds, own)
  span.attribute("inbox.delivery", end.delivery)
  if (end.error !== undefined) span.attribute("error.type", end.error)
  if (end.attempts > 1) span.attribute("http.request.resend_count", end.attempts - 1)
  span.end(clock.unsafeCurrentTimeNanos(), end.exit)
}

/** Options of the span of every send. */
export const spanOptions = ({ origin }: BaseUrl): Tracer.SpanOptions => {
  const { hostname, port, protocol } = parseUrl(origin)
  return {
    kind: "client",
    captureStackTrace: false,
    attributes: {
      "http.request.method": "POST",
      "url.template": "/threads/{threadId}/messages",
      "server.address": hostname,
      "server.port": port === "" ? (protocol === "https:" ? 443 : 80) : Number(port),
      "messaging.system": "inbox",
      "messaging.operation.name": "sendMessage",
      "messaging.operation.type": "send"
    }
  }
}
