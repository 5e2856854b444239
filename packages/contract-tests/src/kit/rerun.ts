/**
 * Findings of an earlier run, to be sent again before everything else.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type { Case } from "../model/Case.js"
import * as Replay from "../report/Replay.js"
import type { Report } from "../report/Report.js"
import { told } from "../report/summary.js"
import { count } from "../text/words.js"

/** The findings of an earlier report. */
export interface Earlier {
  readonly cases: ReadonlyArray<Case>
  /** The requirements that were broken. */
  readonly requirements: ReadonlyArray<string>
  /** The number of findings that this version cannot read. */
  readonly unreadable: number
}

/** The number of times that a case is sent, where luck decides whether its fault shows. */
const chances = 5

/** Reads the findings of a report: each case once, those that do not fail each time more often. */
export const read = (report: Report): Earlier => {
  const findings = (["failed", "warned"] as const).flatMap((status) => told(report, status))
  const tokens = findings.map(({ counterexample }) => counterexample.replay).filter((token) => token !== "")
  const replays = [...new Set(tokens)].map(Replay.decode)
  const readable = replays.flatMap((each) => (Either.isRight(each) ? [each.right] : []))
  return {
    cases: readable.flatMap(({ case: self, isIntermittent }) =>
      Array.from({ length: isIntermittent || self.mode === "together" ? chances : 1 }, () => self)
    ),
    requirements: [...new Set(findings.map(({ requirement }) => requirement.id))],
    unreadable: replays.length - readable.length
  }
}

/** Tells what has become of the requirements that were broken, in sentences for a report. */
export const notes = (earlier: Earlier, report: Report): ReadonlyArray<string> => {
  const isBroken = (id: string) =>
    report.requirements.some((row) => row.id === id && (row.status === "failed" || row.status === "warned"))
  const still = earlier.requirements.filter(isBroken)
  const others = earlier.requirements.filter((id) => !isBroken(id))
  return [
    earlier.requirements.length === 0
      ? "the earlier report has no finding"
      : `of ${count(earlier.requirements.length, "requirement")} that the earlier run broke, ${[
          ...(still.length === 0 ? [] : [`broken again: ${still.join(", ")}`]),
          ...(others.length === 0 ? [] : [`not broken in this run: ${others.join(", ")}`])
        ].join("; ")}`,
    ...(earlier.unreadable === 0
      ? []
      : [
          `${count(earlier.unreadable, "finding")} of the earlier report are of another version, and were not sent first`
        ])
  ]
}
