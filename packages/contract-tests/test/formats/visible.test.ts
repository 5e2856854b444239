import { assert, describe, it } from "@effect/vitest"
import { Html, Junit, Markdown, Terminal } from "@inbox-effect/contract-tests"
import * as fc from "fast-check"
import * as Annotations from "../../src/formats/annotations.js"
import { runLine } from "../../src/report/summary.js"
import { fixedWords, hostileText, withTexts } from "../support/hostile.js"
import { counterexample, exchange, report } from "../support/report.js"

const broken = report(
  {
    "semantics.content": {
      status: "failed",
      counterexample: counterexample("semantics.content", { alike: ["one"], also: ["semantics.thread"] }),
      furtherCounterexamples: [
        counterexample("semantics.content", { exchanges: [exchange("{}"), exchange("{}", "no JSON")], offending: 1 }),
        counterexample("semantics.content", { place: "header x-odd", together: true })
      ]
    },
    "semantics.plain": { status: "warned", counterexample: counterexample("semantics.plain") },
    "auth.near": { status: "waived", waived: "known", counterexample: counterexample("auth.near") },
    "auth.wrong": { status: "inconclusive", because: "it ended" }
  },
  {
    verdict: "violates",
    reason: "it ended",
    staleWaivers: ["auth.missing"],
    series: { runs: 1, firstSeed: 1, lastSeed: 1, broken: [] }
  }
)

/** Texts that formats keep as they are: the words of the schema, and what is there to be pasted. */
const kept = new Set([...fixedWords, "curl", "replay", "id", "requirement", "seed"])

/** Characters that a terminal, a log or a page acts on, or that turn the direction of what follows. */
const acting =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Surrogate}/u

const formats: Readonly<Record<string, (hostile: typeof broken) => string>> = {
  terminal: (hostile) => Terminal.render(hostile),
  "terminal, all of it": (hostile) => Terminal.render(hostile, { verbose: true }),
  "terminal, brief": (hostile) => Terminal.render(hostile, { brief: true, width: 60 }),
  finding: (hostile) => {
    const row = hostile.requirements.find(({ status }) => status === "failed")
    return row?.counterexample === undefined ? "" : Terminal.renderFinding(row, row.counterexample, { command: "run" })
  },
  verdict: (hostile) => `${Terminal.verdict(hostile)}${runLine(hostile)}`,
  replay: (hostile) => {
    const [row] = hostile.requirements
    const self = hostile.requirements.find(({ status }) => status === "failed")?.counterexample
    return row === undefined || self === undefined
      ? ""
      : Terminal.renderReplayed({
          outcome: "still violates",
          tries: 1,
          requirement: "semantics.content",
          violations: [{ ...self, step: 0, facet: "", requirement: "semantics.content" }],
          exchanges: self.exchanges,
          together: false,
          reason: hostile.reason ?? undefined
        })
  },
  html: (hostile) => Html.render(hostile),
  junit: (hostile) => Junit.render(hostile),
  markdown: (hostile) => Markdown.render(hostile),
  annotations: (hostile) => Annotations.render(hostile)
}

describe("whatever a server has answered", () => {
  for (const [name, render] of Object.entries(formats)) {
    it(`is shown with each control and invisible character spelled: ${name}`, () => {
      fc.assert(
        fc.property(fc.array(hostileText, { minLength: 1, maxLength: 20 }), (texts) => {
          let next = 0
          const text = render(withTexts(broken, () => texts[next++ % texts.length] ?? "", kept))
          const [found] = acting.exec(text) ?? []
          assert.isUndefined(found, JSON.stringify(found))
        }),
        { numRuns: 4 }
      )
    })
  }
})
