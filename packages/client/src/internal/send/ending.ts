/**
 * Ends a send: the error that it fails with, and what its span, metrics and log say.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Tracer from "effect/Tracer"
import * as Attempt from "../../Attempt.js"
import * as Delivery from "../../Delivery.js"
import * as InboxError from "../../InboxError.js"
import type { Failure } from "../answer/conclude.js"
import * as telemetry from "../telemetry.js"
import { enter, type Send, since, toAttempt, within } from "./state.js"
import * as unfinished from "./unfinished.js"

/**
 * The error that the send ends with. An attempt that delivered nothing says nothing about an earlier one that may have:
 * that one's error then speaks for the send.
 */
export const end = (send: Send, error: Failure): Effect.Effect<never, Failure> => {
  const { last, ledger, uncertain } = send
  // That there was no time left for another attempt says less than how the last one failed.
  const final = last !== undefined && error._tag === "TimedOut" && error.delivery === "NotDelivered" ? last : error
  const speaking = uncertain !== undefined && final.delivery === "NotDelivered" ? uncertain : final
  return within(
    send,
    Effect.suspend(() =>
      Effect.fail(ledger.length === 0 ? speaking : InboxError.withAttempts(speaking, ledger.map(toAttempt)))
    )
  )
}

/**
 * Closes the attempt under way after an interruption. Nobody receives an error, so what may have been delivered is told
 * by log.
 */
const interrupted = (send: Send): Delivery.Delivery => {
  const { current, ledger } = send
  if (current !== undefined) {
    const { cancel, head, stopTimer, wire } = current.progress
    stopTimer?.()
    cancel?.()
    enter(
      send,
      head !== undefined
        ? { outcome: Delivery.ofStatus(head.status).condition, status: head.status }
        : { outcome: wire.state === "Waiting" || wire.state === "TooLate" ? "NotStarted" : "Interrupted" }
    )
  }
  const deliveries = ledger.map(Attempt.delivery)
  return deliveries.find((one) => one === "Delivered") ?? deliveries.find((one) => one === "Unknown") ?? "NotDelivered"
}

const told: Record<Exclude<Delivery.Delivery, "NotDelivered">, string> = {
  Unknown: "A send was interrupted after its request may have left: nobody knows whether the message was delivered",
  Delivered: "A send was interrupted after its message was delivered"
}

/** Closes the books: the span ends without what the send succeeds with, which is the message. */
export const close = (send: Send, cause: Cause.Cause<Failure> | undefined): Effect.Effect<void> => {
  const isInterrupted = cause !== undefined && Cause.isInterruptedOnly(cause)
  const error = cause === undefined ? undefined : Option.getOrUndefined(Cause.failureOption(cause))
  // A defect leaves behind what an interruption does: what is known of the attempts.
  const isUnfinished = cause !== undefined && error === undefined
  const delivery = isUnfinished ? interrupted(send) : (error?.delivery ?? "Delivered")
  if (isUnfinished) unfinished.note(send.fiber, () => ({ delivery, attempts: send.ledger.map(toAttempt) }))
  telemetry.ended(send.fiber, send.clock, send.span, {
    delivery,
    error: isInterrupted ? "Interrupted" : error?._tag,
    seconds: since(send.clock, send.begunAt) / 1000,
    attempts: send.ledger.length,
    exit: cause === undefined ? Exit.void : Exit.failCause(cause)
  })
  return isInterrupted && delivery !== "NotDelivered"
    ? Effect.logWarning(told[delivery]).pipe(
        Effect.annotateLogs({ threadId: send.request.threadId, delivery, attempts: send.ledger.length }),
        (log) => within(send, log)
      )
    : Effect.void
}

/** Closes the books of a send without a message, once nothing of it runs any longer. */
export const fail = (send: Send, cause: Cause.Cause<Failure>): Effect.Effect<never, Failure> => {
  const closed = Effect.zipRight(
    Effect.suspend(() => close(send, cause)),
    Effect.failCause(cause)
  )
  const asking = send.current?.progress.asking
  return asking === undefined ? closed : Effect.zipRight(Fiber.interrupt(asking), closed)
}

/** Refuses a request that breaks the schema. */
export const refuse = (
  fiber: telemetry.AnyFiber,
  span: Tracer.Span,
  error: InboxError.InvalidRequest
): Effect.Effect<never, InboxError.InvalidRequest> => {
  telemetry.ended(fiber, telemetry.clockOf(fiber), span, {
    delivery: error.delivery,
    error: error._tag,
    seconds: 0,
    attempts: 0,
    exit: Exit.fail(error)
  })
  return Effect.withParentSpan(Effect.fail(error), span)
}
