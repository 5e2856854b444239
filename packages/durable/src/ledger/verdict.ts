/** Conclusions about a message, from the messages of its thread. */
import type * as Reconcile from "@inbox-effect/client/Reconcile"
import * as Data from "effect/Data"
import type * as Outcome from "../Outcome.js"
import type { Siblings, Unidentified } from "./siblings.js"

/** A conclusion about a message. */
export type Verdict = Data.TaggedEnum<{
  Delivered: { readonly messageId: string }
  NotDelivered: Record<never, never>
  /** Messages of the thread belong to other sends, which did not know them so far. Then the thread is read again. */
  Identified: { readonly sends: ReadonlyArray<Unidentified>; readonly messageIds: ReadonlyArray<string> }
  /** The thread was read before another send of this text found its message: it has to be read again. */
  Outdated: Record<never, never>
  Doubtful: { readonly evidence: Outcome.Evidence }
  /** Nothing is certain yet: the thread has to be read again, in `retryAfter` milliseconds at the earliest. */
  Unreadable: { readonly evidence: Outcome.Evidence; readonly retryAfter: number | undefined }
}>

export const Verdict = Data.taggedEnum<Verdict>()

type Read = Pick<Reconcile.Outcome, "evidence">

const evidenceOf = (
  { evidence: { messageIds, readAt } }: Read,
  window: Reconcile.Window,
  reasons: ReadonlyArray<Outcome.DoubtReason>,
  candidates: ReadonlyArray<string>
): Outcome.Evidence => ({ reasons, candidates, window, messageIds, readAt })

/**
 * Counts. The messages that fit, newest first, are those of other sends that were accepted, and of sends of which
 * nobody knows. The first take theirs, each exactly one; what is left then belongs to the others, and which one to which
 * does not matter: the texts are equal. More messages than sends, or fewer than were accepted, are nobody's to tell.
 */
const count = (
  read: Read,
  candidates: readonly [string, ...ReadonlyArray<string>],
  window: Reconcile.Window,
  { decided, unidentified, unknown }: Siblings
): Verdict => {
  const unexplained = evidenceOf(read, window, ["Unidentified"], candidates)
  if (decided > 0) return Verdict.Doubtful({ evidence: unexplained })
  if (candidates.length > unidentified.length + unknown + 1) {
    return Verdict.Doubtful({ evidence: evidenceOf(read, window, ["Several"], candidates) })
  }
  if (unidentified.length === 0) return Verdict.Delivered({ messageId: candidates[0] })
  return candidates.length < unidentified.length
    ? Verdict.Unreadable({ evidence: unexplained, retryAfter: undefined })
    : Verdict.Identified({ sends: unidentified, messageIds: [...candidates].reverse() })
}

/** Concludes from what the thread says about a message that was sent in the window, and about other sends of its text. */
export const conclude = (outcome: Reconcile.Outcome, window: Reconcile.Window, siblings: Siblings): Verdict => {
  switch (outcome._tag) {
    case "NotFound":
      return Verdict.NotDelivered()
    case "Found":
      return count(outcome, [outcome.message.id], window, siblings)
    case "Ambiguous": {
      const { candidates, doubts } = outcome
      if (candidates.some((id) => siblings.taken.has(id))) return Verdict.Outdated()
      const [candidate, ...others] = candidates
      if (candidate !== undefined && doubts.every((doubt) => doubt === "Several")) {
        return count(outcome, [candidate, ...others], window, siblings)
      }
      const evidence = evidenceOf(outcome, window, doubts, candidates)
      return doubts.every((doubt) => doubt === "Syncing")
        ? Verdict.Unreadable({ evidence, retryAfter: undefined })
        : Verdict.Doubtful({ evidence })
    }
  }
}
