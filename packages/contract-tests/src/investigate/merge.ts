/** Merges findings that have one cause. */
import * as Option from "effect/Option"
import * as Acceptance from "../contract/acceptance.js"
import * as HttpForm from "../generate/http.js"
import { isBlank } from "../judge/diagnosis/transforms.js"
import * as Explain from "../judge/explain.js"
import { statusOf } from "../judge/violation.js"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Sent } from "../send/trial.js"
import { enumerated } from "../text/words.js"
import { type Context, type Failure, type Finding, sentOf } from "./finding.js"
import { positionOfTarget } from "./repliedTo.js"

/** The failures that a finding does not explain, because what it comes down to does not occur in them. */
export const unexplained = (
  failures: ReadonlyArray<Failure>,
  finding: Finding,
  context: Context
): ReadonlyArray<Failure> => {
  const sent = sentOf(finding)
  if (sent.edit !== undefined || finding.reproducible !== "always") return []
  const needle = sent.step.content
  if (finding.trial.exchanges.length > 1 || needle === Case.simplest) return []
  if (isLong(needle)) {
    return finding.violation.requirement === Acceptance.acceptance
      ? failures.filter((failure) => isShorter(sentOf(failure).step.content, needle))
      : []
  }
  if (finding.violation.requirement === "semantics.content") {
    const { facet } = finding.violation
    return failures.filter(({ violation }) => !Explain.isExplainedBy(facet, violation, context.session.ledger))
  }
  if (finding.violation.requirement !== Acceptance.acceptance || !Case.isPlain(sent.step)) return []
  const isOfKind = kindOf(needle)?.isIn ?? ((content: string) => content.includes(needle))
  return failures.filter((failure) => !isOfKind(sentOf(failure).step.content))
}

/** Tells whether a content is shorter in whatever a limit may count: bytes, UTF-16 units or code points. */
const isShorter = (content: string, limit: string): boolean =>
  content.length < limit.length &&
  Buffer.byteLength(content) < Buffer.byteLength(limit) &&
  [...content].length < [...limit].length

/** Kinds of contents of which servers refuse all, as a rule, or none. */
const kinds = [
  { name: "half of a pair", isIn: Acceptance.hasLoneSurrogate },
  { name: "blank", isIn: isBlank },
  { name: "beyond the first plane", isIn: (content: string) => /[\u{10000}-\u{10ffff}]/u.test(content) }
] as const

/** The kind of the smallest content that is refused, where it is a character of one. */
const kindOf = (smallest: string) => ([...smallest].length === 1 ? kinds.find(({ isIn }) => isIn(smallest)) : undefined)

/** Adds the other failures of the same kind to a finding. */
export const withCompany = (finding: Finding, failures: ReadonlyArray<Failure>): Finding => {
  const own = sentOf(finding).edit?.id
  // An edit that was made smaller has another title than it had.
  const others = failures.map(sentOf).filter(({ edit }) => edit === undefined || edit.id !== own)
  const titles = others.map((sent) => titleOf(finding.requirement, sent))
  return { ...finding, failures: failures.length, alike: alikeTo(finding, titles) }
}

/** Titles apart from that of a finding, each once. */
const alikeTo = (finding: Finding, titles: ReadonlyArray<string | undefined>): ReadonlyArray<string> => {
  const own = titleOf(finding.requirement, sentOf(finding))
  return [...new Set(titles)].flatMap((title) => (title === undefined || title === own ? [] : [title]))
}

/** The title of the edit of a request, or of its HTTP form where the finding is about those. */
const titleOf = (requirement: Finding["requirement"], { edit, step }: Sent): string | undefined =>
  edit !== undefined || requirement !== "accept.encoding.http"
    ? edit?.title
    : HttpForm.byId(step.http).pipe(
        Option.filter((form) => form !== HttpForm.plain),
        Option.map(({ title }) => title),
        Option.getOrUndefined
      )

/** Tells whether a finding is of a server error, or of a connection that broke. */
const isTrouble = (finding: Finding): boolean => (Exchange.status(sentOf(finding).exchange) ?? 500) >= 500

/**
 * Findings without those that are told with another one, and would blame what was sent by chance: they did not show again,
 * and the other one shows a server error whatever is sent or with others in flight, shows with others in flight at the same
 * place of the answer, or is the same refusal by a server that changes its mind.
 */
export const withoutEchoes = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> =>
  withoutRefusalsOfAnother(withoutErrorsOfAnother(withoutMixUps(findings)))

const isMixUp = ({ reproducible, requirement }: Finding): boolean =>
  reproducible === "always" && requirement === "semantics.concurrent"

const withoutMixUps = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const places = new Set(
    findings.filter((finding) => isMixUp(finding) && !isTrouble(finding)).map(({ violation }) => violation.place)
  )
  const isEcho = (finding: Finding): boolean =>
    finding.reproducible !== "always" && places.has(finding.violation.place) && sentOf(finding).exchange.inFlight > 1
  return findings.filter((finding) => !isEcho(finding))
}

const withoutErrorsOfAnother = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const isCause = (finding: Finding) => isTrouble(finding) && (finding.isGeneral || isMixUp(finding))
  const cause = findings.find((finding) => finding.isGeneral && isCause(finding)) ?? findings.find(isCause)
  return withoutThose(
    findings,
    cause,
    (finding) => finding.reproducible !== "always" && isTrouble(finding) && finding.violation.facet !== "ended"
  )
}

/** A server that refuses for a while what it accepts again refuses whatever is sent just then. */
const withoutRefusalsOfAnother = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const isPassing = ({ reproducible, violation }: Finding) =>
    reproducible !== "always" && violation.requirement === Acceptance.acceptance
  const answerOf = (finding: Finding) => answerTo(sentOf(finding).exchange)
  const cause = findings.find((finding) => finding.requirement === "semantics.stable" && isPassing(finding))
  return withoutThose(
    findings,
    cause,
    (finding) => cause !== undefined && isPassing(finding) && answerOf(finding) === answerOf(cause)
  )
}

/** Findings without those that echo another one, which counts their failures. */
const withoutThose = (
  findings: ReadonlyArray<Finding>,
  cause: Finding | undefined,
  isEcho: (finding: Finding) => boolean
): ReadonlyArray<Finding> => {
  if (cause === undefined) return findings
  const echoes = findings.filter((finding) => finding !== cause && isEcho(finding))
  const failures = echoes.reduce((sum, each) => sum + each.failures, cause.failures)
  return findings.flatMap((finding) =>
    finding === cause ? [{ ...cause, failures }] : echoes.includes(finding) ? [] : [finding]
  )
}

/** Milliseconds between the ends of two exchanges that one crash of the target may have broken. */
const oneCrash = 1_000

/**
 * Findings without those of requests that were only in flight when another one, which is proven, broke the connections of
 * all: their own fault did not show again.
 */
export const withoutBystanders = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const isBroken = (finding: Finding) => sentOf(finding).exchange.outcome.kind === "broken"
  const isProven = findings.some((finding) => finding.reproducible === "always" && isBroken(finding))
  if (!isProven) return findings
  const ends = findings.filter(isBroken).map((finding) => sentOf(finding).exchange.ended)
  return findings.filter((finding) => {
    if (finding.reproducible === "always" || !isBroken(finding)) return true
    const { ended } = sentOf(finding).exchange
    return !ends.some((other) => other !== ended && Math.abs(other - ended) < oneCrash)
  })
}

/**
 * A key of a finding among those of the same requirement: its proof. What does not show again cannot be told
 * apart by what it was seen with, nor can what a refused request leaves behind by which one that was.
 */
const identity = (finding: Finding): string => {
  const { reproducible, requirement, role, trial, violation, when } = finding
  if (reproducible !== "always") return reproducible
  if (role !== undefined) return `${when} ${violation.requirement} ${violation.facet}`
  if (trial.case.mode === "together") return `together ${violation.requirement} ${violation.facet}`
  const error = errorOf(finding)
  if (error !== undefined) return `${when} error ${error}`
  // One change of contents shows in many forms of a request.
  if (requirement === "semantics.content" && violation.facet !== "changed") return `changed ${violation.facet}`
  const target = kindOfTarget(finding)
  if (target !== undefined) return `target ${target} ${answerTo(sentOf(finding).exchange)}`
  const refused = kindOfRefused(finding)
  if (refused !== undefined) return `refused ${refused}`
  // How many messages had been accepted when it was looked at makes no other fault.
  return when !== "" && (requirement === "semantics.stable" || requirement === "semantics.unique")
    ? `${when.replace(/\d+ messages/, "messages")} ${violation.requirement} ${violation.facet}`
    : Case.key({ ...trial.case, probe: "" }).replace(/"id:[^"]*"/g, '"id"')
}

/**
 * The answer with which invalid requests end in a server error, without the numbers in it, or the way in which there is none:
 * those that end alike have one cause, as far as anybody can tell from outside. What ends the server is told request by request.
 */
const errorOf = (finding: Finding): string | undefined => {
  const { edit, exchange } = sentOf(finding)
  const isError = finding.requirement === "protocol.no-server-error" && finding.violation.facet !== "ended"
  return isError && edit !== undefined ? (answerTo(exchange) ?? statusOf(exchange)) : undefined
}

/** An answer without the numbers in it; `undefined` where there is none. */
const answerTo = (exchange: Exchange.Exchange): string | undefined => {
  const response = Exchange.response(exchange)
  if (response === undefined) return undefined
  const text = Buffer.from(response.body.subarray(0, longestAnswer)).toString()
  // Whole runs, and then a look into each: what a server answers may be one run of letters.
  return `${response.status} ${text.replace(/[0-9a-f]+/gi, (run) => (/\d/.test(run) ? "0" : run))}`
}

/** Bytes of an answer that are compared. */
const longestAnswer = 16_384

/** Tells whether it is for its length that a content is refused, and not for what is in it. */
const isLong = (content: string): boolean => [...content].length > 20

/** The kind of what is refused, where one content or one HTTP form is all that is special about a request. */
const kindOfRefused = ({ requirement, trial }: Finding): string | undefined => {
  const { steps } = trial.case
  const [step] = steps
  const [sent] = trial.exchanges
  // Which parameters and spellings a server takes is one comparison, as a rule.
  if (requirement === "accept.encoding.http" && steps.length === 1 && sent !== undefined)
    return `form ${answerTo(sent.exchange)}`
  const isOfContent = requirement === "accept.content" || requirement === "accept.content.whitespace"
  const isAlone = isOfContent && steps.length === 1 && step !== undefined && Case.isPlain(step)
  if (!isAlone) return undefined
  return isLong(step.content) && sent !== undefined ? `long ${answerTo(sent.exchange)}` : kindOf(step.content)?.name
}

/** The kind of the message that a reply fails for, where it takes one of its own. */
const kindOfTarget = (finding: Finding): string | undefined => {
  const position = positionOfTarget(finding)
  const content = finding.trial.exchanges[position]?.step.content
  if (content === undefined) return finding.takesEarlier ? "earlier" : undefined
  return isLong(content) ? "long" : (kindOf(content)?.name ?? content)
}

const keyRow = "response.key."

const isMissingKey = ({ requirement, violation }: Finding): boolean =>
  requirement.startsWith(keyRow) && violation.facet === "missing"

/** The requirement of a finding, or one name for all keys: those that are missing from one answer are left out in one place. */
const subject = (finding: Finding): string => (isMissingKey(finding) ? "missing keys" : finding.requirement)

/** The finding of a missing key that says which others are missing. */
const withMissingKeys = (finding: Finding): Finding => {
  const others = finding.also.filter((id) => id.startsWith(keyRow))
  if (!isMissingKey(finding) || others.length === 0) return finding
  const names = [finding.requirement, ...others].map((id) => id.slice(keyRow.length))
  const actual = `the keys ${enumerated(names, "and")} are missing`
  return { ...finding, violation: { ...finding.violation, actual } }
}

/** Findings with the same proof are one. */
export const merged = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const byProof = new Map<string, Finding>()
  for (const finding of findings) {
    const key = `${subject(finding)} ${identity(finding)}`
    const before = byProof.get(key)
    byProof.set(
      key,
      before === undefined
        ? finding
        : {
            ...before,
            also: [...new Set([...before.also, finding.requirement, ...finding.also])].filter(
              (id) => id !== before.requirement
            ),
            alike: alikeTo(before, [...before.alike, titleOf(finding.requirement, sentOf(finding)), ...finding.alike]),
            failures: before.failures + finding.failures
          }
    )
  }
  return [...byProof.values()].map(withMissingKeys)
}
