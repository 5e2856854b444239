/**
 * A strict HTTP server of the Inbox API's contract around two effects: one that sends, one that lists.
 *
 * @since 0.1.0
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type * as ListMessages from "@inbox-effect/client/ListMessages"
import type * as Message from "@inbox-effect/client/Message"
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Answer from "./Answer.js"
import type * as Exchange from "./Exchange.js"
import * as operations from "./internal/api/operations.js"
import * as internal from "./internal/serve.js"
import type * as RateLimit from "./RateLimit.js"
import type * as Refusal from "./Refusal.js"
import type { ServerError } from "./ServerError.js"

/**
 * A message to send. It has been held to the contract: the thread is in the pattern of identifiers, the content has a
 * character at least. That the thread exists, and holds the message that is replied to, is for the effect to say.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendRequest<out Caller> extends SendMessage.SendMessage {
  readonly caller: Caller
  readonly exchange: Exchange.Authenticated<Caller>
}

/**
 * A page of a thread to list, newest first. `cursor` is the `nextCursor` of the page before, as the caller gives it back.
 *
 * @since 0.1.0
 * @category models
 */
export interface ListRequest<out Caller> {
  readonly threadId: string
  readonly limit: number
  readonly cursor: ListMessages.Cursor | undefined
  readonly caller: Caller
  readonly exchange: Exchange.Authenticated<Caller>
}

/**
 * Something that arrived and is no readable request: not HTTP, too long, or too late. It was refused with this status.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unreadable {
  readonly status: number
  readonly code: string
  readonly message: string
  /** The beginning of what arrived, as far as Node's parser still has it. */
  readonly bytes: Uint8Array
}

/**
 * Options of a server. `authenticate`, `send` and `list` are what it serves; all others have defaults.
 *
 * An effect refuses a request by failing with a {@link Refusal.Refusal}. A defect is logged, and answered with 500.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<Caller, R = never> {
  /** Tells whom a token stands for: `None` refuses it with 401. Runs before anything else of the request is judged. */
  readonly authenticate: (
    token: Redacted.Redacted,
    exchange: Exchange.Exchange
  ) => Effect.Effect<Option.Option<Caller>, Refusal.Refusal, R>
  /** Sends one message, and returns it as it was sent. It is interrupted when the caller leaves, unless it forbids that. */
  readonly send: (
    request: SendRequest<NoInfer<Caller>>
  ) => Effect.Effect<Message.Message | Answer.Answer, Refusal.Refusal, R>
  /** Lists messages of a thread. */
  readonly list: (
    request: ListRequest<NoInfer<Caller>>
  ) => Effect.Effect<ListMessages.Page | Answer.Answer, Refusal.Refusal, R>

  /** The port to listen on. Default: 0, which takes a free one. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined
  /** The path that the API is served under. Default: `/api/v1`. */
  readonly basePath?: `/${string}` | undefined
  /** Bytes that a body may have. More is answered with 413. Default: 1 MiB (1,048,576). */
  readonly bodyLimit?: number | undefined
  /** Time in which a request has to arrive, else it is answered with 408. Default: two minutes. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** Time that an idle connection is kept open. Default: one minute. */
  readonly idleTimeout?: Duration.DurationInput | undefined
  /** Time in which requests are finished when the server closes, before they are cut off. Default: ten seconds. */
  readonly shutdownTimeout?: Duration.DurationInput | undefined
  /** Origins of web sites whose scripts may call the API, such as `https://app.example`. Default: none. */
  readonly cors?: ReadonlyArray<string> | undefined

  /** Counts a request of a caller. The answer shows its standing; a verdict with `retryAfter` is a 429. */
  readonly rateLimit?: ((caller: Caller) => Effect.Effect<RateLimit.Verdict, Refusal.Refusal, R>) | undefined
  /** Refuses a request for the API before its token is looked at, for its host or its origin for example. */
  readonly admit?: ((exchange: Exchange.Exchange) => Refusal.Refusal | undefined) | undefined
  /**
   * Stands around the handling of each request whose token was accepted and whose limits have room. `handled` reads the
   * request, handles it, and makes refusals and failures answers; it may be left out, delayed, or changed.
   */
  readonly around?:
    | ((
        exchange: Exchange.Authenticated<Caller>,
        handled: Effect.Effect<Answer.Answer, never, R>
      ) => Effect.Effect<Answer.Answer, Refusal.Refusal, R>)
    | undefined
  /**
   * Hears of the end of each request for the API, with the answer that is written, or `undefined` where none is: the
   * caller left, or the connection was broken.
   */
  readonly onEnd?: ((exchange: Exchange.Exchange<Caller>, answer: Answer.Answer | undefined) => void) | undefined
  /** Hears of what arrives and is no readable request. */
  readonly onUnreadable?: ((unreadable: Unreadable) => void) | undefined
  /**
   * Bytes of each body that `exchange.received.head` keeps for these hooks; of a request whose token was not accepted,
   * 64 KiB at most. Default: 0.
   */
  readonly keepBytes?: number | undefined
  /**
   * Headers that every answer has, the server's own refusals among them. Headers of the answer itself go before those of
   * the same name. Default: none.
   */
  readonly headers?: ((answer: Answer.Answer) => Answer.Headers) | undefined
  /** Makes the id of a request. Default: a random UUID. */
  readonly makeId?: (() => string) | undefined

  /** Paths outside of the API that are answered on `GET` without a token, such as `/health`. */
  readonly routes?:
    | Readonly<Record<`/${string}`, (exchange: Exchange.Exchange) => Effect.Effect<Answer.Answer, Refusal.Refusal, R>>>
    | undefined
  /**
   * Takes a request whose path is outside of the API and of `routes`, by returning a listener for it. Default: such
   * requests are answered with 404.
   */
  readonly elsewhere?:
    | ((exchange: Exchange.Exchange) => ((incoming: IncomingMessage, outgoing: ServerResponse) => void) | undefined)
    | undefined
}

/**
 * A server that is running.
 *
 * @since 0.1.0
 * @category tags
 */
export class Server extends Context.Tag("@inbox-effect/server/Server")<
  Server,
  {
    /** The base URL, up to and including the base path. */
    readonly url: string
    readonly port: number
  }
>() {}

/**
 * The contract as it is served: sending, and listing what a thread holds. `api.prefix(basePath)` is what documentation
 * is made of.
 *
 * @since 0.1.0
 * @category api
 */
export const api: typeof operations.api = operations.api

/**
 * Serves until the scope closes. Then no connection is taken any more, requests in flight are answered, and what lasts
 * longer than `shutdownTimeout` is cut off.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: <Caller, R = never>(
  options: Options<Caller, R>
) => Effect.Effect<typeof Server.Service, ServerError, R | Scope.Scope> = internal.serve

/**
 * A server for as long as the layer lives.
 *
 * @example
 * ```ts
 * import { Refusal, Sent, Server, Tokens } from "@inbox-effect/server"
 * import { Effect, Redacted } from "effect"
 *
 * export const ServerLive = Server.layer({
 *   authenticate: Tokens.make([[Redacted.make("secret"), "team1"]]).authenticate,
 *   send: ({ caller, content, threadId }) =>
 *     threadId === "t1"
 *       ? Effect.succeed(Sent.make({ teamId: caller, threadId, authorId: "author1", content }))
 *       : Refusal.threadNotFound(),
 *   list: ({ caller, threadId }) =>
 *     Effect.succeed({ teamId: caller, threadId, messages: [], nextCursor: null, isSyncing: false })
 * })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <Caller, R = never>(options: Options<Caller, R>): Layer.Layer<Server, ServerError, R> =>
  Layer.scoped(Server, make(options))
