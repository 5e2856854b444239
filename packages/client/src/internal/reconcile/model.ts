/**
 * The outcomes of finding out about a send, what they rest on, and the error.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { InboxId } from "../../Identifier.js"
import type * as InboxError from "../../InboxError.js"
import * as RateLimit from "../../RateLimit.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"

/**
 * When the send happened, by the clock of the sender: from the start of its first attempt to the end of its last.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Window = Schema.Struct({
  /** Start of the first attempt. */
  from: Schema.DateTimeUtc,
  /** End of the last attempt. */
  until: Schema.DateTimeUtc
})

/**
 * When the send happened.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window extends Schema.Schema.Type<typeof Window> {}

/**
 * When the attempts happened that an error tells of. An error without any is older than this moment, and no more is
 * known: the window is empty then, and lies at the Unix epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const windowOf = (error: Pick<InboxError.InboxError, "attempts">): Window => {
  const [first] = error.attempts
  const last = error.attempts[error.attempts.length - 1]
  const epoch = DateTime.unsafeMake(0)
  return {
    from: first?.startedAt ?? epoch,
    until: last === undefined ? epoch : DateTime.addDuration(last.startedAt, last.duration)
  }
}

/**
 * Evidence of an outcome: the `window` that was asked about, which messages were looked at in the time in question
 * (newest first), how many messages and pages were read in all, since when the thread is known, and whether the server
 * was still syncing it. Ids only, no text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Evidence = Schema.Struct({
  /** Time that was asked about. */
  window: Window,
  /** Instant at which the thread was read. */
  readAt: Schema.DateTimeUtc,
  /** Ids of the messages in the time in question, newest first. */
  messageIds: Schema.Array(InboxId),
  /** Number of messages that were read. */
  messages: Schema.NonNegativeInt,
  /** Number of pages that were read. */
  pages: Schema.NonNegativeInt,
  /** Instant of the oldest message that was read; `null` where none was. */
  oldest: Schema.NullOr(Schema.DateTimeUtc),
  /** The server was still reading the thread from the platform. */
  isSyncing: Schema.Boolean
})

/**
 * Evidence of an outcome.
 *
 * @since 0.1.0
 * @category models
 */
export interface Evidence extends Schema.Schema.Type<typeof Evidence> {}

/**
 * The message is in the thread: it was delivered.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Found = Schema.TaggedStruct("Found", {
  /** The message that was found. */
  message: ReceivedMessage.ReceivedMessage,
  /** The reading that says so. */
  evidence: Evidence
})

/**
 * The message is in the thread: it was delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Found extends Schema.Schema.Type<typeof Found> {}

/**
 * The message is not in the thread: it was not delivered.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const NotFound = Schema.TaggedStruct("NotFound", {
  /** The reading that says so. */
  evidence: Evidence
})

/**
 * The message is not in the thread: it was not delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface NotFound extends Schema.Schema.Type<typeof NotFound> {}

/**
 * Why nothing is certain: the server is still syncing the thread (`Syncing`), more than one message fits (`Several`), a
 * message fits but for its origin, its time or what it replies to (`Doubtful`), a message cannot be read
 * (`Unreadable`), or the thread was not read back far enough (`Incomplete`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Doubt = Schema.Literal("Syncing", "Several", "Doubtful", "Unreadable", "Incomplete")

/**
 * Why nothing is certain.
 *
 * @since 0.1.0
 * @category models
 */
export type Doubt = typeof Doubt.Type

/**
 * Undecided: `candidates` are the messages that fit, or nearly do.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Ambiguous = Schema.TaggedStruct("Ambiguous", {
  /** Reasons for doubt. */
  doubts: Schema.NonEmptyArray(Doubt),
  /** Ids of the messages that fit, or nearly do. */
  candidates: Schema.Array(InboxId),
  /** The reading that left the doubts. */
  evidence: Evidence
})

/**
 * Undecided.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ambiguous extends Schema.Schema.Type<typeof Ambiguous> {}

/**
 * Outcome of a send whose delivery was unknown.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Outcome: Schema.Schema<Outcome, OutcomeEncoded> = Schema.Union(Found, NotFound, Ambiguous)

interface FoundEncoded extends Schema.Schema.Encoded<typeof Found> {}

interface NotFoundEncoded extends Schema.Schema.Encoded<typeof NotFound> {}

interface AmbiguousEncoded extends Schema.Schema.Encoded<typeof Ambiguous> {}

/** An outcome as it travels in JSON. */
export type OutcomeEncoded = FoundEncoded | NotFoundEncoded | AmbiguousEncoded

/**
 * Outcome of a send whose delivery was unknown.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = Found | NotFound | Ambiguous

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const reasons = {
  InvalidRequest: "The request could not have been sent: it breaks the schema",
  CredentialsUnavailable: "There is no token to read with",
  ConnectionFailed: "There is no connection to the server",
  ConnectionLost: "The connection was lost before the server answered",
  TimedOut: "The server did not answer in time",
  Refused: "The server refuses to list the thread",
  RateLimited: "The rate limit is exceeded",
  ServerError: "The server failed",
  MalformedResponse: "The server's answer is not a page of messages"
}

/**
 * The thread could not be read, so the delivery remains unknown: that is what `delivery` says, whatever the `reason`.
 * `status`, `code`, `detail` and `requestId` are the server's; they repeat neither the token nor the text.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReconcileError extends Schema.TaggedError<ReconcileError>("@inbox-effect/client/Reconcile/ReconcileError")(
  "ReconcileError",
  {
    /** Delivery of the message: never known. */
    delivery: Schema.propertySignature(Schema.Literal("Unknown")).pipe(
      Schema.withConstructorDefault(() => "Unknown" as const)
    ),
    /** Why the thread could not be read. */
    reason: Schema.Literal(...(Object.keys(reasons) as Array<keyof typeof reasons>)),
    /** HTTP status of the answer, where there was one. */
    status: optional(Schema.Int),
    /** Error code of the server or of the platform. */
    code: optional(Schema.String),
    /** The server's sentence about the error, without what repeats the request. */
    detail: optional(Schema.String),
    /** The server's name for the request. */
    requestId: optional(Schema.String),
    /** Rate limit that the answer reports. */
    rateLimit: optional(RateLimit.RateLimit),
    /** Time that the server asks to wait before the next request. */
    retryAfter: optional(Schema.Duration)
  }
) {
  /** Sentence for a log: without token and message text. */
  override get message(): string {
    const known = [this.status === undefined ? undefined : `status ${this.status}`, this.code, this.detail]
    const said = known.filter((part) => part !== undefined).join(", ")
    return `${reasons[this.reason]}${said === "" ? "" : ` (${said})`}. It is still unknown whether the message was delivered.`
  }
}
