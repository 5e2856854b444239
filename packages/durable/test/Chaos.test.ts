import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { start } from "../../sandbox/test/support/postgres.js"
import { bundle } from "../chaos/bundle.js"
import type { Case } from "../chaos/plan.js"
import { prove } from "../chaos/prove.js"
import { type Result, run } from "../chaos/run.js"
import { installed } from "./support/databases.js"

const inFlight: Case = {
  disturbance: { point: "send a message: before", occurrence: 2, delay: 25, action: "cut" },
  situation: { name: "nothing else", faults: [] },
  workers: 1
}

const harm = ({ disordered, doubled, doubts, lost, problem }: Result) => ({
  disordered,
  doubled,
  doubts,
  lost,
  problem
})

const none = { disordered: 0, doubled: 0, doubts: [], lost: 0, problem: undefined }

/** Holds a run with all marks to doing no harm. One whose sandbox was held up proves nothing. */
const assertHarmless = (result: Result, message?: string) => {
  if (!result.isVoid) assert.deepStrictEqual(harm(result), none, message)
}

/** Runs again, at a slower pace, until all workers were at their points and no sandbox was held up. */
const untilTelling = (attempt: (pace: number) => Effect.Effect<ReadonlyArray<Result>>) =>
  Effect.gen(function* () {
    for (let pace = 1; pace <= 5; pace++) {
      const results = yield* attempt(pace)
      if (results.every(({ isVoid, reached }) => reached && !isVoid)) return
    }
    assert.fail("the machine was too busy to tell anything")
  })

describe.skipIf(!installed)("workers that are killed, stopped and cut off", () => {
  it.scopedLive("lose and double nothing with the three marks, and double messages without any one of them", () =>
    Effect.gen(function* () {
      const file = yield* bundle
      const server = yield* start
      const keep = (pace: number) =>
        Effect.map(run(file, server, inFlight, { pace }), (kept) => {
          assertHarmless(kept)
          return [kept]
        })
      const proveAll = (pace: number) =>
        Effect.map(prove(file, server, pace), (proven) =>
          proven.flatMap(({ mark, missing, present }) => {
            assertHarmless(present, `with mark (${mark})`)
            const tells = missing.reached && !missing.isVoid
            if (tells) assert.isAbove(missing.doubled, 0, `without mark (${mark})`)
            return [missing, present]
          })
        )
      yield* Effect.all([untilTelling(keep), untilTelling(proveAll)], { concurrency: 2 })
    })
  )
})
