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

describe.skipIf(!installed)("workers that are killed, stopped and cut off", () => {
  it.scopedLive(
    "lose and double nothing with the three marks, and double messages without any one of them",
    () =>
      Effect.gen(function* () {
        const file = yield* bundle
        const server = yield* start
        const [kept, proven] = yield* Effect.all([run(file, server, inFlight), prove(file, server)], { concurrency: 2 })
        assert.deepStrictEqual(harm(kept), none)
        for (const { mark, missing, present } of proven) {
          assert.deepStrictEqual(harm(present), none, `with mark (${mark})`)
          assert.isAbove(missing.doubled, 0, `without mark (${mark})`)
        }
      }),
    180_000
  )
})
