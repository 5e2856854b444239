import type { IncomingMessage, ServerResponse } from "node:http"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Answer from "../Answer.js"
import type { Authenticated } from "../Exchange.js"
import * as Refusal from "../Refusal.js"
import type { ListRequest, Options, SendRequest } from "../Server.js"
import * as operations from "./api/operations.js"
import * as Body from "./http/body.js"
import * as Cors from "./http/cors.js"
import * as Head from "./http/head.js"
import * as Target from "./http/target.js"
import type { State } from "./state.js"

/** An answer at once, an answer to come, or a request that somebody else takes. */
export type Handling<R> =
  | { readonly _tag: "Answer"; readonly answer: Answer.Answer }
  | { readonly _tag: "Effect"; readonly effect: Effect.Effect<Answer.Answer, Refusal.Refusal, R> }
  | { readonly _tag: "Elsewhere"; readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void }

const answering = (answer: Answer.Answer): Handling<never> => ({ _tag: "Answer", answer })

const refusing = (refusal: Refusal.Refusal): Handling<never> => answering(Refusal.toAnswer(refusal))

const failed = new Refusal.Refusal({
  status: 500,
  code: "INTERNAL_SERVER_ERROR",
  message: "The server failed; its log says more"
})

/** Makes every end of a request an answer, but for interruption. */
export const recover = <E, R>(handled: Effect.Effect<Answer.Answer, E, R>): Effect.Effect<Answer.Answer, never, R> =>
  Effect.catchAllCause(handled, (cause) => {
    if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
    const error = Cause.squash(cause)
    return error instanceof Refusal.Refusal
      ? Effect.succeed(Refusal.toAnswer(error))
      : Effect.as(Effect.logError("A request failed", cause), Refusal.toAnswer(failed))
  })

const toAnswer = (handled: object): Answer.Answer => (handled instanceof Answer.Answer ? handled : Answer.json(handled))

const noToken = Refusal.unauthorized("Send the header Authorization: Bearer <token>")

const unknownToken = Refusal.unauthorized("The token is not known here")

const badCursor = Refusal.badRequest(
  "cursorId and cursorTimestamp must both be given, as nextCursor of the page before has them"
)

const allowed = (methods: ReadonlyArray<string>) => ({ allow: [...methods, "OPTIONS"].join(", ") })

const notAllowed = (methods: ReadonlyArray<string>) =>
  new Refusal.Refusal({
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    message: `This path takes ${methods.join(", ")}`,
    headers: allowed(methods)
  })

/** The handling of requests, by the options of a server. */
export const make = <Caller, R>(options: Options<Caller, R>): ((state: State) => Handling<R>) => {
  const basePath = options.basePath ?? "/api/v1"
  const base = basePath
    .split("/")
    .slice(1)
    .filter((segment) => segment !== "")
  const bodyLimit = options.bodyLimit ?? 2 ** 20
  const cors = options.cors ?? []
  const routes = new Map(Object.entries(options.routes ?? {}))

  const nothingHere = refusing(
    new Refusal.Refusal({
      status: 404,
      code: "NOT_FOUND",
      message: `There is nothing here: messages are sent with POST /${[...base, "threads/{threadId}/messages"].join("/")}`
    })
  )

  const send = (state: State, exchange: Authenticated<Caller>, threadId: string) =>
    Effect.flatMap(Body.readJson(state, bodyLimit), (body) =>
      Effect.flatMap(operations.readPayload(body), (payload) => {
        const request: SendRequest<Caller> = { ...payload, threadId, caller: exchange.caller, exchange }
        return Effect.map(options.send(request), toAnswer)
      })
    )

  const list = (state: State, exchange: Authenticated<Caller>, threadId: string) =>
    Effect.flatMap(operations.readQuery(state.target.query), ({ cursorId, cursorTimestamp, limit }) => {
      if ((cursorId === undefined) !== (cursorTimestamp === undefined)) return Effect.fail(badCursor)
      const request: ListRequest<Caller> = {
        threadId,
        limit: limit ?? ListMessages.defaultLimit,
        cursor:
          cursorId === undefined || cursorTimestamp === undefined
            ? undefined
            : { id: cursorId, timestamp: cursorTimestamp },
        caller: exchange.caller,
        exchange
      }
      return Effect.map(options.list(request), toAnswer)
    })

  const operate = (state: State, exchange: Authenticated<Caller>) => {
    const threadId = state.threadId ?? ""
    const refusal = operations.checkThread(threadId)
    if (refusal !== undefined) return Effect.fail(refusal)
    return state.operation === "send" ? send(state, exchange, threadId) : list(state, exchange, threadId)
  }

  const proceed = (state: State, exchange: Authenticated<Caller>) => {
    if (options.around === undefined) return operate(state, exchange)
    return options.around(exchange, Effect.zipLeft(recover(operate(state, exchange)), Body.drain(state)))
  }

  const limit = (state: State, exchange: Authenticated<Caller>) => {
    if (options.rateLimit === undefined) return proceed(state, exchange)
    return Effect.flatMap(options.rateLimit(exchange.caller), (verdict) => {
      state.verdict = verdict
      return verdict.retryAfter === undefined
        ? proceed(state, exchange)
        : Effect.fail(Refusal.rateLimited(verdict.retryAfter))
    })
  }

  const authenticate = (state: State): Handling<R> => {
    const token = Head.tokenOf(state)
    if (Option.isNone(token)) return refusing(noToken)
    const effect = Effect.flatMap(options.authenticate(token.value, state), (caller) => {
      if (Option.isNone(caller)) return Effect.fail(unknownToken)
      return limit(state, state.authenticated(caller.value))
    })
    return { _tag: "Effect", effect }
  }

  const outside = (state: State): Handling<R> => {
    const route = state.segments === undefined ? undefined : routes.get(`/${state.segments.join("/")}`)
    if (route !== undefined) {
      if (state.method === "GET" || state.method === "HEAD") return { _tag: "Effect", effect: route(state) }
      return state.method === "OPTIONS"
        ? answering(Answer.empty({ headers: allowed(["GET", "HEAD"]) }))
        : refusing(notAllowed(["GET", "HEAD"]))
    }
    const listener = state.segments === undefined ? undefined : options.elsewhere?.(state)
    return listener === undefined ? nothingHere : { _tag: "Elsewhere", listener }
  }

  return (state) => {
    const refusal = Head.refuse(state)
    if (refusal !== undefined) return refusing(refusal)
    const { segments } = state
    if (segments === undefined || !Target.isBelow(segments, base)) return outside(state)
    const found = operations.find(segments.slice(base.length), state.method)
    if (found === undefined) return nothingHere
    state.operation = found.operation
    state.threadId = found.threadId
    if (state.method === "OPTIONS") {
      const preflight = Cors.preflight(cors, state, found.methods)
      return answering(preflight ?? Answer.empty({ headers: allowed(found.methods) }))
    }
    if (found.operation === undefined) return refusing(notAllowed(found.methods))
    const unfit = options.admit?.(state)
    return unfit === undefined ? authenticate(state) : refusing(unfit)
  }
}
