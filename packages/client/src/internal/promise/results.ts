/**
 * Results of sends for code without Effect: plain data.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Delivery } from "../../Delivery.js"
import type * as InboxClient from "../../InboxClient.js"
import type { InboxError } from "../../InboxError.js"
import type { Metadata } from "../../Metadata.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"
import type { Unfinished } from "../send/unfinished.js"
import { Aborted, nameOf, type SendError, Unexpected } from "./errors.js"

/**
 * A message as plain JSON: instants are strings as `Date` understands them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message extends Schema.Schema.Encoded<typeof ReceivedMessage.ReceivedMessage> {}

/**
 * The message was sent, and this is the server's answer.
 *
 * @since 0.1.0
 * @category results
 */
export interface Success {
  /** There is a message. */
  readonly ok: true
  /** The server has the message. */
  readonly delivery: "Delivered"
  /** The message as the server answered it. */
  readonly message: Message
  /** Status, headers and attempts of the send, and in what the answer differs from the document. */
  readonly metadata: Metadata
}

/**
 * There is no message. Only where `delivery` is `NotDelivered` may the send be repeated without asking anybody.
 *
 * @since 0.1.0
 * @category results
 */
export interface Failure {
  /** There is no message to read; it may have been delivered all the same. */
  readonly ok: false
  /** Delivery of the message, as far as it is known. */
  readonly delivery: Delivery
  /** Why there is no message. */
  readonly error: SendError
}

/**
 * Result of a send.
 *
 * @since 0.1.0
 * @category results
 */
export type SendResult = Success | Failure

const encode = Schema.encodeSync(ReceivedMessage.ReceivedMessage)

/** A message that was sent, as plain data. */
export const success = ({ message, metadata }: InboxClient.Sent): Success => ({
  ok: true,
  delivery: "Delivered",
  message: encode(message),
  metadata
})

/** An error as a result. */
export const failure = (error: SendError): Failure => ({ ok: false, delivery: error.delivery, error })

/**
 * Error of a send that neither came to a message nor failed. Without a word of the send, anything may have happened.
 */
const ofUnfinished = (cause: Cause.Cause<unknown>, known: Unfinished | undefined): SendError => {
  const { attempts, delivery } = known ?? { attempts: [], delivery: "Unknown" }
  return Cause.isInterruptedOnly(cause)
    ? new Aborted({ delivery, attempts })
    : new Unexpected({ delivery, attempts, thrown: nameOf(Cause.squash(cause)) })
}

/** The result of a send that is over. */
export const toResult = (
  exit: Exit.Exit<InboxClient.Sent, InboxError>,
  unfinished: Unfinished | undefined
): SendResult =>
  Exit.match(exit, {
    onSuccess: success,
    onFailure: (cause) =>
      failure(Option.getOrElse(Cause.failureOption(cause), (): SendError => ofUnfinished(cause, unfinished)))
  })
