/**
 * The gateway as a server: API v1 on this side, API v2 on the other.
 *
 * @since 0.1.0
 */
import * as Answer from "@inbox-effect/server/Answer"
import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Server from "@inbox-effect/server/Server"
import type { ServerError } from "@inbox-effect/server/ServerError"
import * as Tokens from "@inbox-effect/server/Tokens"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Gateway from "./Gateway.js"
import { toAnswer, toRefusal } from "./http/answer.js"
import * as headers from "./http/headers.js"
import { idempotencyKey, queryOf } from "./http/request.js"
import { Journal } from "./Journal.js"
import * as metrics from "./server/metrics.js"

/**
 * A caller of the gateway's, and the token that it shows. `name` says whose the caller's `Idempotency-Key`s are: it stays
 * when the token changes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Client {
  readonly name: string
  readonly token: Redacted.Redacted
}

/**
 * Options of the server. Nothing is required.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port to listen on. Default: 0, which takes a free one. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined
  /**
   * The callers, and the one token that stands for all of them upstream. Default: whoever has a token of API v2 may
   * call, and that token is passed on.
   */
  readonly own?: { readonly token: Redacted.Redacted; readonly clients: ReadonlyArray<Client> } | undefined
  /** Bytes that a body may have. More is answered with 413. Default: 1 MiB. */
  readonly bodyLimit?: number | undefined
  /** Time in which a request has to arrive. Default: 30 seconds. */
  readonly requestTimeout?: Duration.DurationInput | undefined
  /** Time in which requests are finished when the server closes. Default: 30 seconds. */
  readonly shutdownTimeout?: Duration.DurationInput | undefined
}

/**
 * The header of a refusal that says whether the message may have been delivered all the same: `NotDelivered` or
 * `Unknown`.
 *
 * @since 0.1.0
 * @category headers
 */
export const deliveryHeader: string = headers.deliveryHeader

type Authenticate = Server.Options<Gateway.Caller>["authenticate"]

/** Lets in everybody who has a token of v2. */
const passingOn =
  (gateway: Gateway.Service): Authenticate =>
  (token) =>
    Effect.mapBoth(gateway.authorize(token), { onSuccess: Option.some, onFailure: toRefusal })

/** Lets in the callers that are known here; upstream stands one token for all. */
const knowing = (gateway: Gateway.Service, own: NonNullable<Options["own"]>): Authenticate => {
  const tokens = Tokens.make(own.clients.map(({ name, token }) => [token, name] as const))
  return (token) =>
    Effect.flatMap(
      tokens.authenticate(token),
      Option.match({
        onNone: () => Effect.succeedNone,
        onSome: (name) =>
          Effect.mapBoth(gateway.authorize(own.token, `client:${name}`), {
            onSuccess: Option.some,
            onFailure: toRefusal
          })
      })
    )
}

/** One line for each request, with the ids of both sides. */
const lineOf = (exchange: Exchange.Exchange, answer: Answer.Answer | undefined, now: number) =>
  Effect.logInfo("request", {
    id: exchange.id,
    operation: exchange.operation,
    method: exchange.method,
    status: answer?.status,
    millis: now - exchange.startedAt,
    request: answer?.headers["x-inbox-gateway-request"],
    upstreamId: answer?.headers["x-request-id"] === exchange.id ? undefined : answer?.headers["x-request-id"],
    delivery: answer?.headers[deliveryHeader]
  })

/** Probes and scrapes come every few seconds: only those that failed are worth a line. */
const isProbe = ({ operation }: Exchange.Exchange, answer: Answer.Answer | undefined): boolean =>
  operation === undefined && answer?.status === 200

const healthy = (status: number, text: string) =>
  Effect.succeed(Answer.text(`${text}\n`, { status, headers: { "cache-control": "no-store" } }))

/**
 * Serves until the scope closes: `/api/v1` for callers, and without a token `/health` (the process runs), `/ready` (the
 * journal can be written) and `/metrics` (Prometheus).
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<typeof Server.Server.Service, ServerError, Gateway.Gateway | Journal | Scope.Scope> =>
  Effect.gen(function* () {
    const gateway = yield* Gateway.Gateway
    const journal = yield* Journal
    const runFork = Runtime.runFork(yield* Effect.runtime())
    return yield* Server.make<Gateway.Caller>({
      port: options.port,
      host: options.host,
      bodyLimit: options.bodyLimit,
      requestTimeout: options.requestTimeout ?? "30 seconds",
      shutdownTimeout: options.shutdownTimeout ?? "30 seconds",
      authenticate: options.own === undefined ? passingOn(gateway) : knowing(gateway, options.own),
      send: ({ caller, content, exchange, replyToMessageId, threadId }) =>
        Effect.flatMap(idempotencyKey(exchange.headers["idempotency-key"]), (key) =>
          Effect.mapBoth(
            gateway.send(
              caller,
              { threadId, content, ...(replyToMessageId === undefined ? {} : { replyToMessageId }) },
              { idempotencyKey: key }
            ),
            { onSuccess: toAnswer, onFailure: toRefusal }
          )
        ),
      list: (request) =>
        Effect.mapBoth(gateway.list(request.caller, { threadId: request.threadId, query: queryOf(request) }), {
          onSuccess: toAnswer,
          onFailure: toRefusal
        }),
      routes: {
        "/health": () => healthy(200, "ok"),
        "/ready": () =>
          Effect.flatMap(journal.isSound, (sound) =>
            sound ? healthy(200, "ready") : healthy(503, "the journal cannot be written")
          ),
        "/metrics": () =>
          Effect.map(Effect.zipRight(gateway.inFlight, metrics.text), (body) =>
            Answer.text(body, { headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" } })
          )
      },
      headers: headers.ofAnswer,
      onEnd: (exchange, answer) => {
        if (!isProbe(exchange, answer)) runFork(lineOf(exchange, answer, Date.now()))
      }
    })
  })

/**
 * The server as a layer.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Server.Server, ServerError, Gateway.Gateway | Journal> =>
  Layer.scoped(Server.Server, make(options))
