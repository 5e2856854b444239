/**
 * A shop, two workers of its outbox, and a crash: `DATABASE_URL=postgres://... node dist/parcels/main.js`.
 *
 * It starts a sandbox in the place of the Inbox API, takes 200 orders over HTTP, and kills one of the workers in the
 * middle. Watch the page of the other one meanwhile. It ends with how many customers were told, and how many twice.
 */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { NodeRuntime } from "@effect/platform-node"
import { Config, Effect } from "effect"
import { crash } from "./crash.js"

const command = join(
  dirname(createRequire(import.meta.url).resolve("@inbox-effect/durable/package.json")),
  "dist/bin.js"
)

const count = 200

const program = Effect.gen(function* () {
  const database = yield* Config.redacted("DATABASE_URL")
  const { customers, twice } = yield* crash({ database, command, count, health: 9464 })
  yield* Effect.log(`${customers} of ${count} customers were told, ${twice} of them twice`)
})

NodeRuntime.runMain(program)
