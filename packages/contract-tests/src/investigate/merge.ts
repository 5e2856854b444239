/**
 * Merges findings that have one cause.
 *
 * @since 0.1.0
 */
import * as Acceptance from "../contract/acceptance.js"
import * as Explain from "../judge/explain.js"
import * as Case from "../model/Case.js"
import { type Context, type Failure, type Finding, sentOf } from "./finding.js"

/** The failures that a finding does not explain, because what it comes down to does not occur in them. */
export const unexplained = (
  failures: ReadonlyArray<Failure>,
  finding: Finding,
  context: Context
): ReadonlyArray<Failure> => {
  const sent = finding.trial.exchanges[finding.violation.step]
  if (sent === undefined || sent.edit !== undefined || finding.reproducible !== "always") return []
  const needle = sent.step.content
  if (finding.trial.exchanges.length > 1 || needle === Case.simplest || [...needle].length > 20) return []
  if (finding.violation.requirement === "semantics.content") {
    return failures.filter(
      ({ violation }) => Explain.explained(violation, context.session.ledger).facet !== finding.violation.facet
    )
  }
  if (finding.violation.requirement !== Acceptance.acceptance || !Case.isPlain(sent.step)) return []
  return failures.filter((failure) => !(sentOf(failure)?.step.content ?? "").includes(needle))
}

/** What else failed in the same way. */
export const withCompany = (finding: Finding, failures: ReadonlyArray<Failure>): Finding => ({
  ...finding,
  failures: failures.length,
  alike: [
    ...new Set(
      failures.flatMap((failure) => {
        const edit = sentOf(failure)?.edit
        return edit === undefined || edit.id === finding.trial.exchanges[finding.violation.step]?.edit?.id
          ? []
          : [edit.title]
      })
    )
  ]
})

/**
 * What makes a finding another one than those of the same requirement: its proof. What does not show again cannot be told
 * apart by what it was seen with, nor can what a refused request leaves behind by which one that was.
 */
const identity = ({ reproducible, requirement, trial, violation, when }: Finding): string => {
  if (reproducible !== "always") return reproducible
  return when !== "" && (requirement === "semantics.stable" || requirement === "semantics.unique")
    ? `${when} ${violation.requirement} ${violation.facet}`
    : Case.key({ ...trial.case, probe: "" }).replace(/"id:[^"]*"/g, '"id"')
}

/** Findings with the same proof are one. */
export const merged = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const byProof = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${finding.requirement} ${identity(finding)}`
    const before = byProof.get(key)
    byProof.set(
      key,
      before === undefined
        ? finding
        : {
            ...before,
            also: [...new Set([...before.also, ...finding.also])].filter((id) => id !== before.requirement),
            failures: before.failures + finding.failures
          }
    )
  }
  return [...byProof.values()]
}
