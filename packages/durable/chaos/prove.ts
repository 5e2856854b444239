/** Shows what each of the three marks is for. */
import { Array as Arr, Effect } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { make } from "./group.js"
import type { Mark } from "./order.js"
import { proofs } from "./plan.js"
import { type Result, runAll } from "./run.js"

/** Runs of the case that goes wrong without a mark. */
export interface Proof {
  readonly mark: Mark
  /** With all three marks. */
  readonly present: Result
  /** Without the one. */
  readonly missing: Result
}

/** Marks whose cases have one action, so that one process can be disturbed for all of them. */
const together: ReadonlyArray<ReadonlyArray<Mark>> = [["a", "b"], ["c"]]

/** Runs the cases of all marks, each with all marks and without its own. */
export const prove = (file: string, server: Postgres, pace = 1): Effect.Effect<ReadonlyArray<Proof>> =>
  Effect.forEach(
    together,
    (marks) =>
      Effect.gen(function* () {
        const missing = marks.flatMap((mark) => [null, mark])
        const group = yield* make(file, server, 1, { missing, pace })
        const cases = marks.flatMap((mark) => [proofs[mark], proofs[mark]])
        // One that did not come to its point shows nothing.
        const results = yield* Effect.repeat(runAll(group, cases), {
          until: (all) => all.every(({ reached }) => reached),
          times: 2
        })
        return Arr.zip(marks, Arr.chunksOf(results, 2)).flatMap(([mark, [present, without]]) =>
          without === undefined ? [] : [{ mark, present, missing: without }]
        )
      }).pipe(Effect.scoped),
    { concurrency: "unbounded" }
  ).pipe(Effect.map((all) => all.flat()))
