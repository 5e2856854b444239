import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { expect } from "vitest"

const exampleOf = (module: string): string => {
  const source = readFileSync(new URL(`../src/${module}.ts`, import.meta.url), "utf8")
  const block = /```ts\n([\s\S]*?) \* ```/.exec(source)?.[1] ?? ""
  return block.replace(/^ \* ?/gm, "")
}

describe("the example in the documentation of", () => {
  it.each(["RateLimiter", "RedisRateLimiter", "SendAll", "Reconcile", "promise"])(
    "%s is the one that compiles (vitest -u writes it)",
    async (module) => {
      const example = exampleOf(module)
      assert.isNotEmpty(example)
      await expect(example).toMatchFileSnapshot(`./examples/${module}.ts`)
    }
  )
})
