import { inspect } from "node:util"
import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import { AggregationTemporality, type DataPoint, InMemoryMetricExporter } from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter, type ReadableSpan } from "@opentelemetry/sdk-trace-base"
import { Effect, Exit, Layer, Metric, Redacted } from "effect"
import { program, telemetry } from "../examples/telemetry.js"
import * as Servers from "./Servers.js"

const token = "inbox_tok_5f2c9d"

const text = "Your parcel is on its way"

/** In-memory exporters forget what they have when they are shut down, which happens as the program ends. */
class Spans extends InMemorySpanExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve()
  }
}

class Metrics extends InMemoryMetricExporter {
  override shutdown(): Promise<void> {
    return Promise.resolve()
  }
}

/** Runs the example against a server, and gives what has been exported by the time that it has ended. */
const exported = (answer: Parameters<typeof Servers.http>[0]) =>
  Effect.gen(function* () {
    const { baseUrl } = yield* Servers.http(answer)
    const spans = new Spans()
    const metrics = new Metrics(AggregationTemporality.CUMULATIVE)
    const inbox = InboxClient.layer({
      token: Redacted.make(token),
      baseUrl,
      retry: RetryPolicy.make({ baseDelay: "1 millis" })
    }).pipe(Layer.provide(FetchHttpClient.layer))
    const exit = yield* Effect.exit(
      program.pipe(Effect.provide(inbox), Effect.provide(telemetry(spans, metrics)), Effect.scoped)
    )
    return { baseUrl, exit, spans: spans.getFinishedSpans(), metrics: metrics.getMetrics().at(-1) }
  })

type Exported = Effect.Effect.Success<ReturnType<typeof exported>>

const spanOf = ({ spans }: Exported, name: string): ReadableSpan => {
  const found = spans.filter((span) => span.name === name)
  assert.lengthOf(found, 1)
  return found[0] as ReadableSpan
}

const pointsOf = ({ metrics }: Exported, name: string): ReadonlyArray<DataPoint<unknown>> => {
  const all = metrics?.scopeMetrics.flatMap((scope) => scope.metrics) ?? []
  const [found] = all.filter(({ descriptor }) => descriptor.name === name)
  return found?.dataPoints ?? []
}

/** Tells whether these are the tags, and no others: a test that tags its metrics has points of its own. Units do not count. */
const areTags = (tags: Record<string, string>, found: ReadonlyArray<readonly [string, unknown]>): boolean => {
  const own = found.filter(([key]) => key !== "unit" && key !== "time_unit")
  return own.length === Object.keys(tags).length && own.every(([key, value]) => tags[key] === value)
}

/** The value of the point with these attributes. Metrics are global: the sends of other tests may be in it too. */
const valueOf = (from: Exported, name: string, attributes: Record<string, string>): unknown => {
  const found = pointsOf(from, name).filter((point) => areTags(attributes, Object.entries(point.attributes)))
  assert.lengthOf(found, 1, inspect(pointsOf(from, name), { depth: 4 }))
  return found[0]?.value
}

/** Number of values that a metric with these tags, or with any, has taken so far, whoever it was that gave them. */
const taken = (name: string, tags?: Record<string, string>): number =>
  Metric.unsafeSnapshot()
    .filter(
      ({ metricKey }) =>
        metricKey.name === name &&
        (tags === undefined ||
          areTags(
            tags,
            metricKey.tags.map(({ key, value }) => [key, value])
          ))
    )
    .reduce((sum, { metricState }) => sum + Number("count" in metricState ? metricState.count : 0), 0)

const assertHoldsNoSecret = (from: Exported) => {
  const seen = from.spans.map(({ attributes, events, links, name, resource, status }) => [
    name,
    attributes,
    events,
    links,
    status,
    resource.attributes
  ])
  const rendered = inspect([seen, from.metrics], { depth: Infinity, showHidden: true, maxStringLength: Infinity })
  for (const part of ["InboxClient.sendMessage", "inbox.delivery", "inbox_client_sends"]) assert.include(rendered, part)
  for (const secret of [token, "5f2c9d", text, "parcel is", "Bearer"]) assert.notInclude(rendered, secret)
}

describe("the example of telemetry", () => {
  it.live("exports the span and the metrics of a send that was tried again", () =>
    Effect.gen(function* () {
      let requests = 0
      const tags = { delivery: "Delivered", error: "none" }
      const before = {
        sends: taken("inbox_client_sends", tags),
        durations: taken("inbox_client_send_duration", tags),
        attempts: taken("inbox_client_attempts")
      }
      const from = yield* exported((response, { body }) => {
        const [status, answer] =
          ++requests === 1
            ? [429, { error: { code: "RATE_LIMITED", message: `no, ${token}: ${body}` } }]
            : [200, { ...Servers.message, content: text }]
        response
          .writeHead(status as number, { "content-type": "application/json", "x-request-id": `req_${requests}` })
          .end(JSON.stringify(answer))
      })
      assert.isTrue(Exit.isSuccess(from.exit))

      const span = spanOf(from, "InboxClient.sendMessage")
      assert.deepInclude(span.attributes, {
        "http.request.method": "POST",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
        "inbox.delivery": "Delivered",
        "messaging.destination.name": "l44e15irdq4db30i77cgphhx",
        "messaging.operation.name": "sendMessage",
        "messaging.operation.type": "send",
        "messaging.system": "inbox",
        "server.address": "127.0.0.1",
        "server.port": Number(new URL(from.baseUrl).port),
        "url.full": `${from.baseUrl}/threads/l44e15irdq4db30i77cgphhx/messages`,
        "url.template": "/threads/{threadId}/messages"
      })
      assert.notProperty(span.attributes, "error.type")
      assert.deepStrictEqual(
        span.events
          .filter(({ name }) => name === "inbox.attempt")
          .map(({ attributes }) => [attributes?.["inbox.attempt.outcome"], attributes?.["http.response.status_code"]]),
        [
          ["RateLimited", 429],
          ["Message", 200]
        ]
      )
      const parent = spanOf(from, "tellCustomer")
      assert.strictEqual(span.parentSpanContext?.spanId, parent.spanContext().spanId)
      assert.strictEqual(span.resource.attributes["service.name"], "parcels")

      assert.strictEqual(valueOf(from, "inbox_client_sends", tags), before.sends + 1)
      assert.deepInclude(valueOf(from, "inbox_client_send_duration", tags) as object, { count: before.durations + 1 })
      assert.isAtLeast(pointsOf(from, "inbox_client_attempts").length, 2)
      assert.strictEqual(taken("inbox_client_attempts"), before.attempts + 2)
      assertHoldsNoSecret(from)
    }).pipe(Effect.scoped)
  )

  it.live("exports a failure by its kind, without the words that the server repeats", () =>
    Effect.gen(function* () {
      const tags = { delivery: "NotDelivered", error: "Forbidden" }
      const before = taken("inbox_client_sends", tags)
      const from = yield* exported((response, { body, headers }) =>
        response
          .writeHead(403, { "content-type": "application/json" })
          .end(JSON.stringify({ error: { code: "FORBIDDEN", message: `${headers.authorization} ${body}` } }))
      )
      assert.isTrue(Exit.isFailure(from.exit))
      const span = spanOf(from, "InboxClient.sendMessage")
      assert.deepInclude(span.attributes, {
        "error.type": "Forbidden",
        "http.response.status_code": 403,
        "inbox.delivery": "NotDelivered"
      })
      assert.strictEqual(valueOf(from, "inbox_client_sends", tags), before + 1)
      assertHoldsNoSecret(from)
    }).pipe(Effect.scoped)
  )
})
