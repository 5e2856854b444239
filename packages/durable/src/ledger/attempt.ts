/** The third mark: no first byte leaves after the lease. One attempt, and the entry of what it came to. */
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import * as RetryPolicy from "@inbox-effect/client/RetryPolicy"
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { StoreUnavailable } from "../DurableError.js"
import { around } from "../store/point.js"
import { errorToText, type Row } from "../store/row.js"
import type { Claim } from "./claim.js"
import type { Core } from "./core.js"
import * as entry from "./entry.js"

type Unreadable = InboxError.MalformedResponse

type Failure = Exclude<InboxError.InboxError, Unreadable>

/** Errors of messages that were not delivered, and may be later: the fault is not theirs. */
const passing: ReadonlySet<InboxError.InboxError["_tag"]> = new Set([
  "CredentialsUnavailable",
  "ConnectionFailed",
  "RateLimited",
  "TimedOut",
  "Unauthorized"
] as const)

/** Wait before the next attempt: as the server asks, or longer from attempt to attempt, in milliseconds. */
const delayOf = ({ settings }: Core, error: Failure, attempt: number): Effect.Effect<number> => {
  if (error._tag === "RateLimited" && error.retryAfter !== undefined) {
    return Effect.succeed(Math.ceil(Duration.toMillis(error.retryAfter)))
  }
  const longest = Math.min(settings.maxDelay, settings.baseDelay * 2 ** Math.min(attempt - 1, 30))
  return Random.nextIntBetween(Math.ceil(longest / 2), Math.ceil(longest) + 1)
}

const requestOf = (row: Row): InboxClient.Request => ({
  threadId: row.thread_id,
  content: row.content ?? "",
  ...(row.reply_to === null ? {} : { replyToMessageId: row.reply_to })
})

/** One attempt at most; only a token that was refused is exchanged for a fresh one. */
const oneAttempt = RetryPolicy.make({ maxRetries: 0 })

const send = (core: Core, claim: Claim) =>
  around(
    "send a message",
    core.inbox.sendMessage(requestOf(claim.row), {
      retry: oneAttempt,
      attemptTimeout: core.settings.attemptTimeout,
      timeout: core.settings.lease + core.settings.attemptTimeout,
      ...(core.keepsLease ? { startWithin: claim.deadline } : {})
    })
  )

const failed = (core: Core, claim: Claim, error: Failure): Effect.Effect<Row | undefined, StoreUnavailable> => {
  if (error.delivery === "Unknown") {
    return entry.unknown(core, claim, errorToText(error))
  }
  return passing.has(error._tag)
    ? Effect.flatMap(delayOf(core, error, claim.row.attempt), (delay) =>
        entry.queued(core, claim, delay, errorToText(error))
      )
    : entry.refused(core, claim, errorToText(error))
}

/** Enters what an attempt came to. One that was interrupted may have delivered its message. */
const enter = (
  core: Core,
  claim: Claim,
  exit: Exit.Exit<{ readonly id: string }, InboxError.InboxError>
): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Exit.match(exit, {
    onSuccess: ({ id }) => entry.sent(core, claim, id),
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => entry.unknown(core, claim, null),
        onSome: (error) =>
          error._tag === "MalformedResponse" ? entry.sent(core, claim, null) : failed(core, claim, error)
      })
  })

/**
 * Sends a claimed message, and gives the row as it is afterwards; `undefined` where the row is no longer this run's. A
 * defect of the client leaves the message unknown, too.
 */
export const attempt = (core: Core, claim: Claim): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.exit(restore(send(core, claim))).pipe(
      Effect.flatMap((exit) =>
        Effect.zipRight(
          Effect.when(Effect.logError("The client died", Exit.causeOption(exit)), () => died(exit)),
          Effect.tap(enter(core, claim, exit), () => (Exit.isInterrupted(exit) ? Effect.interrupt : Effect.void))
        )
      ),
      Effect.ensuring(Effect.sync(() => core.alive.delete(claim.holder)))
    )
  )

const died = (exit: Exit.Exit<unknown, unknown>): boolean => Exit.isFailure(exit) && Cause.isDie(exit.cause)
