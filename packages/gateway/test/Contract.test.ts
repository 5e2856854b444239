import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import * as Trials from "./readings/trials.js"
import * as Ways from "./support/ways.js"
import { documented, readings } from "./v2/readings.js"

const quiet = Logger.withMinimumLogLevel(LogLevel.None)

describe("the kit finds nothing wrong with the gateway", () => {
  for (const way of Ways.all) {
    it.live(way[0], () =>
      Effect.map(Trials.withKit(documented, { budget: "quick" }, [way]), ({ surprises }) =>
        assert.deepStrictEqual(surprises, [])
      ).pipe(quiet)
    )
  }
})

/** `npm run readings` has the kit look for all requirements, under every reading, in both ways. Here one stands for all. */
const sample = new Set(["an unknown reply is ignored"])

describe("the kit finds what a reading says that it would break", () => {
  it("where the contract is broken, and only there", () => {
    for (const { breaks, name, violates } of readings) {
      assert.strictEqual(violates.length > 0, breaks.includes("Contract"), name)
    }
  })

  for (const named of readings.filter(({ name }) => sample.has(name))) {
    it.live(named.name, () =>
      Effect.map(
        Trials.withKit(named, { budget: "quick", only: named.violates as Trials.Ids }, Ways.all.slice(0, 1)),
        ({ surprises }) => assert.deepStrictEqual(surprises, [])
      ).pipe(quiet)
    )
  }
})
