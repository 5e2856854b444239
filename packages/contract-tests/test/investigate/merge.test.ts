import { assert, describe, it } from "@effect/vitest"
import { acceptance } from "../../src/contract/acceptance.js"
import * as Edits from "../../src/generate/edits/all.js"
import type { Context, Failure, Finding } from "../../src/investigate/finding.js"
import { merged, unexplained, withCompany, withoutEchoes } from "../../src/investigate/merge.js"
import { recorded } from "../../src/investigate/reproduce.js"
import { observe } from "../../src/judge/facts.js"
import { judge } from "../../src/judge/judge.js"
import * as Case from "../../src/model/Case.js"
import type * as Exchange from "../../src/model/Exchange.js"
import * as Ledger from "../../src/model/Ledger.js"
import { accepted, edited, message, trial } from "../support/recorded.js"

const failuresOf = (self: ReturnType<typeof trial>): ReadonlyArray<Failure> => {
  const violations = judge(self, observe(self, Ledger.make()))
  return violations.map((violation) => ({ trial: self, violation, violations }))
}

/** The finding of the first failure of a trial. */
const findingOf = (self: ReturnType<typeof trial>, options: Partial<Finding> = {}): Finding => {
  const [failure] = failuresOf(self)
  if (failure === undefined) throw new Error("nothing is wrong about it")
  const { violation } = failure
  return {
    requirement: violation.requirement === acceptance ? "accept.content" : violation.requirement,
    level: violation.level,
    also: [],
    when: "",
    reproducible: "always",
    repeated: { times: 3, failed: 3 },
    role: undefined,
    isGeneral: false,
    isScattered: false,
    takesEarlier: false,
    trial: self,
    violation,
    failures: 1,
    alike: [],
    shrinkRequests: 0,
    ...options
  }
}

const context = { session: { ledger: Ledger.make() } } as Context

describe("a finding", () => {
  const refused = (content: string) => trial([[Case.step(content), { status: 400 }]])
  /** The contents of refused messages that are told apart from the smallest one. */
  const apart = (smallest: string, others: ReadonlyArray<string>) =>
    unexplained(
      others.flatMap((content) => failuresOf(refused(content))),
      findingOf(refused(smallest)),
      context
    ).map((failure) => failure.trial.case.steps[0]?.content)

  it("explains contents that have the character that is refused", () => {
    assert.deepStrictEqual(apart("$", ["a$b", "$", "ab"]), ["ab"])
  })

  it("of white space explains all white space, and nothing with letters", () => {
    assert.deepStrictEqual(apart(" ", ["\t", "\u2003", "\r\n ", "\u001c\u001f", "a b"]), ["a b"])
  })

  it("of a character beyond the first plane explains all of them", () => {
    assert.deepStrictEqual(apart("\u{1f600}", ["Hi \u{1f44d}", "\u{20bb7}", "\u6f22"]), ["\u6f22"])
  })

  it("of half a pair explains all halves", () => {
    const odd = (content: string) => trial([[Case.step(content), { status: 500 }]])
    const left = unexplained(
      ["\udfffx", "\ud83d"]
        .flatMap((content) => failuresOf(odd(content)))
        .filter(({ violation }) => violation.requirement === acceptance),
      { ...findingOf(odd("\ude00")), violation: { ...findingOf(odd("\ude00")).violation, requirement: acceptance } },
      context
    )
    assert.deepStrictEqual(left, [])
  })
})

describe("a content that is refused for its length", () => {
  const refused = (content: string) => trial([[Case.step(content), { status: 422, body: { code: "TOO_LONG" } }]])
  const [limit, letters] = ["漢".repeat(667), "é".repeat(1_001)]

  it("explains no content that is shorter in whatever is counted", () => {
    const left = unexplained(["0", letters].map(refused).flatMap(failuresOf), findingOf(refused(limit)), context)
    assert.deepStrictEqual(
      left.map((failure) => failure.trial.case.steps[0]?.content),
      ["0"]
    )
  })

  it("is one finding, of whatever characters", () => {
    assert.lengthOf(merged([limit, letters].map((content) => findingOf(refused(content)))), 1)
  })
})

describe("HTTP forms that are refused", () => {
  const refused = (http: string, status = 415) =>
    findingOf(trial([[Case.step("a", { http }), { status }]]), { requirement: "accept.encoding.http" })

  it("are one finding where they are answered alike, which names each", () => {
    const [first, ...others] = merged(["charset-quoted", "charset", "charset-quoted"].map((form) => refused(form)))
    assert.deepStrictEqual([first?.alike, first?.failures, others], [["charset=utf-8"], 3, []])
  })

  it("are apart where they are answered otherwise", () => {
    assert.lengthOf(merged([refused("charset"), refused("chunked", 400)]), 2)
  })

  it("are named after the first, and none is where a plain request was refused", () => {
    const failures = ["charset-upper", "charset", "plain"].flatMap((http) =>
      failuresOf(trial([[Case.step("a", { http }), { status: 415 }]]))
    )
    assert.deepStrictEqual(withCompany(refused("charset"), failures).alike, ["charset=UTF-8"])
  })
})

describe("keys that an answer has not", () => {
  const without = (keys: Readonly<Record<string, undefined>>) => {
    const self = trial([accepted("Hello", keys)])
    return failuresOf(self).map((failure) => ({
      ...findingOf(self),
      requirement: failure.violation.requirement as Finding["requirement"],
      violation: failure.violation
    }))
  }

  it("are one finding, which names each", () => {
    const [first, ...others] = merged(without({ userId: undefined, deletedAt: undefined }))
    assert.deepStrictEqual([first?.requirement, first?.also], ["response.key.userId", ["response.key.deletedAt"]])
    assert.strictEqual(first?.violation.actual, "the keys userId and deletedAt are missing")
    assert.deepStrictEqual(others, [])
  })
})

describe("server errors of invalid requests", () => {
  const crashed = (id: string, body: unknown) =>
    findingOf(trial([accepted("Hello"), edited(id, { status: 500, body })]), {
      requirement: "protocol.no-server-error"
    })
  const [cut, text] = ["reject.content/missing", "reject.media-type/text"] as const

  it("are one finding where they are answered alike, but for numbers", () => {
    const shown = merged([crashed(cut, { error: "at 12" }), crashed(text, { error: "at 7" })])
    assert.lengthOf(shown, 1)
    assert.deepStrictEqual([shown[0]?.failures, shown[0]?.alike], [2, [Edits.get(text).title]])
  })

  it("are one finding where none is answered, in one way", () => {
    const unanswered = (id: string, outcome: Exchange.Outcome) => {
      const self = trial([accepted("Hello"), edited(id, { status: 500 })])
      const exchanges = self.exchanges.map((sent, position) =>
        position === 0 ? sent : { ...sent, exchange: { ...sent.exchange, outcome } }
      )
      return findingOf({ ...self, exchanges }, { requirement: "protocol.no-server-error" })
    }
    const silent: Exchange.Outcome = { kind: "silent", timeout: 2_000 }
    const broken: Exchange.Outcome = { kind: "broken", reason: "the connection was closed" }
    assert.lengthOf(merged([unanswered(cut, silent), unanswered(text, silent)]), 1)
    assert.lengthOf(merged([unanswered(cut, broken), unanswered(text, broken)]), 1)
    assert.lengthOf(merged([unanswered(cut, silent), unanswered(text, broken)]), 2)
  })

  it("are apart where they are answered otherwise", () => {
    assert.lengthOf(merged([crashed(cut, { error: "parse" }), crashed(text, { error: "type" })]), 2)
  })
})

describe("what is told with another finding", () => {
  const threadOf = (thread: string) => trial([accepted("Hello", { threadId: thread })])
  const mixedUp = findingOf(threadOf("thread2"), { requirement: "semantics.concurrent" })
  const inCompany = (self: ReturnType<typeof trial>) => ({
    ...self,
    exchanges: self.exchanges.map((sent) => ({ ...sent, exchange: { ...sent.exchange, inFlight: 3 } }))
  })

  it("is what showed once among others, at the place that others mix up", () => {
    const once = { reproducible: "sometimes" } as const
    assert.deepStrictEqual(withoutEchoes([mixedUp, findingOf(inCompany(threadOf("thread1/")), once)]), [mixedUp])
  })

  it("is what was refused for a while in the same way, whatever it was", () => {
    const refused = (options: Partial<Finding>, code = "LOCKED") =>
      findingOf(trial([[Case.step("Hello"), { status: 401, body: { code } }]]), options)
    const passing = { requirement: "accept.content.long", reproducible: "sometimes" } as const
    const stable = refused({ ...passing, requirement: "semantics.stable", failures: 4 })
    assert.deepStrictEqual(withoutEchoes([refused(passing), stable]), [{ ...stable, failures: 5 }])
    for (const other of [refused({ ...passing, reproducible: "always" }), refused(passing, "TOO_LONG")]) {
      assert.lengthOf(withoutEchoes([other, stable]), 2)
    }
  })

  it("is neither what shows each time, nor what had no company, nor what shows elsewhere", () => {
    const again = findingOf(inCompany(threadOf("thread1/")))
    const alone = findingOf(threadOf("thread1/"), { reproducible: "sometimes" })
    const elsewhere = findingOf(inCompany(trial([accepted("Hello", { teamId: null })])), { reproducible: "sometimes" })
    for (const other of [again, alone, elsewhere]) {
      assert.lengthOf(withoutEchoes([mixedUp, other]), 2)
    }
  })
})

describe("findings of a server that wears out", () => {
  it("are one, however many messages had been accepted when it was looked at", () => {
    const worn = (content: string, messages: number) =>
      findingOf(trial([[Case.step(content), { status: 404 }]]), {
        requirement: "semantics.stable",
        when: `no longer after ${messages} messages`
      })
    const [first, ...others] = merged([worn("One", 1_183), worn("Two", 1_225)])
    assert.deepStrictEqual([first?.failures, others], [2, []])
  })
})

describe("findings of a server that refuses what is blank", () => {
  it("are one, wherever each of them was met first", () => {
    const refused = (content: string, options: Partial<Case.Step> = {}) =>
      findingOf(trial([[Case.step(content, options), { status: 400 }]]))
    const shown = merged([refused("\u001f"), refused("\u001c"), refused("$"), refused("\u001d", { json: "all-lower" })])
    assert.deepStrictEqual(
      shown.map(({ failures, trial: { case: self } }) => [self.steps[0]?.content, failures]),
      [
        ["\u001f", 2],
        ["$", 1],
        ["\u001d", 1]
      ]
    )
  })
})

describe("a case as it was recorded", () => {
  it("has the request that the offending one is an edit of, whatever lies between", () => {
    const body = message("Hello")
    const self = trial([
      accepted("Hello"),
      edited("auth.wrong/random", { status: 403 }),
      edited("auth.near/cut-last", { status: 200, body })
    ])
    const failure = failuresOf(self).find(({ violation }) => violation.requirement === "auth.near")
    assert.isDefined(failure)
    if (failure === undefined) return
    const proof = recorded(failure, { times: 0, failed: 0 })
    assert.deepStrictEqual(
      proof.trial.case.steps.map(({ edit }) => edit?.id),
      [undefined, "auth.near/cut-last"]
    )
    assert.strictEqual(proof.violation.step, 1)
  })
})
