import { randomUUID } from "node:crypto"
import type { IncomingMessage, ServerResponse } from "node:http"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Answer from "../Answer.js"
import type { Exchange } from "../Exchange.js"
import * as RateLimit from "../RateLimit.js"
import type { Options, Server } from "../Server.js"
import type { ServerError } from "../ServerError.js"
import * as Handle from "./handle.js"
import * as Body from "./http/body.js"
import * as Cors from "./http/cors.js"
import * as Listen from "./http/listen.js"
import { type Expectation, State } from "./state.js"

const fullLength = ({ body }: Answer.Answer): string =>
  String(typeof body === "string" ? Buffer.byteLength(body) : body.byteLength)

/** A request in the hands of the server: begun by a listener, ended by an answer or without one. */
const makeListener = <Caller, R>(options: Options<Caller, R>, runtime: Runtime.Runtime<R>, closing: () => boolean) => {
  const handle = Handle.make(options)
  const makeId = options.makeId ?? randomUUID
  const keepBytes = options.keepBytes ?? 0
  const cors = options.cors ?? []
  const runFork = Runtime.runFork(runtime)

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
    return Object.assign(headers, answer.headers)
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

  const fork = (state: State, effect: Effect.Effect<Answer.Answer, never, R>): void => {
    const fiber = runFork(effect)
    const leave = () => fiber.unsafeInterruptAsFork(FiberId.none)
    state.outgoing.once("close", leave)
    fiber.addObserver((exit) => {
      state.outgoing.off("close", leave)
      if (Exit.isSuccess(exit) && !state.outgoing.headersSent) {
        write(state, exit.value)
        return
      }
      end(state, undefined)
      state.outgoing.destroy()
    })
  }

  return (expectation: Expectation) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const state = new State(makeId(), incoming, outgoing, expectation, keepBytes, complete)
    const handling = handle(state)
    switch (handling._tag) {
      case "Answer":
        if (incoming.complete) write(state, handling.answer)
        else fork(state, Effect.as(Body.drain(state), handling.answer))
        return
      case "Effect":
        return fork(state, Effect.zipLeft(Handle.recover(handling.effect), Body.drain(state)))
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

export const serve = <Caller, R = never>(
  options: Options<Caller, R>
): Effect.Effect<typeof Server.Service, ServerError, R | Scope.Scope> =>
  Effect.gen(function* () {
    const runtime = yield* Effect.runtime<R>()
    const host = options.host ?? "127.0.0.1"
    const server = Listen.make({
      requestMillis: Duration.toMillis(options.requestTimeout ?? "2 minutes"),
      idleMillis: Duration.toMillis(options.idleTimeout ?? "1 minute"),
      onUnreadable: options.onUnreadable
    })
    const listener = makeListener(options, runtime, () => !server.listening)
    server
      .on("request", listener("nothing"))
      .on("checkContinue", listener("continue"))
      .on("checkExpectation", listener("unknown"))
    const shutdownMillis = Duration.toMillis(options.shutdownTimeout ?? "10 seconds")
    const port = yield* Listen.listen(server, host, options.port ?? 0, shutdownMillis)
    return { port, url: urlOf(host, port, options.basePath ?? "/api/v1") }
  })
