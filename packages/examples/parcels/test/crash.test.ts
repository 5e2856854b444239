/** The crash that `main.ts` shows, with fewer orders. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { bundleOf } from "../../../durable/chaos/bundle.js"
import { installed, start } from "../../../sandbox/test/support/postgres.js"
import { crash } from "../crash.js"

describe.skipIf(!installed)("the shop of parcels", () => {
  it.scopedLive("tells every customer once, although a worker is killed in the middle", () =>
    Effect.gen(function* () {
      const server = yield* start
      const command = yield* bundleOf(new URL("../../../durable/src/bin.ts", import.meta.url))
      const database = Redacted.make(yield* server.fresh)
      assert.deepStrictEqual(yield* crash({ database, command, count: 40, health: 0 }), { customers: 40, twice: 0 })
    })
  )
})
