import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { start } from "../../sandbox/test/support/postgres.js"
import { bundle } from "../chaos/bundle.js"
import { make } from "../chaos/group.js"
import { Mark } from "../chaos/order.js"
import { type Case, proofs } from "../chaos/plan.js"
import { type Result, run, runAll } from "../chaos/run.js"
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
        const clean = Effect.gen(function* () {
          const group = yield* make(file, server, 1)
          return yield* Effect.forEach([inFlight, proofs.a, proofs.c], (one) => runAll(group, [one]))
        })
        const broken = Effect.forEach(
          Mark.literals,
          (mark) => Effect.map(run(file, server, proofs[mark], { without: mark }), (result) => [mark, result] as const),
          { concurrency: "unbounded" }
        )
        const [kept, missing] = yield* Effect.all([clean, broken], { concurrency: 2 })
        for (const result of kept.flat()) assert.deepStrictEqual(harm(result), none)
        for (const [mark, { doubled }] of missing) assert.isAbove(doubled, 0, `without mark (${mark})`)
      }),
    180_000
  )
})
