/**
 * Turns an answer into a message, or into an error with the row of the decision table that it comes from.
 */
import type * as Clock from "effect/Clock"
import * as Either from "effect/Either"
import * as Delivery from "../../Delivery.js"
import * as InboxError from "../../InboxError.js"
import type * as body from "../http/body.js"
import { decodeUtf8Lenient } from "../http/web.js"
import type { Head } from "../http/wire.js"
import * as answer from "./answer.js"
import * as message from "./message.js"
import type { IsSecret } from "./withheld.js"

/** A failed attempt: everything but `InvalidRequest`, which is found before. */
export type Failure = Exclude<InboxError.InboxError, InboxError.InvalidRequest>

/** A failed attempt, and the row of the table that says what it means. */
export interface Failed {
  readonly row: Delivery.Row
  readonly error: Failure
}

/** End of an attempt. */
export type Conclusion = Either.Either<message.Exchanged, Failed>

/** The errors that say no more than the answer does. */
const refusals = {
  BadRequest: InboxError.BadRequest,
  Unauthorized: InboxError.Unauthorized,
  Forbidden: InboxError.Forbidden,
  ThreadNotFound: InboxError.ThreadNotFound,
  Conflict: InboxError.Conflict,
  UnprocessableContent: InboxError.UnprocessableContent
}

type FailureRow = Exclude<Delivery.StatusRow, { readonly error: "MalformedResponse" }>

/** Reads an answer that says that the send failed. */
const readFailure = (row: FailureRow, received: message.Received, isSecret: IsSecret, now: number): Failure => {
  const headers = answer.safeHeaders(received.headers, isSecret)
  const { bytes, end } = received.body
  const text = end === "Complete" && bytes !== undefined ? decodeUtf8Lenient(bytes) : undefined
  const known = answer.read(received.status, headers, text, isSecret)
  const retryAfter = answer.retryAfter(received.status, received.headers, headers, now)
  switch (row.error) {
    case "RateLimited":
      return new InboxError.RateLimited({ ...known, ...retryAfter })
    case "ServerError":
      return new InboxError.ServerError({ ...known, ...retryAfter })
    case "UnexpectedStatus":
      return new InboxError.UnexpectedStatus({ ...known, delivery: row.delivery })
    default:
      return new refusals[row.error](known)
  }
}

/** Dependencies of reading an answer. */
export interface Reading {
  readonly isSecret: IsSecret
  readonly accepted: message.Accepted
  readonly clock: Clock.Clock
}

/** Reads an answer. Once there is a status line, it decides about delivery, whatever becomes of the body. */
export const conclude = (reading: Reading, { headers, status }: Head, body: body.Body): Conclusion => {
  const { accepted, clock, isSecret } = reading
  const row = Delivery.ofStatus(status)
  const received = { status, headers, body }
  return row.error === "MalformedResponse"
    ? Either.mapLeft(message.read(received, isSecret, accepted), (error) => ({ row, error }))
    : Either.left({ row, error: readFailure(row, received, isSecret, clock.unsafeCurrentTimeMillis()) })
}
