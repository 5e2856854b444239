import type { IncomingMessage, ServerResponse } from "node:http"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Answer from "../Answer.js"
import * as Eager from "../Eager.js"
import type { Authenticated } from "../Exchange.js"
import type * as RateLimit from "../RateLimit.js"
import * as Refusal from "../Refusal.js"
import type { Options, SendRequest } from "../Server.js"
import * as operations from "./api/operations.js"
import * as Body from "./http/body.js"
import * as Cors from "./http/cors.js"
import * as Head from "./http/head.js"
import * as Target from "./http/target.js"
import type { State } from "./state.js"

/** An answer that is to come. */
type Handled<R> = Effect.Effect<Answer.Answer, Refusal.Refusal, R>

/** Next step for a request of the API: to answer, to wait for the answer, or to read the body first. */
export type Step<R> =
  | { readonly _tag: "Answer"; readonly answer: Answer.Answer }
  | { readonly _tag: "Effect"; readonly effect: Handled<R> }
  | { readonly _tag: "Body"; readonly limit: number; readonly next: (body: unknown) => Handled<R> }

/** The same, or a request that somebody else takes. */
export type Handling<R> =
  | Step<R>
  | { readonly _tag: "Elsewhere"; readonly listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void }

const answering = (answer: Answer.Answer): Step<never> => ({ _tag: "Answer", answer })

const refusing = (refusal: Refusal.Refusal): Step<never> => answering(Refusal.toAnswer(refusal))

const waiting = <R>(effect: Handled<R>): Step<R> => ({ _tag: "Effect", effect })

const failed = new Refusal.Refusal({
  status: 500,
  code: "INTERNAL_SERVER_ERROR",
  message: "The server failed; its log says more"
})

/**
 * Makes a failure an answer. Whatever is no refusal is a fault of the server's, which goes into its log; `undefined` where
 * the caller has left.
 */
export const toRefusal = (cause: Cause.Cause<unknown>): Effect.Effect<Answer.Answer | undefined> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.succeed(undefined)
  const error = Cause.squash(cause)
  return error instanceof Refusal.Refusal
    ? Effect.succeed(Refusal.toAnswer(error))
    : Effect.as(Effect.logError("A request failed", cause), Refusal.toAnswer(failed))
}

/** Makes every end of a request an answer, but for interruption. */
const recover = <E, R>(handled: Effect.Effect<Answer.Answer, E, R>): Effect.Effect<Answer.Answer, never, R> =>
  Effect.catchAllCause(handled, (cause) =>
    Effect.flatMap(toRefusal(cause), (answer) => (answer === undefined ? Effect.interrupt : Effect.succeed(answer)))
  )

const toAnswer = (handled: object): Answer.Answer => (handled instanceof Answer.Answer ? handled : Answer.json(handled))

const unknownToken = Refusal.unauthorized("The token is not known here")

/** The handling of requests, by the options of a server. */
export const make = <Caller, R>(options: Options<Caller, R>): ((state: State) => Handling<R>) => {
  const basePath = options.basePath ?? "/api/v1"
  const base = basePath
    .split("/")
    .slice(1)
    .filter((segment) => segment !== "")
  const bodyLimit = options.bodyLimit ?? Body.defaultLimit
  const cors = options.cors ?? []
  const routes = new Map(Object.entries(options.routes ?? {}))

  const nothingHere = refusing(operations.nothingHere(base))

  const send = (exchange: Authenticated<Caller>, threadId: string): Step<R> => ({
    _tag: "Body",
    limit: bodyLimit,
    next: (body) => {
      const payload = operations.readPayload(body)
      if (Either.isLeft(payload)) return Effect.fail(payload.left)
      const request: SendRequest<Caller> = { ...payload.right, threadId, caller: exchange.caller, exchange }
      return Eager.map(options.send(request), toAnswer)
    }
  })

  const list = (state: State, exchange: Authenticated<Caller>, threadId: string) =>
    Effect.flatMap(operations.readQuery(state.target.query), (range) =>
      Effect.map(options.list({ ...range, threadId, caller: exchange.caller, exchange }), toAnswer)
    )

  const operate = (state: State, exchange: Authenticated<Caller>): Step<R> => {
    const threadId = state.threadId ?? ""
    const refusal = operations.checkThread(threadId)
    if (refusal !== undefined) return refusing(refusal)
    return state.operation === "send" ? send(exchange, threadId) : waiting(list(state, exchange, threadId))
  }

  /** A step as one effect. */
  const toEffect = (state: State, step: Step<R>): Handled<R> => {
    switch (step._tag) {
      case "Answer":
        return Effect.succeed(step.answer)
      case "Effect":
        return step.effect
      case "Body":
        return Effect.flatMap(Body.readJson(state, step.limit), step.next)
    }
  }

  const proceed = (state: State, exchange: Authenticated<Caller>): Step<R> => {
    if (options.around === undefined) return operate(state, exchange)
    const handled = Effect.zipLeft(
      recover(Effect.suspend(() => toEffect(state, operate(state, exchange)))),
      Body.drain(state)
    )
    const surrounded = options.around(exchange, handled)
    return surrounded === handled ? operate(state, exchange) : waiting(surrounded)
  }

  const limit = (state: State, exchange: Authenticated<Caller>): Step<R> => {
    if (options.rateLimit === undefined) return proceed(state, exchange)
    const judge = (verdict: RateLimit.Verdict): Step<R> => {
      state.verdict = verdict
      return verdict.retryAfter === undefined
        ? proceed(state, exchange)
        : refusing(Refusal.rateLimited(verdict.retryAfter))
    }
    return continuing(state, options.rateLimit(exchange.caller), judge)
  }

  /** Goes on with what a hook says: at once where that is known. */
  const continuing = <A>(
    state: State,
    said: Effect.Effect<A, Refusal.Refusal, R>,
    next: (value: A) => Step<R>
  ): Step<R> => {
    const known = Eager.known(said)
    return known !== undefined && Exit.isSuccess(known)
      ? next(known.value)
      : waiting(Effect.flatMap(said, (value) => toEffect(state, next(value))))
  }

  const authenticate = (state: State): Step<R> => {
    const token = Head.readToken(state.headers.authorization)
    if (Either.isLeft(token)) return refusing(token.left)
    return continuing(state, options.authenticate(token.right, state), (caller) =>
      Option.isNone(caller) ? refusing(unknownToken) : limit(state, state.authenticated(caller.value))
    )
  }

  const outside = (state: State): Handling<R> => {
    const route = state.segments === undefined ? undefined : routes.get(`/${state.segments.join("/")}`)
    if (route !== undefined) {
      if (state.method === "GET" || state.method === "HEAD") return waiting(route(state))
      return state.method === "OPTIONS"
        ? answering(Answer.empty({ headers: operations.allowed(["GET", "HEAD"]) }))
        : refusing(operations.notAllowed(["GET", "HEAD"]))
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
      return answering(preflight ?? Answer.empty({ headers: operations.allowed(found.methods) }))
    }
    if (found.operation === undefined) return refusing(operations.notAllowed(found.methods))
    const unfit = options.admit?.(state)
    return unfit === undefined ? authenticate(state) : refusing(unfit)
  }
}
