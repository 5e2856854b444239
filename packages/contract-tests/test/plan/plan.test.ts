import { assert, describe, it } from "@effect/vitest"
import * as Requirement from "@inbox-effect/contract-tests/Requirement"
import * as Content from "../../src/generate/Content.js"
import * as Edits from "../../src/generate/edits/all.js"
import * as Malformed from "../../src/generate/json/malformed.js"
import type * as Case from "../../src/model/Case.js"
import * as Plan from "../../src/plan/plan.js"
import { rowOf } from "../../src/plan/refusals.js"

const planned = (seed: number, runs = 100, budget: "quick" | "default" | "deep" = "default") =>
  Plan.plan({ seed, budget, runs, twoThreads: true, inbound: true, selected: () => true })

const casesOf = (phases: ReturnType<typeof planned>) => phases.flatMap(({ jobs }) => jobs.map((job) => job.case))

const cases = casesOf(planned(1))
const steps = cases.flatMap((self) => self.steps)
const editsOf = (all: ReadonlyArray<Case.Step>) => new Set(all.map(({ edit }) => edit?.id))

describe("a plan of the default size", () => {
  it("makes every edit, and of those that are the same in other places one", () => {
    const made = editsOf(steps)
    const left = Edits.all.filter(({ id, sameAs }) => sameAs === undefined && !made.has(id))
    assert.deepStrictEqual(left, [])
    const groups = new Set(Edits.all.flatMap(({ sameAs }) => sameAs ?? []))
    for (const group of groups) {
      assert.isTrue(
        Edits.all.some(({ id, sameAs }) => sameAs === group && made.has(id)),
        group
      )
    }
  })

  it("makes an edit of each row early, and of no row a second one before", () => {
    const inTurn = planned(1).flatMap(({ aside, jobs }) => (aside ? [] : jobs.flatMap((job) => job.case.steps)))
    const position = (row: string) => inTurn.findIndex(({ edit }) => edit !== null && rowOf(Edits.get(edit.id)) === row)
    const rows = [...new Set(Edits.all.filter(({ takes }) => takes === undefined).map(rowOf))]
    const firsts = rows.map(position)
    assert.isAtLeast(Math.min(...firsts), 0)
    assert.isBelow(Math.max(...firsts), 80)
    const essential = inTurn.slice(0, 550).filter(({ edit }) => edit?.id.startsWith("reject.thread/"))
    assert.isTrue(essential.some(({ edit }) => edit?.id === "reject.thread/upper-case"))
    assert.isAtLeast(new Set(essential.map(({ edit }) => edit?.id)).size, 6)
  })

  it("makes other mistakes with another seed, and all of them with a few", () => {
    const seeds = [1, 2, 3, 4, 5, 6].flatMap((seed) => casesOf(planned(seed)).flatMap((self) => self.steps))
    const made = editsOf(seeds)
    const left = Malformed.mistakes.filter(
      ({ id, kind }) => !made.has(`${kind === "damage" ? "reject.body" : "reject.body.extension"}/${id}`)
    )
    assert.isBelow(left.length, 12)
  })

  it("puts an edit of each requirement about refusals to the test", () => {
    const tried = new Set(Edits.all.filter(({ id }) => editsOf(steps).has(id)).map(({ requirement }) => requirement))
    const refusals = Requirement.all.filter(
      ({ group, id }) => ["auth", "reject"].includes(group) && id !== "auth.status" && id !== "auth.challenge"
    )
    assert.deepStrictEqual(
      refusals.filter(({ id }) => !tried.has(id)),
      []
    )
  })

  it("keeps before each edit a request that it is an edit of", () => {
    for (const self of cases) {
      self.steps.forEach((step, index) => {
        if (step.edit === null) return
        const base = self.steps.slice(0, index).findLast(({ edit }) => edit === null)
        assert.strictEqual(base?.thread, step.thread, JSON.stringify(self))
        assert.strictEqual(base?.reply === null, step.reply === null, JSON.stringify(self))
      })
    }
  })

  it("draws refusals under every circumstance, in number growing with the runs", () => {
    const drawn = (runs: number) => casesOf(planned(1, runs)).filter(({ probe }) => probe === "drawn refusals")
    const many = drawn(300)
    assert.isAtLeast(many.length, 3 * drawn(100).length - 2)
    const edited = many.flatMap((self) => self.steps.filter(({ edit }) => edit !== null))
    assert.isTrue(edited.some(({ extra }) => extra !== undefined))
    assert.isTrue(edited.some(({ http }) => http !== "plain"))
    assert.isTrue(edited.some(({ json }) => json !== "plain"))
    assert.isTrue(edited.some(({ content }) => content.length > 1_000))
    assert.isTrue(edited.some(({ fresh }) => fresh === true))
    assert.isTrue(edited.some(({ thread }) => thread === 1))
    assert.isTrue(many.some(({ mode }) => mode === "together"))
    assert.isTrue(many.some(({ fresh, steps: [, second] }) => fresh && second?.edit !== null))
    assert.isAbove(new Set(edited.map(({ edit }) => edit?.id.split("/")[0])).size, 15)
  })

  it("tries the scheme and credentials on a used connection and on a fresh one", () => {
    const schemes = cases.filter(({ steps: [first] }) => first !== undefined && first.scheme !== "Bearer")
    assert.deepStrictEqual(new Set(schemes.map(({ fresh }) => fresh)), new Set([true, false]))
    for (const id of ["auth.missing/absent", "auth.wrong/random", "auth.near/cut-last", "auth.scheme/basic"]) {
      const places = steps.filter(({ edit }) => edit?.id === id).map(({ fresh }) => fresh === true)
      assert.deepStrictEqual(new Set(places), new Set([true, false]), id)
    }
  })

  it("lets long contents meet classes, and odd contents meet forms, extra keys and an old connection", () => {
    const sends = steps.filter(({ edit }) => edit === null)
    const long = sends.filter(({ content }) => content.length > 4_096 && new Set(content).size > 20)
    assert.isAbove(long.length, 20)
    assert.isTrue(sends.some(({ extra, http }) => extra !== undefined && http !== "plain"))
    const old = cases.find(({ probe }) => probe === "one connection")
    assert.isTrue(old?.fresh)
    assert.isAbove(old?.steps.length ?? 0, 50)
    assert.isAbove(new Set(old?.steps.flatMap(({ content }) => Content.classify(content))).size, 20)
  })

  it("rests, aside of what goes on meanwhile", () => {
    const aside = planned(1).filter((phase) => phase.aside)
    assert.deepStrictEqual(
      aside.flatMap(({ jobs }) => jobs.map((job) => job.case.pause)),
      [1_400, 550, 550]
    )
    assert.isEmpty(planned(1, 20, "quick").filter((phase) => phase.aside))
  })

  it("is the same for the same seed, and another for another", () => {
    assert.strictEqual(JSON.stringify(casesOf(planned(1))), JSON.stringify(cases))
    assert.notStrictEqual(JSON.stringify(casesOf(planned(2))), JSON.stringify(cases))
  })
})
