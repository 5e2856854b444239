import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { start } from "../../sandbox/test/support/postgres.js"
import { bundle } from "../chaos/bundle.js"
import type { Mark } from "../chaos/order.js"
import { type Case, proofs } from "../chaos/plan.js"
import { run } from "../chaos/run.js"
import { installed } from "./support/databases.js"

const inFlight: Case = {
  disturbance: { point: "send a message: before", occurrence: 2, delay: 25, action: "cut" },
  situation: { name: "nothing else", faults: [] },
  workers: 1
}

describe.skipIf(!installed)("workers that are killed, stopped and cut off", () => {
  it.scopedLive(
    "lose and double nothing with the three marks, and double messages without any one of them",
    () =>
      Effect.gen(function* () {
        const file = yield* bundle
        const server = yield* start
        const clean = [proofs.c, inFlight].map((one) => ({ one, without: null }))
        const broken = (["a", "b", "c"] satisfies Array<Mark>).map((mark) => ({ one: proofs[mark], without: mark }))
        const results = yield* Effect.forEach(
          [...clean, ...broken],
          ({ one, without }) =>
            Effect.map(run(file, server, one, { without }), (result) => ({ ...result, without, points: undefined })),
          { concurrency: "unbounded" }
        )
        for (const { doubled, inDoubt, lost, problem, without } of results) {
          assert.isUndefined(problem)
          assert.strictEqual(lost, 0)
          if (without === null) assert.deepStrictEqual({ doubled, inDoubt }, { doubled: 0, inDoubt: 0 })
          else assert.isAbove(doubled, 0, `without mark (${without})`)
        }
      }),
    180_000
  )
})
