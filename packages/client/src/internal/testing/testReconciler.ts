/**
 * A reconciler without HTTP, for the tests of applications.
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Evidence, Outcome, ReconcileError, Window } from "../../Reconcile.js"
import type { SendMessage } from "../../SendMessage.js"
import { validate } from "../config/validation.js"
import { message } from "./testInbox.js"

/** A question that was asked. */
export interface Asked {
  readonly request: SendMessage
  readonly window: Window
  readonly except: ReadonlyArray<string>
}

/** An answer of the script: an ordinary one by its name, or a whole one. */
export type Reply = Outcome["_tag"] | Effect.Effect<Outcome, ReconcileError>

/** State of the double. */
export interface Book {
  readonly replies: Array<Reply>
  readonly asked: Array<Asked>
}

/** An ordinary outcome: the thread was read back far enough, and is in sync. */
const outcomeOf = (tag: Outcome["_tag"], { request, window }: Asked, number: number): Effect.Effect<Outcome> =>
  Effect.map(DateTime.now, (readAt) => {
    const stored = message(request, number, DateTime.toEpochMillis(window.until))
    const ids = { NotFound: [], Found: [stored.id], Ambiguous: [stored.id, `${stored.id}again`] }[tag]
    const evidence: Evidence = {
      window,
      readAt,
      messageIds: ids,
      messages: ids.length,
      pages: 1,
      oldest: ids.length === 0 ? null : window.until,
      isSyncing: false
    }
    switch (tag) {
      case "Found":
        return { _tag: tag, message: stored, evidence }
      case "NotFound":
        return { _tag: tag, evidence }
      case "Ambiguous":
        return { _tag: tag, doubts: ["Several"], candidates: ids, evidence }
    }
  })

/** Answers as the script says, or `Ambiguous` where it has ended: that is what must not be sent again unasked. */
export const reconcile = (
  book: Book,
  request: unknown,
  window: Window,
  except: ReadonlyArray<string>,
  invalid: () => ReconcileError
): Effect.Effect<Outcome, ReconcileError> =>
  Effect.gen(function* () {
    const valid = yield* Either.mapLeft(validate(request), invalid)
    const asked: Asked = { request: valid, window, except }
    book.asked.push(asked)
    const reply = book.replies.shift() ?? "Ambiguous"
    return yield* typeof reply === "string" ? outcomeOf(reply, asked, book.asked.length) : reply
  })
