/**
 * Judges a trial: from exchanges to violations.
 *
 * @since 0.1.0
 */
import type { Ledger } from "../model/Ledger.js"
import type { Trial } from "../send/trial.js"
import { judgeEdit } from "./refusal.js"
import { judgeConstancy, judgePause } from "./semantics.js"
import { judgeSend } from "./send.js"
import type { Violation } from "./violation.js"

/**
 * Judges a trial, and notes in the ledger what it shows.
 *
 * @since 0.1.0
 * @category judging
 */
export const judge = (trial: Trial, ledger: Ledger): ReadonlyArray<Violation> => [
  ...trial.exchanges.flatMap((sent, position) =>
    sent.edit === undefined ? judgeSend(sent, position, ledger) : judgeEdit(trial, sent, sent.edit, position, ledger)
  ),
  ...judgeConstancy(trial, ledger),
  ...judgePause(trial)
]
