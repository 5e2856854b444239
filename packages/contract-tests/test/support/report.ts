import type * as Matrix from "@inbox-effect/contract-tests/Matrix"
import type * as Report from "@inbox-effect/contract-tests/Report"
import * as Requirement from "@inbox-effect/contract-tests/Requirement"

const message = {
  platform: "twitter",
  teamId: "team1",
  threadId: "t1",
  id: "m1",
  userId: null,
  createdAt: "2026-01-02 03:04:05",
  updatedAt: null,
  platformId: "1",
  content: "Hello"
}

const utf8 = (text: string): Report.Body => ({ encoding: "utf-8", text, bytes: Buffer.byteLength(text) })

export const exchange = (
  body: string,
  response = JSON.stringify(message),
  statusText = "OK"
): Report.ReportedExchange => ({
  title: "a valid message",
  request: {
    method: "POST",
    url: "http://127.0.0.1:8787/api/v1/threads/t1/messages",
    headers: [
      ["Authorization", "Bearer $INBOX_API_TOKEN"],
      ["Content-Type", "application/json"]
    ],
    body: utf8(body)
  },
  response: {
    status: 200,
    statusText,
    headers: [
      ["content-type", "application/json"],
      ["date", "Fri, 02 Jan 2026 03:04:05 GMT"]
    ],
    body: utf8(response)
  },
  trouble: null,
  durationMs: 3.2
})

export const counterexample = (
  requirement: string,
  changes: Partial<Report.Counterexample> = {}
): Report.Counterexample => ({
  requirement,
  level: Requirement.byId.get(requirement)?.level ?? "MUST",
  also: [],
  expected: "what was documented",
  actual: "something else",
  place: "$.content",
  when: "",
  source: Requirement.byId.get(requirement)?.source ?? "",
  harm: Requirement.byId.get(requirement)?.harm ?? "",
  reproducible: "always",
  repeated: { times: 3, failed: 3 },
  failures: 1,
  alike: [],
  shrinkRequests: 0,
  together: false,
  exchanges: [exchange(`{"content":"Hello"}`)],
  offending: 0,
  curl: "curl http://127.0.0.1:8787",
  replay: "TOKEN",
  ...changes
})

/** A report in which everything passed, but for what is given by id. */
export const report = (
  rows: { readonly [id: string]: Partial<Report.ReportedRequirement> } = {},
  changes: Partial<Report.Report> = {}
): Report.Report => ({
  version: 1,
  verdict: "conforms",
  reason: null,
  target: "http://127.0.0.1:8787/api/v1",
  threads: ["t1", "t2"],
  seed: 42,
  budget: "default",
  runs: 100,
  strict: false,
  startedAt: "2026-01-02T03:04:05.000Z",
  durationMs: 4_200,
  requests: 1_203,
  accepted: 1_100,
  rateLimited: 0,
  waitedMs: 0,
  latency: {
    p50: 1.25,
    p90: 10,
    p95: 12.5,
    p99: 20,
    max: 30,
    histogram: [
      { from: 1, to: 1.33, requests: 900 },
      { from: 1.33, to: 1.78, requests: 0 },
      { from: 1.78, to: 2.37, requests: 303 }
    ]
  },
  requirements: Requirement.all.map(({ group, id, level, title }) => ({
    id,
    group,
    level,
    title,
    status: "passed",
    cases: 1_000,
    ...rows[id]
  })),
  coverage: [
    { class: "bidi", title: "Text in both directions", cases: 3 },
    { class: "emoji", title: "Emoji", cases: 1_200 },
    { class: "sql", title: "SQL", cases: 0 }
  ],
  staleWaivers: [],
  notes: ["one thread only"],
  ...changes
})

/** A matrix of reports that were not made by a run. */
export const matrixOf = (...targets: ReadonlyArray<Matrix.Column>): Matrix.Matrix => ({
  version: 1,
  verdict: targets.some((each) => each.report.verdict === "violates") ? "violates" : "conforms",
  seed: 42,
  budget: "default",
  runs: 100,
  strict: false,
  startedAt: "2026-01-02T03:04:05.000Z",
  durationMs: 9_000,
  targets
})
