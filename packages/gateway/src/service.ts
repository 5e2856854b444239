/**
 * Puts the parts of the gateway together.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Service as Journal } from "./Journal.js"
import { list } from "./list/list.js"
import type { Mapped } from "./mapping/message.js"
import type { Answer, Caller, Service } from "./model.js"
import { Refusal, refused, unavailable } from "./refusal.js"
import * as Keyed from "./send/keyed.js"
import * as Keys from "./send/keys.js"
import { type Order, type Parts, reusedByCaller, type Sent, send } from "./send/send.js"
import type { Settings } from "./settings.js"
import * as Directory from "./upstream/directory.js"
import * as Upstream from "./upstream/upstream.js"

/** The header that names the keys that are lost in an answer. */
export const lostHeader = "x-inbox-gateway-lost"

/** The header that names the request, as it is called in the journal. */
export const requestHeader = "x-inbox-gateway-request"

const results = Metric.counter("inbox_gateway_sends", { description: "Sends, by how they ended", incremental: true })

const underWay = Metric.gauge("inbox_gateway_sends_under_way", { description: "Sends that are under way" })

const durations = Metric.timer("inbox_gateway_send", "Time from a request to its answer")

const toAnswer = ({ json, lost }: Mapped, headers: Readonly<Record<string, string>>): Answer => ({
  json,
  headers: { ...headers, [lostHeader]: lost.join(", ") }
})

const resultOf = (refusal: Refusal): keyof typeof counters =>
  refusal.delivery === "Unknown" ? "unknown" : refusal.status === 503 ? "unavailable" : "refused"

const counters = {
  delivered: Metric.tagged(results, "result", "delivered"),
  refused: Metric.tagged(results, "result", "refused"),
  unavailable: Metric.tagged(results, "result", "unavailable"),
  unknown: Metric.tagged(results, "result", "unknown")
}

const counted = (send: Effect.Effect<Sent, Refusal>): Effect.Effect<Sent, Refusal> =>
  send.pipe(
    Effect.tapBoth({
      onSuccess: () => Metric.increment(counters.delivered),
      onFailure: (refusal) => Metric.increment(counters[resultOf(refusal)])
    }),
    Metric.trackDuration(durations)
  )

/** A send under a caller's key that is under way: whoever comes with the same key and message waits for its end. */
interface UnderWay {
  readonly fingerprint: string
  readonly fiber: Fiber.RuntimeFiber<Sent, Refusal>
}

/** Milliseconds of the time that is left, at the most, that a turn has to leave for the send itself; and their share of it. */
const kept = { most: 1_000, share: 0.1 } as const

/** Waits for a turn as long as a send can still end before the deadline, and gives it back. */
const inTurn = <A>(
  permits: Effect.Semaphore,
  deadline: number,
  run: Effect.Effect<A, Refusal>
): Effect.Effect<A, Refusal> =>
  Effect.flatMap(permits.withPermitsIfAvailable(1)(run), (done) =>
    Option.isSome(done) ? Effect.succeed(done.value) : whenThereIsRoom(permits, deadline, run)
  )

const whenThereIsRoom = <A>(
  permits: Effect.Semaphore,
  deadline: number,
  run: Effect.Effect<A, Refusal>
): Effect.Effect<A, Refusal> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const left = Math.max(0, deadline - (yield* Clock.currentTimeMillis))
      yield* restore(
        Effect.timeoutFail(permits.take(1), {
          duration: left - Math.min(kept.most, kept.share * left),
          onTimeout: () => unavailable("TOO_BUSY", "The gateway has too many sends under way")
        })
      )
      return yield* Effect.ensuring(restore(run), permits.release(1))
    })
  )

/** A refusal that names the request. */
const named = ({ code, delivery, headers, message, status }: Refusal, key: string): Refusal =>
  new Refusal({ status, code, message, delivery, headers: { ...headers, [requestHeader]: key } })

/** NUL and lone surrogates: what v2 makes of them is not documented, and nothing may be changed. */
const unkeepable = /[\0\ud800-\udfff]/u

const checkContent = (content: string): Effect.Effect<void, Refusal> =>
  unkeepable.test(content)
    ? refused(422, "VALIDATION_ERROR", "content must hold no NUL and no unpaired surrogate")
    : Effect.void

/** Makes a gateway. */
export const make = (
  http: HttpClient.HttpClient,
  journal: Journal,
  settings: Settings,
  repeatsUnknown: boolean
): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const bare = Upstream.make(http, { baseUrl: settings.baseUrl, maxBodySize: settings.maxAnswerSize })
    const directory = yield* Directory.make(bare, {
      timeoutMillis: settings.attemptTimeout,
      retries: 2,
      teamLife: Duration.millis(settings.teamLife),
      threadLife: Duration.millis(settings.threadLife),
      refusedLife: Duration.millis(settings.refusedLife),
      deadlineMillis: settings.deadline,
      capacity: settings.cacheSize
    })
    const { upstream } = directory
    const parts: Parts = {
      upstream,
      directory,
      journal,
      policy: { attemptMillis: settings.attemptTimeout, longestWait: settings.longestWait, repeatsUnknown },
      lookUpMillis: settings.lookUp
    }
    const fibers = yield* FiberSet.make<Sent, Refusal>()
    yield* Effect.addFinalizer(() =>
      FiberSet.awaitEmpty(fibers).pipe(Effect.timeout(settings.grace), Effect.interruptible, Effect.ignore)
    )
    const permits = yield* Effect.makeSemaphore(settings.concurrency)
    const keyed = new Map<string, UnderWay>()

    /** Begins a send that goes on when nobody waits for it any more. */
    const begin = (order: string, deadline: number, run: Effect.Effect<Sent, Refusal>) =>
      FiberSet.run(
        fibers,
        inTurn(permits, deadline, run).pipe(
          counted,
          Effect.tap(({ headers }) => Effect.annotateCurrentSpan("inbox.request_id", headers["x-request-id"])),
          Effect.withSpan("Gateway.send", { attributes: { "inbox.gateway.request": order }, captureStackTrace: false }),
          Effect.annotateLogs("request", order)
        )
      )

    const fresh = (intent: Keyed.Intent) => {
      const order: Order = { ...intent, key: Keys.fresh(), client: undefined, inDoubt: false }
      return Effect.map(begin(order.key, intent.deadline, send(parts, order)), (fiber) => ({ key: order.key, fiber }))
    }

    const underKey = (intent: Keyed.Intent, client: Keyed.Client) =>
      Effect.suspend(() => {
        const key = Keys.derived(journal.secret, client.key)
        const running = keyed.get(client.key)
        if (running !== undefined) {
          return running.fingerprint === client.fingerprint
            ? Effect.succeed({ key, fiber: running.fiber })
            : reusedByCaller()
        }
        const run = Keyed.sendKeyed(parts, intent, client, settings.keyWindow)
        return Effect.map(begin(key, intent.deadline, run), (fiber) => {
          keyed.set(client.key, { fingerprint: client.fingerprint, fiber })
          fiber.addObserver(() => keyed.delete(client.key))
          return { key, fiber }
        })
      })

    const sendFor: Service["send"] = (caller, request, options) =>
      Effect.gen(function* () {
        yield* checkContent(request.content)
        const deadline = (yield* Clock.currentTimeMillis) + settings.deadline
        const intent: Keyed.Intent = { token: caller.token, teamId: caller.teamId, request, deadline }
        const { idempotencyKey } = options ?? {}
        const { fiber, key } =
          idempotencyKey === undefined
            ? yield* fresh(intent)
            : yield* underKey(intent, Keyed.clientOf(parts, caller.identity, idempotencyKey, request))
        const sent = yield* Effect.mapError(Fiber.join(fiber), (refusal) => named(refusal, key))
        return toAnswer(sent, { ...sent.headers, [requestHeader]: key })
      })

    return {
      authorize: (token, identity) =>
        Effect.map(directory.team(token), (teamId): Caller => ({ token, teamId, identity: identity ?? teamId })),
      send: sendFor,
      list: ({ teamId, token }, { query, threadId }) =>
        list(
          { upstream, directory, timeoutMillis: settings.attemptTimeout, retries: 2 },
          { token, teamId, threadId, query }
        ).pipe(
          Effect.map((listed) => toAnswer(listed, listed.headers)),
          Effect.withSpan("Gateway.list", { captureStackTrace: false })
        ),
      inFlight: Effect.tap(FiberSet.size(fibers), (size) => Metric.set(underWay, size))
    }
  })
