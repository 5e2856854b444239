/**
 * Why a send failed, and what that means for the message: each error has its `delivery`.
 *
 * No error holds the token. Message text is only in the body of a `MalformedResponse`, redacted; what a server says is
 * withheld where it repeats either.
 *
 * @example
 * ```ts
 * import { InboxClient, InboxError } from "@inbox-effect/client"
 * import { Effect } from "effect"
 *
 * export const send = (request: InboxClient.Request) =>
 *   Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage(request)).pipe(
 *     Effect.catchTag("RateLimited", (error) => Effect.logWarning("Slow down", error.retryAfter)),
 *     InboxError.catchDelivery("Unknown", (error) => Effect.logError("Ask a person before sending again", error))
 *   )
 * ```
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Attempt from "./Attempt.js"
import * as Delivery from "./Delivery.js"
import { Message } from "./Message.js"
import { RateLimit } from "./RateLimit.js"
import { SendMessage } from "./SendMessage.js"

/** The `delivery` of an error that stands for one condition, or for several that agree. */
const delivery = <Tag extends Delivery.ErrorTag>(tag: Tag) => {
  const known = Delivery.ofError(tag)
  const schema: Schema.Schema<Delivery.DeliveryOf<Tag>> = Schema.Literal(...known)
  return Schema.propertySignature(schema).pipe(Schema.withConstructorDefault(() => known[0] as never))
}

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** The ledger of the send. */
const attempts = Schema.propertySignature(Attempt.Ledger).pipe(Schema.withConstructorDefault(() => []))

/** Fields of an answer: `code` and `detail` are the server's own words, `requestId` its name for the request. */
const answer = {
  /** All attempts of the send, first one first. */
  attempts,
  /** HTTP status of the answer. */
  status: Schema.Int,
  /** The server's code for the error, such as `THREAD_NOT_FOUND`. */
  code: optional(Schema.String),
  /** The server's sentence about the error: at most 300 characters, without what repeats the request. */
  detail: optional(Schema.String),
  /** The server's name for the request. */
  requestId: optional(Schema.String),
  /** Rate limit that the answer reports. */
  rateLimit: optional(RateLimit)
}

const said = (error: {
  readonly status: number
  readonly code?: string
  readonly detail?: string
  readonly requestId?: string
  readonly attempts: Attempt.Ledger
}): string =>
  `(${[`status ${error.status}`, error.code, error.requestId === undefined ? undefined : `request ${error.requestId}`]
    .filter((part) => part !== undefined)
    .join(", ")})${error.detail === undefined ? "" : `: ${error.detail}`}`

const sentence = (what: string, error: Parameters<typeof said>[0] & { readonly delivery: Delivery.Delivery }): string =>
  `${what}${tries(error.attempts)} ${said(error)}. ${Delivery.sentences[error.delivery]}`

const because = (code: string | undefined): string => (code === undefined ? "" : ` (${code})`)

const tries = (ledger: Attempt.Ledger): string => (ledger.length > 1 ? ` after ${ledger.length} attempts` : "")

const noToken = {
  Failed: "the effect that gives it failed",
  TimedOut: "the effect that gives it took too long",
  Malformed: "the one that was given is empty, or holds white space, control or non-ASCII characters"
}

/**
 * The request breaks the schema. Nothing was sent. `field` is at fault, `problem` says what it should be; the value
 * itself is not repeated.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>(
  "@inbox-effect/client/InboxError/InvalidRequest"
)("InvalidRequest", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("InvalidRequest"),
  /** All attempts of the send, first one first. */
  attempts,
  /** Field at fault; `request` where it is the request as a whole. */
  field: Schema.Literal("request", ...(Object.keys(SendMessage.fields) as Array<keyof SendMessage>)),
  /** Sentence that says what the field should be. */
  problem: Schema.String
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `${this.problem}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * There was no token to send with. Nothing was sent. `reason` is that the effect that gives the token failed, took
 * longer than the send may take, or gave one that cannot stand in a header; what it failed with is not repeated.
 *
 * @since 0.1.0
 * @category errors
 */
export class CredentialsUnavailable extends Schema.TaggedError<CredentialsUnavailable>(
  "@inbox-effect/client/InboxError/CredentialsUnavailable"
)("CredentialsUnavailable", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("CredentialsUnavailable"),
  /** All attempts of the send, first one first. */
  attempts,
  /** Why there is no token. */
  reason: Schema.Literal("Failed", "TimedOut", "Malformed")
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `There is no token to send with: ${noToken[this.reason]}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * There was no connection to send on: refused, no such host, unreachable. `code` is the platform's. A certificate that was
 * refused proves it over the undici layer alone: elsewhere it may have been that of a later handshake.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionFailed extends Schema.TaggedError<ConnectionFailed>(
  "@inbox-effect/client/InboxError/ConnectionFailed"
)("ConnectionFailed", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("ConnectionFailed"),
  /** All attempts of the send, first one first. */
  attempts,
  /** Error code of the platform, such as `ECONNREFUSED`. */
  code: optional(Schema.String)
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `No connection to the server${tries(this.attempts)}${because(this.code)}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * 400: the server takes the request for malformed.
 *
 * @since 0.1.0
 * @category errors
 */
export class BadRequest extends Schema.TaggedError<BadRequest>("@inbox-effect/client/InboxError/BadRequest")(
  "BadRequest",
  {
    /** Delivery of the message, as far as it is known. */
    delivery: delivery("BadRequest"),
    ...answer
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The server takes the request for malformed", this)
  }
}

/**
 * 401: the token is unknown or no longer valid.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>("@inbox-effect/client/InboxError/Unauthorized")(
  "Unauthorized",
  {
    /** Delivery of the message, as far as it is known. */
    delivery: delivery("Unauthorized"),
    ...answer
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The server does not know the token", this)
  }
}

/**
 * 403: the thread is another team's, or the plan does not allow it; the first message of a thread needs the Outbound
 * Messages addon.
 *
 * @since 0.1.0
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>("@inbox-effect/client/InboxError/Forbidden")("Forbidden", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("Forbidden"),
  ...answer
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The token may not send in this thread", this)
  }
}

/**
 * 404: there is no such thread, or no such API at the base URL.
 *
 * @since 0.1.0
 * @category errors
 */
export class ThreadNotFound extends Schema.TaggedError<ThreadNotFound>(
  "@inbox-effect/client/InboxError/ThreadNotFound"
)("ThreadNotFound", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("ThreadNotFound"),
  ...answer
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("There is no such thread, or no Inbox API at the base URL", this)
  }
}

/**
 * 409: the request conflicts with the state of the thread.
 *
 * @since 0.1.0
 * @category errors
 */
export class Conflict extends Schema.TaggedError<Conflict>("@inbox-effect/client/InboxError/Conflict")("Conflict", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("Conflict"),
  ...answer
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The request conflicts with the state of the thread", this)
  }
}

/**
 * 422: the server understands the request and takes its data for invalid.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnprocessableContent extends Schema.TaggedError<UnprocessableContent>(
  "@inbox-effect/client/InboxError/UnprocessableContent"
)("UnprocessableContent", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("UnprocessableContent"),
  ...answer
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The server refuses the data of the request", this)
  }
}

/**
 * A status that is not documented, redirects among them: they are not followed. Status 0 is a browser's opaque redirect.
 *
 * @since 0.1.0
 * @category errors
 */
export class UnexpectedStatus extends Schema.TaggedError<UnexpectedStatus>(
  "@inbox-effect/client/InboxError/UnexpectedStatus"
)("UnexpectedStatus", {
  /** Delivery of the message, as far as it is known. */
  delivery: Schema.Literal(...Delivery.ofError("UnexpectedStatus")),
  ...answer
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The server answered with an undocumented status", this)
  }
}

/**
 * 429: a rate limit is exceeded. `retryAfter` is how long the server asks to wait.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimited extends Schema.TaggedError<RateLimited>("@inbox-effect/client/InboxError/RateLimited")(
  "RateLimited",
  {
    /** Delivery of the message, as far as it is known. */
    delivery: delivery("RateLimited"),
    ...answer,
    /** Time that the server asks to wait before the next request. */
    retryAfter: optional(Schema.Duration)
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    const wait = this.retryAfter === undefined ? "" : `, wait ${Duration.format(this.retryAfter)}`
    return sentence(`The rate limit is exceeded${wait}`, this)
  }
}

/**
 * 5xx: the server, or a proxy before it, failed.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>("@inbox-effect/client/InboxError/ServerError")(
  "ServerError",
  {
    /** Delivery of the message, as far as it is known. */
    delivery: delivery("ServerError"),
    ...answer,
    /** Time that the server asks to wait before the next request. */
    retryAfter: optional(Schema.Duration)
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return sentence("The server failed", this)
  }
}

/**
 * The connection ended, or something that is not HTTP came back, before the server answered. `code` is the platform's.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionLost extends Schema.TaggedError<ConnectionLost>(
  "@inbox-effect/client/InboxError/ConnectionLost"
)("ConnectionLost", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("ConnectionLost"),
  /** All attempts of the send, first one first. */
  attempts,
  /** Error code of the platform, such as `ECONNREFUSED`. */
  code: optional(Schema.String)
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    return `The connection was lost before the server answered${because(this.code)}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * The time was up: that of one attempt, that of the whole send, or that to begin an attempt, `startWithin` (`limit`);
 * `after` is how long it was. Delivery is
 * unknown, unless the request had not even been begun.
 *
 * @since 0.1.0
 * @category errors
 */
export class TimedOut extends Schema.TaggedError<TimedOut>("@inbox-effect/client/InboxError/TimedOut")("TimedOut", {
  /** Delivery of the message, as far as it is known. */
  delivery: Schema.Literal(...Delivery.ofError("TimedOut")),
  /** All attempts of the send, first one first. */
  attempts,
  /** The time that was up. */
  after: Schema.Duration,
  /** The limit that it was: of an `Attempt`, of the send in `Total`, or to `Start`. */
  limit: Schema.Literal("Attempt", "Total", "Start")
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    const what = this.delivery === "Unknown" ? "The server did not answer" : "The request was not begun"
    return `${what} within ${Duration.format(this.after)}${tries(this.attempts)}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * A documented key of an answer that is at fault.
 *
 * @since 0.1.0
 * @category schemas
 */
export const KeyProblem = Schema.Struct({
  /** Documented key at fault. */
  key: Schema.Literal(...(Object.keys(Message.fields) as Array<keyof Message>)),
  /** The key is absent (`missing`), or its value is not the documented one (`invalid`). */
  problem: Schema.Literal("missing", "invalid")
})

/**
 * One documented key that is missing or invalid.
 *
 * @since 0.1.0
 * @category models
 */
export interface KeyProblem extends Schema.Schema.Type<typeof KeyProblem> {}

/**
 * Why an answer is not a message: its body was cut short (`Incomplete`), exceeds `maxBodySize`, was `Empty`, is not
 * UTF-8, is not JSON, is JSON of another shape, or is a message under another media type than `application/json`
 * (`MediaType`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const MalformedReason = Schema.Literal(
  "Incomplete",
  "TooLarge",
  "Empty",
  "NotUtf8",
  "NotJson",
  "NotAMessage",
  "MediaType"
)

/**
 * One of the reasons why an answer is not a message.
 *
 * @since 0.1.0
 * @category models
 */
export type MalformedReason = typeof MalformedReason.Type

const malformed: Record<MalformedReason, string> = {
  Incomplete: "its body was cut short",
  TooLarge: "its body is larger than the client reads",
  Empty: "its body is empty",
  NotUtf8: "its body is not UTF-8",
  NotJson: "its body is not JSON",
  NotAMessage: "its body is not a Message",
  MediaType: "its media type is not application/json"
}

/**
 * The server accepted the message (2xx), but the answer cannot be read. `keys` names the keys at fault. `body` is what
 * arrived of the body, as far as the platform gives it; it may hold the message text, so it is redacted here and spelled
 * out only by `Redacted.value` and by encoding this error.
 *
 * @since 0.1.0
 * @category errors
 */
export class MalformedResponse extends Schema.TaggedError<MalformedResponse>(
  "@inbox-effect/client/InboxError/MalformedResponse"
)("MalformedResponse", {
  /** Delivery of the message, as far as it is known. */
  delivery: delivery("MalformedResponse"),
  /** All attempts of the send, first one first. */
  attempts,
  /** HTTP status of the answer. */
  status: Schema.Int,
  /** The server's name for the request. */
  requestId: optional(Schema.String),
  /** Rate limit that the answer reports. */
  rateLimit: optional(RateLimit),
  /** Why the answer is not a message. */
  reason: MalformedReason,
  /** Keys at fault. Empty unless `reason` is `NotAMessage`. */
  keys: Schema.Array(KeyProblem),
  /** As much of the body as arrived. It may hold the text of the message, so it is redacted. */
  body: optional(Schema.Redacted(Schema.String))
}) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    const keys = this.keys.map(({ key, problem }) => `${key} is ${problem}`).join(", ")
    return `The server accepted the message, but ${malformed[this.reason]}${keys === "" ? "" : `: ${keys}`} ${said({
      status: this.status,
      attempts: this.attempts,
      ...(this.requestId === undefined ? {} : { requestId: this.requestId })
    })}. ${Delivery.sentences[this.delivery]}`
  }
}

/**
 * Every error of a send, as a schema: to store errors, or to pass them to another process.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InboxError = Schema.Union(
  InvalidRequest,
  CredentialsUnavailable,
  ConnectionFailed,
  BadRequest,
  Unauthorized,
  Forbidden,
  ThreadNotFound,
  Conflict,
  UnprocessableContent,
  UnexpectedStatus,
  RateLimited,
  ServerError,
  ConnectionLost,
  TimedOut,
  MalformedResponse
)

/**
 * Every error of a send.
 *
 * @since 0.1.0
 * @category models
 */
export type InboxError = typeof InboxError.Type

/**
 * The same error with another ledger.
 *
 * @since 0.1.0
 * @category combinators
 */
export const withAttempts = <E extends InboxError>(error: E, ledger: Attempt.Ledger): E =>
  new (error.constructor as new (fields: object) => E)({ ...error, attempts: ledger })

/**
 * Errors that stand for a delivery: members of `E`, narrowed where they may stand for others too.
 *
 * @since 0.1.0
 * @category models
 */
export type WithDelivery<E, D extends Delivery.Delivery> = E extends { readonly delivery: infer X }
  ? Extract<X, D> extends never
    ? never
    : [X] extends [D]
      ? E
      : E & {
          /** Delivery of the message, as far as it is known. */
          readonly delivery: Extract<X, D>
        }
  : never

/**
 * Rest of `E` without the errors that stand for a delivery.
 *
 * @since 0.1.0
 * @category models
 */
export type WithoutDelivery<E, D extends Delivery.Delivery> = E extends { readonly delivery: infer X }
  ? WithDelivery<E, Exclude<X & Delivery.Delivery, D>>
  : E

/**
 * Handles the errors that stand for a delivery, and takes them out of the error channel.
 *
 * @since 0.1.0
 * @category combinators
 */
export const catchDelivery =
  <const D extends Delivery.Delivery, E, A2, E2, R2>(
    delivery: D,
    handle: (error: WithDelivery<E, D>) => Effect.Effect<A2, E2, R2>
  ) =>
  <A, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A | A2, E2 | WithoutDelivery<E, D>, R | R2> =>
    Effect.catchAll(
      self,
      (error): Effect.Effect<A2, E2 | WithoutDelivery<E, D>, R2> =>
        Predicate.hasProperty(error, "delivery") && error.delivery === delivery
          ? handle(error as WithDelivery<E, D>)
          : Effect.fail(error as WithoutDelivery<E, D>)
    )
