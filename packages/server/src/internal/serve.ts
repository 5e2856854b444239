import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Answer from "../Answer.js"
import * as Eager from "../Eager.js"
import type { Exchange } from "../Exchange.js"
import * as RateLimit from "../RateLimit.js"
import { type Refusal, toAnswer } from "../Refusal.js"
import type { Options, Server } from "../Server.js"
import type { ServerError } from "../ServerError.js"
import * as Handle from "./handle.js"
import * as Body from "./http/body.js"
import * as Cors from "./http/cors.js"
import * as Listen from "./http/listen.js"
import { type Expectation, State } from "./state.js"

const fullLength = ({ body }: Answer.Answer): string =>
  String(typeof body === "string" ? Buffer.byteLength(body) : body.byteLength)

/** Tells whether nothing of the body is left that its sender could be busy with. */
const isDrained = ({ awaitsContinue, incoming }: State): boolean =>
  incoming.complete || incoming.destroyed || awaitsContinue

/** Makes what a hook throws a defect. */
const attempt = <R>(
  handled: () => Effect.Effect<Answer.Answer, Refusal, R>
): Effect.Effect<Answer.Answer, Refusal, R> => {
  try {
    return handled()
  } catch (error) {
    return Effect.die(error)
  }
}

/** Writes answers, with the headers that all of them have. */
const makeWriter = <Caller, R>(options: Options<Caller, R>, closing: () => boolean) => {
  const cors = options.cors ?? []

  const headersOf = (state: State, answer: Answer.Answer): Record<string, string> => {
    const headers: Record<string, string> = { "x-request-id": state.id }
    if (options.rateLimit !== undefined) {
      const standing = state.verdict?.standing ?? RateLimit.untouched(state.startedAt)
      Object.assign(headers, RateLimit.toHeaders(standing))
    }
    if (cors.length > 0) Object.assign(headers, Cors.headersFor(cors, state))
    if (answer.status === 401) headers["www-authenticate"] = "Bearer"
    if (answer.status !== 204) headers["content-length"] = fullLength(answer)
    if (closing() || state.awaitsContinue) headers.connection = "close"
    return Object.assign(headers, options.headers?.(answer), answer.headers)
  }

  const complete = (state: State, plain: Answer.Answer): Answer.Answer =>
    new Answer.Answer(plain.status, headersOf(state, plain), plain.body)

  const end = (state: State, answer: Answer.Answer | undefined) => options.onEnd?.(state as Exchange<Caller>, answer)

  const write = (state: State, plain: Answer.Answer): void => {
    const answer = complete(state, plain)
    end(state, answer)
    state.outgoing.writeHead(answer.status, answer.headers)
    state.outgoing.end(answer.body)
  }

  /** Ends a request without an answer. */
  const abandon = (state: State): void => {
    end(state, undefined)
    state.outgoing.destroy()
  }

  return { complete, write, abandon }
}

type Writer = ReturnType<typeof makeWriter>

/** Brings requests to their end: runs what has to be run, until the caller leaves, and writes the answer. */
const makeRunner = <R>(runtime: Runtime.Runtime<R>, { abandon, write }: Writer) => {
  const runFork = Runtime.runFork(runtime)

  /** Writes an answer, once nothing is left of the body that its sender could be busy with. */
  const finish = (state: State, answer: Answer.Answer | undefined): void => {
    if (answer === undefined || state.outgoing.headersSent || state.outgoing.destroyed) abandon(state)
    else if (isDrained(state)) write(state, answer)
    else run(state, Body.drain(state), () => write(state, answer))
  }

  /** Runs an effect until the caller leaves. */
  const run = <A, E>(
    state: State,
    effect: Effect.Effect<A, E, R>,
    next: (value: A) => void,
    onFailure: (cause: Cause.Cause<E>) => void = () => abandon(state)
  ): void => {
    const fiber = runFork(effect)
    const leave = () => fiber.unsafeInterruptAsFork(FiberId.none)
    state.outgoing.once("close", leave)
    fiber.addObserver((exit) => {
      state.outgoing.off("close", leave)
      if (Exit.isSuccess(exit)) next(exit.value)
      else if (Cause.isInterruptedOnly(exit.cause)) abandon(state)
      else onFailure(exit.cause)
    })
  }

  /** Goes on with the result of an effect: at once where it is known. */
  const wait = <A, E>(
    state: State,
    effect: Effect.Effect<A, E, R>,
    next: (value: A) => void,
    onFailure?: (cause: Cause.Cause<E>) => void
  ): void => {
    const known = Eager.known(effect)
    if (known !== undefined && Exit.isSuccess(known)) next(known.value)
    else run(state, effect, next, onFailure)
  }

  const answer = (state: State, handled: () => Effect.Effect<Answer.Answer, Refusal, R>): void =>
    wait(
      state,
      attempt(handled),
      (answer) => finish(state, answer),
      (cause) => wait(state, Handle.toRefusal(cause), (answer) => finish(state, answer))
    )

  /** Reads the body before anything is run: a send that is refused for it costs no fiber. */
  const read = (state: State, { limit, next }: Extract<Handle.Step<R>, { readonly _tag: "Body" }>): void => {
    Body.receiveJson(state, limit, (body) => {
      if (state.outgoing.destroyed) abandon(state)
      else if (Either.isLeft(body)) finish(state, toAnswer(body.left))
      else answer(state, () => next(body.right))
    })
  }

  return { answer, finish, read }
}

/** A request in the hands of the server: begun by a listener, ended by an answer or without one. */
const makeListener = <Caller, R>(options: Options<Caller, R>, runtime: Runtime.Runtime<R>, closing: () => boolean) => {
  const handle = Handle.make(options)
  const makeId = options.makeId ?? randomUUID
  const keepBytes = options.keepBytes ?? 0
  const writer = makeWriter(options, closing)
  const { answer, finish, read } = makeRunner(runtime, writer)

  return (expectation: Expectation) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const state = new State(makeId(), incoming, outgoing, expectation, keepBytes, writer.complete)
    const handling = handle(state)
    switch (handling._tag) {
      case "Answer":
        return finish(state, handling.answer)
      case "Effect":
        return answer(state, () => handling.effect)
      case "Body":
        return read(state, handling)
      case "Elsewhere":
        state.goOn()
        return handling.listener(incoming, outgoing)
    }
  }
}

const urlOf = (host: string, port: number, basePath: string): string => {
  // A person cannot connect to "every address", so the URL names this machine.
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}${basePath}`
}

/** The longest time that a timer of Node's can wait for: a longer one would be over at once. */
const longest = 2 ** 31 - 1

const millisOf = (time: Duration.DurationInput): number => Math.min(Duration.toMillis(time), longest)

export const serve = <Caller, R = never>(
  options: Options<Caller, R>
): Effect.Effect<typeof Server.Service, ServerError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<R>()
    const host = options.host ?? "127.0.0.1"
    const server = Listen.make({
      requestMillis: millisOf(options.requestTimeout ?? "2 minutes"),
      idleMillis: millisOf(options.idleTimeout ?? "1 minute"),
      onUnreadable: options.onUnreadable
    })
    const listener = makeListener(options, runtime, () => !server.listening)
    server
      .on("request", listener("nothing"))
      .on("checkContinue", listener("continue"))
      .on("checkExpectation", listener("unknown"))
    const shutdownMillis = millisOf(options.shutdownTimeout ?? "10 seconds")
    const port = yield* Listen.listen(server, host, options.port ?? 0, shutdownMillis)
    return { port, url: urlOf(host, port, options.basePath ?? "/api/v1") }
  })
