/**
 * Counterexamples of a report: the exchanges that prove a violation.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Requirement from "../contract/Requirement.js"
import * as Extra from "../generate/extra.js"
import * as HttpForm from "../generate/http.js"
import * as JsonStyle from "../generate/json/style.js"
import * as Request from "../generate/request.js"
import type { ByHand, Finding } from "../investigate/finding.js"
import { rowOf } from "../model/Check.js"
import * as Exchange from "../model/Exchange.js"
import type { Target } from "../model/Target.js"
import type { OwnProof, OwnResult } from "../run/ownChecks.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Redaction from "../text/redaction.js"
import { spelled } from "../text/visible.js"
import { count } from "../text/words.js"
import { commandLine, tokenOf } from "./commandLine.js"
import * as Replay from "./Replay.js"
import type { Body, Counterexample, ReportedExchange } from "./Report.js"
import { shellTokens } from "./shellTokens.js"

export const counterexample = (finding: Finding, target: Target): Counterexample => {
  const { trial, violation } = finding
  const { harm, source } = Requirement.get(finding.requirement)
  const scrub = scrubbed(trial, target)
  return {
    requirement: finding.requirement,
    level: finding.level,
    also: finding.also,
    expected: scrub(violation.expected),
    actual: scrub(violation.actual),
    place: violation.place,
    when: circumstancesOf(finding),
    source,
    harm,
    reproducible: finding.reproducible,
    repeated: finding.repeated,
    failures: finding.failures,
    alike: finding.alike,
    shrinkRequests: finding.shrinkRequests,
    ...(finding.isUnfinished === true ? { unfinished: true as const } : {}),
    together: trial.case.mode === "together",
    exchanges: exchanges(trial, target),
    offending: violation.step,
    curl: byHand(finding, target),
    replay: replayOf(finding)
  }
}

/** The counterexample of a check of the user's own. It has no replay token: the command does not know the check. */
export const ownCounterexample = (
  { check, failures }: OwnResult,
  { failure, repeated, shrinkRequests, step, trial }: OwnProof,
  target: Target
): Counterexample => {
  const show = (text: string) => spelled(scrubbed(trial, target)(text).slice(0, longestOwn))
  return {
    requirement: rowOf(check),
    level: check.level ?? "MUST",
    also: [],
    expected: show(failure.expected),
    actual: show(failure.actual),
    place: show(failure.place ?? "body"),
    when: "",
    source: check.source ?? "",
    harm: check.harm ?? "",
    reproducible: repeated.times === 0 ? "unknown" : repeated.failed === repeated.times ? "always" : "sometimes",
    repeated,
    failures,
    alike: [],
    shrinkRequests,
    together: trial.case.mode === "together",
    exchanges: exchanges(trial, target),
    offending: step,
    curl: pasted(trial, target, true),
    replay: ""
  }
}

/** Characters of what a check says that are shown. */
const longestOwn = 1_000

/** Takes every token that a trial was sent with out of a text. */
const scrubbed = (trial: Trial, target: Target) => (text: string) =>
  trial.exchanges.reduce((changed, sent) => Redaction.make(tokenOf(sent, target)).text(changed), text)

/** Command lines that show a finding to a server that has forgotten the run, or say why they cannot. */
const byHand = (finding: Finding, target: Target): string => {
  const { byHand, trial, when } = finding
  if (typeof byHand === "object") return pasted(byHand.trial, target, true, byHand.targets)
  const lines = pasted(trial, target, when !== "")
  const why = unshown(finding)
  return why === undefined ? lines : `# ${why}\n${lines}`
}

/** The reason for which the lines may show nothing to a server that has forgotten the run. */
const unshown = ({ byHand, repeated: { failed, times }, reproducible, trial }: Finding): string | undefined => {
  if (byHand === "unshown") return "curl alone does not show it: it took other requests before"
  if (reproducible !== "sometimes" || trial.case.mode === "together") return undefined
  const again = failed === 0 ? "went well" : `failed ${count(failed, "time")}`
  return `curl may not show it: sent again ${count(times, "time")}, this ${again}`
}

/** The token of a finding, with the requests that it takes before its own. */
const replayOf = ({ byHand, reproducible, requirement, trial }: Finding): string => {
  const before = typeof byHand === "object" ? byHand.before : []
  const isIntermittent = reproducible !== "always" || byHand === "unshown"
  return Replay.encode(requirement, { ...trial.case, steps: [...before, ...trial.case.steps] }, { isIntermittent })
}

/** Command lines that send a trial again, with what a shell makes of the token. */
const pasted = (trial: Trial, target: Target, isWhole: boolean, targets?: ByHand["targets"]): string => {
  const lines = commandLine(trial, target, {
    shown: (sent) => shownRequest(sent, target, inShell(sent, tokenOf(sent, target))),
    isWhole,
    targets
  })
  const named = trial.exchanges.map(({ edit }) => `<${edit?.title ?? ""}>`).find((each) => lines.includes(each))
  return named === undefined ? lines : `# curl needs the credentials in place of ${named}\n${lines}`
}

/**
 * Requests and answers of a case, without the token.
 *
 * @since 0.1.0
 * @category getters
 */
export const exchanges = (trial: Trial, target: Target): ReadonlyArray<ReportedExchange> =>
  trial.exchanges.map((sent) => reportedExchange(sent, shownRequest(sent, target, `<${sent.edit?.title}>`), target))

/** The request without the values of the headers that were given for the target, and without other credentials. */
const shownRequest = (sent: Sent, target: Target, credentials: string): Exchange.RawRequest => {
  const given = new Map(target.headers?.map(([name, value]) => [name, Redacted.value(value)]))
  const request = redactedRequest(sent, tokenOf(sent, target), credentials)
  const headers = request.headers.map(
    ([name, value]) => [name, given.get(name) === value ? `<value of ${name}>` : value] as const
  )
  return given.size === 0 ? request : { ...request, headers }
}

/** The credentials that an edit made, as a shell makes them; where it cannot, the name of the edit. */
const inShell = ({ edit }: Sent, token: string): string =>
  (edit === undefined ? undefined : shellTokens[edit.id]?.(token)) ?? `<${edit?.title ?? ""}>`

/**
 * The request without anything from which the token could be guessed: where an edit made another credential out of it,
 * the name of the edit stands instead.
 */
const redactedRequest = (sent: Sent, token: string, credentials: string): Exchange.RawRequest => {
  const { request } = sent.exchange
  if (sent.edit === undefined || !sent.edit.requirement.startsWith("auth.")) return request
  const sameWithout = Request.request(sent.step, {
    token: [...token].map((character) => (character === "z" ? "y" : "z")).join(""),
    thread: sent.threadId,
    replyId: sent.replyId,
    messageId: undefined,
    isMessage: () => false,
    threads: [],
    elsewhere: []
  })?.headers
  return {
    ...request,
    path: request.path.replaceAll(encodeURIComponent(token), () => token),
    headers: request.headers.map(([name, value]) =>
      name.toLowerCase() !== "authorization" ||
      value.includes(token) ||
      Exchange.header(sameWithout ?? [], "authorization") === value
        ? [name, value]
        : [name, credentials]
    )
  }
}

const reportedExchange = (sent: Sent, request: Exchange.RawRequest, target: Target): ReportedExchange => {
  const { outcome, started, ended } = sent.exchange
  const authorization = Exchange.header(sent.exchange.request.headers, "authorization")
  const redaction = Redaction.make(tokenOf(sent, target), [
    ...(authorization === undefined ? [] : [Redaction.credentials(authorization)]),
    ...(target.headers ?? []).map(([, value]) => Redacted.value(value))
  ])
  const scrubbed = (headers: ReadonlyArray<readonly [string, string]>) =>
    headers.map(([name, value]) => [name, redaction.text(value)] as const)
  return {
    title: title(sent),
    request: {
      method: request.method,
      url: `${target.url.href.replace(/\/+$/, "")}${redaction.text(request.path)}`,
      headers: scrubbed(request.headers),
      body: request.body === undefined ? null : body(request.body, redaction)
    },
    response:
      "response" in outcome
        ? {
            status: outcome.response.status,
            statusText: redaction.text(outcome.response.statusText),
            headers: scrubbed(outcome.response.headers),
            body: body(outcome.response.body, redaction)
          }
        : null,
    trouble: trouble(outcome),
    durationMs: Math.round((ended - started) * 100) / 100
  }
}

const title = (sent: Sent): string => {
  if (sent.edit !== undefined) return sent.edit.title
  const details = [...(sent.replyId === undefined ? [] : [`a reply to ${sent.replyId}`]), ...specialties(sent)]
  return details.length === 0 ? "a valid message" : `a valid message: ${details.join(", ")}`
}

/** Titles of everything special about the spelling of a request. */
const specialties = ({ step: { extra, http, json, scheme } }: Sent): ReadonlyArray<string> => [
  ...(http === "plain" ? [] : Option.toArray(HttpForm.byId(http)).map(({ title }) => title)),
  ...(json === "plain" ? [] : Option.toArray(JsonStyle.byId(json)).map(({ title }) => title)),
  ...(scheme === "Bearer" ? [] : [`the scheme spelled ${scheme}`]),
  ...(extra === undefined ? [] : Option.toArray(Extra.byId(extra)).map(({ title }) => title))
]

/** The circumstances of a finding, with the spelling that shrinking could not take away. */
const circumstancesOf = ({ reproducible, trial, violation, when }: Finding): string => {
  const sent = trial.exchanges[violation.step]
  const spelled = sent === undefined || reproducible !== "always" ? [] : specialties(sent)
  return [...(when === "" ? [] : [when]), ...(spelled.length === 0 ? [] : [`with ${spelled.join(", ")}`])].join(", ")
}

const trouble = (outcome: Exchange.Outcome): string | null => {
  switch (outcome.kind) {
    case "answered":
      return null
    case "silent":
      return `no answer within ${outcome.timeout} ms`
    case "incomplete":
    case "broken":
    case "unreachable":
      return outcome.reason
  }
}

/** Longer bodies are cut in reports; the replay token still has all of them. */
const longestBody = 16_384

const body = (bytes: Uint8Array, redaction: Redaction.Redaction): Body => {
  const shown = redaction.bytes(bytes).subarray(0, longestBody)
  try {
    // A cut may fall inside a character: then the rest of it is left out.
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(shown, {
      stream: bytes.byteLength > longestBody
    })
    return { encoding: "utf-8", text, bytes: bytes.byteLength }
  } catch {
    return { encoding: "base64", text: Buffer.from(shown).toString("base64"), bytes: bytes.byteLength }
  }
}
