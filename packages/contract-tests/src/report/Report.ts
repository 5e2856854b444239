/**
 * The report of a run: one schema, from which every format is written.
 *
 * @since 0.1.0
 */

import * as JSONSchema from "effect/JSONSchema"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Requirement from "../contract/Requirement.js"
import type { Waiver } from "../contract/Waiver.js"
import * as Content from "../generate/Content.js"
import * as Request from "../generate/request.js"
import type { Finding } from "../investigate/investigate.js"
import * as Judge from "../judge/judge.js"
import * as Budget from "../model/Budget.js"
import * as Exchange from "../model/Exchange.js"
import type * as Engine from "../run/engine.js"
import type { Target } from "../send/session.js"
import * as Curl from "./curl.js"
import * as Replay from "./Replay.js"
import * as Redaction from "./redaction.js"
import { unasked } from "./summary.js"

/**
 * The outcome of a run. `inconclusive`: it could not be told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Verdict = Schema.Literal("conforms", "violates", "inconclusive")

/**
 * @since 0.1.0
 * @category models
 */
export type Verdict = typeof Verdict.Type

/**
 * The outcome for one requirement. `failed` and `warned`: broken, at the level MUST and SHOULD; `waived`: broken, and
 * excused; `skipped`: not asked for, or nothing came of the run that would show it; `inconclusive`: the run ended
 * before it was put to the test.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status = Schema.Literal("passed", "failed", "warned", "waived", "skipped", "inconclusive")

/**
 * @since 0.1.0
 * @category models
 */
export type Status = typeof Status.Type

/**
 * A body, as text where it is UTF-8 and as base64 where it is not. `bytes` counts the whole body; long ones are cut.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Body = Schema.Struct({
  encoding: Schema.Literal("utf-8", "base64"),
  text: Schema.String,
  bytes: Schema.NonNegativeInt
}).annotations({ identifier: "Body" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Body extends Schema.Schema.Type<typeof Body> {}

const HeaderList = Schema.Array(Schema.Tuple(Schema.String, Schema.String))

/**
 * One request of a counterexample, and what came back. The token is left out everywhere.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReportedExchange = Schema.Struct({
  /** What the request is, in a few words. */
  title: Schema.String,
  request: Schema.Struct({
    method: Schema.String,
    url: Schema.String,
    headers: HeaderList,
    body: Schema.NullOr(Body)
  }),
  response: Schema.NullOr(
    Schema.Struct({ status: Schema.Int, statusText: Schema.String, headers: HeaderList, body: Body })
  ),
  /** What happened instead of a complete answer. */
  trouble: Schema.NullOr(Schema.String),
  durationMs: Schema.Number
}).annotations({ identifier: "Exchange" })

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportedExchange extends Schema.Schema.Type<typeof ReportedExchange> {}

/**
 * The proof of a violation.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Counterexample = Schema.Struct({
  /** The requirement that is broken first of all. */
  requirement: Schema.String,
  level: Schema.Literal("MUST", "SHOULD"),
  also: Schema.Array(Schema.String),
  expected: Schema.String,
  actual: Schema.String,
  /** Where it shows: `status`, `connection`, `header content-type`, `body`, `$.createdAt`. */
  place: Schema.String,
  /** Under which circumstances; empty for always. */
  when: Schema.String,
  /** The sentence that is broken, and whose it is. */
  source: Schema.String,
  /** What a client suffers. */
  harm: Schema.String,
  reproducible: Schema.Literal("always", "sometimes", "unknown"),
  /** How many cases failed in the same way. */
  failures: Schema.NonNegativeInt,
  /** What else was answered wrongly in the same way. */
  alike: Schema.Array(Schema.String),
  shrinkRequests: Schema.NonNegativeInt,
  /** Whether the requests were in flight together. */
  together: Schema.Boolean,
  exchanges: Schema.Array(ReportedExchange),
  /** The position of the offending exchange. */
  offending: Schema.NonNegativeInt,
  curl: Schema.String,
  replay: Schema.String
}).annotations({ identifier: "Counterexample" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Counterexample extends Schema.Schema.Type<typeof Counterexample> {}

/**
 * What a run says of one requirement.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReportedRequirement = Schema.Struct({
  id: Schema.String,
  group: Schema.Literal(...Requirement.groups),
  level: Schema.Literal("MUST", "SHOULD"),
  title: Schema.String,
  status: Status,
  cases: Schema.NonNegativeInt,
  /** Why it is skipped or inconclusive. */
  because: Schema.optionalWith(Schema.String, { exact: true }),
  /** Why a broken requirement is excused. */
  waived: Schema.optionalWith(Schema.String, { exact: true }),
  counterexample: Schema.optionalWith(Counterexample, { exact: true }),
  furtherCounterexamples: Schema.optionalWith(Schema.Array(Counterexample), { exact: true })
}).annotations({ identifier: "Requirement" })

/**
 * @since 0.1.0
 * @category models
 */
export interface ReportedRequirement extends Schema.Schema.Type<typeof ReportedRequirement> {}

/**
 * How long answers took, in milliseconds: shares of all requests, and how many took how long. The intervals of the
 * histogram follow one another, each a fixed factor longer than the one before; `to` is not in them.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Latency = Schema.Struct({
  p50: Schema.Number,
  p90: Schema.Number,
  p95: Schema.Number,
  p99: Schema.Number,
  max: Schema.Number,
  histogram: Schema.Array(Schema.Struct({ from: Schema.Number, to: Schema.Number, requests: Schema.NonNegativeInt }))
}).annotations({ identifier: "Latency" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Latency extends Schema.Schema.Type<typeof Latency> {}

/**
 * The whole report.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Report = Schema.Struct({
  version: Schema.Literal(1),
  verdict: Verdict,
  /** One sentence: why the verdict is not a plain yes or no, and what to do. */
  reason: Schema.NullOr(Schema.String),
  target: Schema.String,
  threads: Schema.Array(Schema.String),
  seed: Schema.Int,
  budget: Budget.Budget,
  runs: Schema.Int,
  strict: Schema.Boolean,
  startedAt: Schema.String,
  durationMs: Schema.NonNegativeInt,
  requests: Schema.NonNegativeInt,
  accepted: Schema.NonNegativeInt,
  /** Answers of 429 that were waited out, and the milliseconds that it took. */
  rateLimited: Schema.NonNegativeInt,
  waitedMs: Schema.NonNegativeInt,
  /** Milliseconds from request to answer. */
  latency: Latency,
  requirements: Schema.Array(ReportedRequirement),
  /** How many contents of each class were sent. */
  coverage: Schema.Array(Schema.Struct({ class: Schema.String, title: Schema.String, cases: Schema.NonNegativeInt })),
  /** Waivers of requirements that hold. */
  staleWaivers: Schema.Array(Schema.String),
  /** What a reader should know besides: limits that were found, cases that were left out. */
  notes: Schema.Array(Schema.String)
}).annotations({ identifier: "Report", title: "Conformance report of the Send message endpoint" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * The schema of a report as JSON Schema (draft 7), for readers in other languages.
 *
 * @since 0.1.0
 * @category schemas
 */
export const jsonSchema: JSONSchema.JsonSchema7Root = JSONSchema.make(Report)

/**
 * What a report needs besides the result of the run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context {
  readonly target: Target
  readonly seed: number
  readonly budget: Budget.Budget
  readonly runs: number
  readonly strict: boolean
  readonly selected: (id: string) => boolean
  readonly waivers: ReadonlyArray<Waiver>
  readonly startedAt: Date
}

/**
 * Writes the report of a result.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (result: Engine.Result, context: Context): Report => {
  const counterexamples = result.findings.map((finding) => counterexample(finding, context.target))
  const requirements = Requirement.all.map((requirement) => reported(requirement, counterexamples, result, context))
  const staleWaivers = context.waivers
    .filter(({ id }) => requirements.some((each) => each.id === id && each.status === "passed"))
    .map(({ id }) => id)
  return {
    version: 1,
    ...decide(result, requirements, staleWaivers, context),
    target: context.target.url.href,
    threads: context.target.threads.filter((thread) => thread !== undefined),
    seed: context.seed,
    budget: context.budget,
    runs: context.runs,
    strict: context.strict,
    startedAt: context.startedAt.toISOString(),
    durationMs: result.durationMs,
    requests: result.stats.requests,
    accepted: result.stats.accepted,
    rateLimited: result.stats.limited,
    waitedMs: Math.round(result.stats.waited),
    latency: latency(result.stats.latencies),
    requirements,
    coverage: Content.classes.map(({ id, title }) => ({ class: id, title, cases: result.coverage.get(id) ?? 0 })),
    staleWaivers,
    notes: notes(result, context)
  }
}

const latency = (times: ReadonlyArray<number>): Latency => {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => hundredths(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0)
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1), histogram: histogram(sorted) }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100

/** Intervals of the histogram from one power of ten to the next. */
const perDecade = 8

/** Answers that take less, in milliseconds, count as this. */
const shortest = 0.01

const histogram = (sorted: ReadonlyArray<number>): Latency["histogram"] => {
  if (sorted.length === 0) return []
  const intervals = sorted.map((time) => Math.floor(Math.log10(Math.max(shortest, time)) * perDecade))
  const first = intervals[0] ?? 0
  const counts = new Map<number, number>()
  for (const interval of intervals) counts.set(interval, (counts.get(interval) ?? 0) + 1)
  const edge = (interval: number) => Number((10 ** (interval / perDecade)).toPrecision(3))
  return Array.from({ length: (intervals.at(-1) ?? first) - first + 1 }, (_, position) => ({
    from: edge(first + position),
    to: edge(first + position + 1),
    requests: counts.get(first + position) ?? 0
  }))
}

// ---------------------------------------------------------------------------------------------------------------------
// verdicts
// ---------------------------------------------------------------------------------------------------------------------

const reported = (
  requirement: Requirement.Requirement,
  counterexamples: ReadonlyArray<Counterexample>,
  result: Engine.Result,
  context: Context
): ReportedRequirement => {
  const { group, id, level, title } = requirement
  const cases = result.cases.get(id) ?? 0
  const base = { id, group, level, title, cases }
  if (!context.selected(id)) return { ...base, status: "skipped", because: unasked }
  const own = counterexamples.filter((each) => each.requirement === id || each.also.includes(id))
  const [first, ...further] = [...own].sort((a, b) => weight(a, id) - weight(b, id))
  const waiver = context.waivers.find((each) => each.id === id)
  if (first === undefined) return { ...base, ...without(level, cases, result) }
  return {
    ...base,
    status:
      waiver !== undefined ? "waived" : own.some((each) => weighs(each, requirement) === "MUST") ? "failed" : "warned",
    ...(waiver === undefined ? {} : { waived: waiver.reason }),
    counterexample: first,
    ...(further.length === 0 ? {} : { furtherCounterexamples: further })
  }
}

/** Its own counterexamples come first. */
const weight = (self: Counterexample, id: string): number => (self.requirement === id ? 0 : 1)

/** A requirement that is broken besides weighs no more than the one that is broken first of all. */
const weighs = (self: Counterexample, requirement: Requirement.Requirement): Requirement.Level =>
  self.requirement === requirement.id || self.level === "SHOULD" ? self.level : requirement.level

const without = (
  level: Requirement.Level,
  cases: number,
  result: Engine.Result
): Pick<ReportedRequirement, "status" | "because"> => {
  const cutShort = result.stop !== undefined && !(result.stop.reason === "time" && result.essential)
  if (cutShort) return { status: "inconclusive", because: result.stop?.message ?? nothingCame }
  if (cases > 0) return { status: "passed" }
  return { status: level === "MUST" ? "inconclusive" : "skipped", because: nothingCame }
}

const nothingCame = "nothing came of the run that would show it"

const decide = (
  result: Engine.Result,
  requirements: ReadonlyArray<ReportedRequirement>,
  staleWaivers: ReadonlyArray<string>,
  context: Context
): Pick<Report, "verdict" | "reason"> => {
  const isBroken = ({ status }: ReportedRequirement) => status === "failed" || (context.strict && status === "warned")
  if (requirements.some(isBroken)) return { verdict: "violates", reason: result.stop?.message ?? null }
  if (result.stats.accepted === 0) {
    return {
      verdict: "inconclusive",
      reason: result.stop?.message ?? "not one message was accepted, so nothing was tested"
    }
  }
  const open = requirements.find(({ status }) => status === "inconclusive")
  if (open !== undefined) {
    return {
      verdict: "inconclusive",
      reason: result.stop?.message ?? `nothing came of the run that would show ${open.id}`
    }
  }
  return staleWaivers.length > 0
    ? { verdict: "violates", reason: `stale waivers, remove them: ${staleWaivers.join(", ")} now hold` }
    : { verdict: "conforms", reason: null }
}

const number = new Intl.NumberFormat("en")

const notes = (result: Engine.Result, context: Context): ReadonlyArray<string> => {
  const { accepted, refused } = result.contentLength
  const all: ReadonlyArray<string | false> = [
    accepted > Judge.lengths.must &&
      `the longest content that was accepted had ${number.format(accepted)} code points${
        refused === undefined ? "" : `, the shortest that was refused ${number.format(refused)}`
      }`,
    result.stats.limited > 0 &&
      `${number.format(result.stats.limited)} answers of 429 were waited out, ${(result.stats.waited / 1000).toFixed(1)} s in all`,
    result.leftOut > 0 &&
      `${number.format(result.leftOut)} of the deeper cases were left out because the target is slow or limits the rate`,
    result.stop?.reason === "time" && result.stop.message,
    context.target.threads[1] === undefined &&
      "one thread only: give --thread twice, and mix-ups between threads are seen as well"
  ]
  return all.filter((note) => note !== false)
}

// ---------------------------------------------------------------------------------------------------------------------
// counterexamples
// ---------------------------------------------------------------------------------------------------------------------

const counterexample = (finding: Finding, target: Target): Counterexample => {
  const { trial, violation } = finding
  const token = Redacted.value(target.token)
  const requirement = Requirement.byId.get(finding.requirement)
  const { text: scrub } = Redaction.make(token)
  const lines = trial.sents.map((sent) => Curl.render(redactedRequest(sent, token), target.url.href, token))
  return {
    requirement: finding.requirement,
    level: finding.level,
    also: finding.also,
    expected: scrub(violation.expected),
    actual: scrub(violation.actual),
    place: violation.place,
    when: finding.when,
    source: requirement?.source ?? "",
    harm: requirement?.harm ?? "",
    reproducible: finding.reproducible,
    failures: finding.failures,
    alike: finding.alike,
    shrinkRequests: finding.shrinkRequests,
    together: trial.case.mode === "together",
    exchanges: exchanges(trial, target),
    offending: violation.step,
    curl: together(lines, trial.case.mode),
    replay: Replay.encode(finding.requirement, trial.case)
  }
}

const together = (lines: ReadonlyArray<string>, mode: Judge.Trial["case"]["mode"]): string => {
  if (mode === "together") return `${lines.map((line) => `${line} &`).join("\n")}\nwait`
  return [
    ...(lines.length > 1 ? ["# each on a connection of its own; --replay sends them on one"] : []),
    ...lines
  ].join("\n")
}

/**
 * What was sent for a case, and what came back, without the token.
 *
 * @since 0.1.0
 * @category getters
 */
export const exchanges = (trial: Judge.Trial, target: Target): ReadonlyArray<ReportedExchange> =>
  trial.sents.map((sent) => reportedExchange(sent, redactedRequest(sent, Redacted.value(target.token)), target))

/**
 * The request without anything from which the token could be guessed: where an edit made another credential out of it,
 * the name of the edit stands instead.
 */
const redactedRequest = (sent: Judge.Sent, token: string): Exchange.RawRequest => {
  const { request } = sent.exchange
  if (sent.edit === undefined || !sent.edit.requirement.startsWith("auth.")) return request
  const title = sent.edit.title
  const sameWithout = Request.request(sent.step, {
    token: [...token].map((character) => (character === "z" ? "y" : "z")).join(""),
    thread: sent.threadId,
    replyId: sent.replyId,
    messageId: undefined,
    threads: []
  })?.headers
  return {
    ...request,
    path: request.path.replaceAll(encodeURIComponent(token), () => token),
    headers: request.headers.map(([name, value]) =>
      name.toLowerCase() !== "authorization" ||
      value.includes(token) ||
      Exchange.header(sameWithout ?? [], "authorization") === value
        ? [name, value]
        : [name, `<${title}>`]
    )
  }
}

const reportedExchange = (sent: Judge.Sent, request: Exchange.RawRequest, target: Target): ReportedExchange => {
  const { outcome, started, ended } = sent.exchange
  const authorization = Exchange.header(sent.exchange.request.headers, "authorization")
  const redaction = Redaction.make(
    Redacted.value(target.token),
    authorization === undefined ? [] : [Redaction.credentials(authorization)]
  )
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

const title = (sent: Judge.Sent): string => {
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

/**
 * The exit code of the command line: 0 conforms, 1 violates, 3 inconclusive.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode = (self: Pick<Report, "verdict">): 0 | 1 | 3 => {
  switch (self.verdict) {
    case "conforms":
      return 0
    case "violates":
      return 1
    case "inconclusive":
      return 3
  }
}
