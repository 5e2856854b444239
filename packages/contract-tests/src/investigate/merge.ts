/**
 * Merges findings that have one cause.
 *
 * @since 0.1.0
 */
import * as Acceptance from "../contract/acceptance.js"
import * as Explain from "../judge/explain.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
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

/** Whether a finding is of a server error, or of a connection that broke. */
const isTrouble = ({ trial, violation }: Finding): boolean =>
  (Exchange.status(trial.exchanges[violation.step]?.exchange as Exchange.Exchange) ?? 500) >= 500

/**
 * Findings without server errors that did not show again, where one is known that shows whatever is sent, or with others
 * in flight: they are told with that one, and do not blame what was sent by chance.
 */
export const withoutEchoes = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const isCause = (finding: Finding) =>
    isTrouble(finding) &&
    (finding.isGeneral || (finding.reproducible === "always" && finding.requirement === "semantics.concurrent"))
  const cause = findings.find((finding) => finding.isGeneral && isCause(finding)) ?? findings.find(isCause)
  if (cause === undefined) return findings
  const isEcho = (finding: Finding) =>
    finding !== cause && finding.reproducible !== "always" && isTrouble(finding) && finding.violation.facet !== "ended"
  const echoes = findings.filter(isEcho)
  const failures = echoes.reduce((sum, each) => sum + each.failures, cause.failures)
  return findings.flatMap((finding) =>
    finding === cause ? [{ ...cause, failures }] : isEcho(finding) ? [] : [finding]
  )
}

/** Milliseconds between the ends of two exchanges that one crash of the target may have broken. */
const oneCrash = 1_000

/**
 * Findings without those of requests that were only in flight when another one, which is proven, broke the connections of
 * all: their own fault did not show again.
 */
export const withoutBystanders = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const isBroken = ({ trial, violation }: Finding) =>
    trial.exchanges[violation.step]?.exchange.outcome.kind === "broken"
  const isProven = findings.some((finding) => finding.reproducible === "always" && isBroken(finding))
  if (!isProven) return findings
  const ends = findings
    .filter(isBroken)
    .map(({ trial, violation }) => trial.exchanges[violation.step]?.exchange.ended ?? 0)
  return findings.filter((finding) => {
    if (finding.reproducible === "always" || !isBroken(finding)) return true
    const ended = finding.trial.exchanges[finding.violation.step]?.exchange.ended ?? 0
    return !ends.some((other) => other !== ended && Math.abs(other - ended) < oneCrash)
  })
}

/**
 * What makes a finding another one than those of the same requirement: its proof. What does not show again cannot be told
 * apart by what it was seen with, nor can what a refused request leaves behind by which one that was.
 */
const identity = ({ reproducible, requirement, role, trial, violation, when }: Finding): string => {
  if (reproducible !== "always") return reproducible
  if (role !== undefined) return `${when} ${violation.requirement} ${violation.facet}`
  if (trial.case.mode === "together") return `together ${violation.requirement} ${violation.facet}`
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
