/**
 * Counterexamples of a report: the exchanges that prove a violation.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Requirement from "../contract/Requirement.js"
import * as Request from "../generate/request.js"
import type { Finding } from "../investigate/finding.js"
import * as Exchange from "../model/Exchange.js"
import type { Target } from "../model/Target.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Redaction from "../text/redaction.js"
import * as Curl from "./curl.js"
import * as Replay from "./Replay.js"
import type { Body, Counterexample, ReportedExchange } from "./Report.js"
import { shellTokens } from "./shellTokens.js"

export const counterexample = (finding: Finding, target: Target): Counterexample => {
  const { trial, violation } = finding
  const token = Redacted.value(target.token)
  const { harm, source } = Requirement.get(finding.requirement)
  const { text: scrub } = Redaction.make(token)
  const requests = trial.exchanges.map((sent) => shownRequest(sent, target, inShell(sent, token)))
  return {
    requirement: finding.requirement,
    level: finding.level,
    also: finding.also,
    expected: scrub(violation.expected),
    actual: scrub(violation.actual),
    place: violation.place,
    when: finding.when,
    source,
    harm,
    reproducible: finding.reproducible,
    repeated: finding.repeated,
    failures: finding.failures,
    alike: finding.alike,
    shrinkRequests: finding.shrinkRequests,
    together: trial.case.mode === "together",
    exchanges: exchanges(trial, target),
    offending: violation.step,
    curl: commandLine(requests, trial.case, target),
    replay: Replay.encode(finding.requirement, trial.case, { isIntermittent: finding.reproducible !== "always" })
  }
}

/** A command line that sends the same: in the background where requests are in flight together, on one connection else. */
const commandLine = (
  requests: ReadonlyArray<Exchange.RawRequest>,
  { mode, steps }: Trial["case"],
  target: Target
): string => {
  const token = Redacted.value(target.token)
  const lines = requests.map((request) => Curl.render(request, target.url.href, token))
  if (mode === "together") return `${lines.map((line) => `${line} &`).join("\n")}\nwait`
  const isApart = steps.some(({ fresh }, index) => index > 0 && fresh === true)
  return (isApart ? undefined : Curl.onOneConnection(requests, target.url.href, token)) ?? lines.join("\n")
}

/**
 * What was sent for a case, and what came back, without the token.
 *
 * @since 0.1.0
 * @category getters
 */
export const exchanges = (trial: Trial, target: Target): ReadonlyArray<ReportedExchange> =>
  trial.exchanges.map((sent) => reportedExchange(sent, shownRequest(sent, target, `<${sent.edit?.title}>`), target))

/** The request without the values of the headers that were given for the target, and without other credentials. */
const shownRequest = (sent: Sent, target: Target, credentials: string): Exchange.RawRequest => {
  const given = new Map(target.headers?.map(([name, value]) => [name, Redacted.value(value)]))
  const request = redactedRequest(sent, Redacted.value(target.token), credentials)
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
  const redaction = Redaction.make(Redacted.value(target.token), [
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
  const details = [
    sent.replyId === undefined ? "" : `a reply to ${sent.replyId}`,
    sent.step.json === "plain" ? "" : `JSON style ${sent.step.json}`,
    sent.step.http === "plain" ? "" : `HTTP form ${sent.step.http}`,
    sent.step.scheme === "Bearer" ? "" : `scheme ${sent.step.scheme}`
  ].filter((detail) => detail !== "")
  return details.length === 0 ? "a valid message" : `a valid message: ${details.join(", ")}`
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
