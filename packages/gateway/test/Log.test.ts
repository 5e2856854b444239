import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import * as Log from "../src/cli/log.js"

describe("the log of the command", () => {
  it.live("has a JSON object in each line, and one write for the lines of a turn", () =>
    Effect.gen(function* () {
      const writes: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Log.make((text) => void writes.push(text))
      )
      yield* Effect.provide(Effect.zipRight(Effect.logInfo("one", { n: 1 }), Effect.logInfo("two")), logger)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      assert.lengthOf(writes, 1)
      const lines = (writes[0] ?? "").trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line) => JSON.parse(line).message),
        [["one", { n: 1 }], "two"]
      )
    })
  )
})
