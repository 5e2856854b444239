import { readFileSync } from "node:fs"
import { assert, describe, expect, it } from "vitest"

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8")

const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = ""]) => block)

const options = [...readme.matchAll(/^\| `([^|]+?)`\s*\|/gm)].flatMap(([, names = ""]) => names.split("`, `"))

describe("the README", () => {
  it("shows code that compiles (vitest -u writes it)", async () => {
    assert.isNotEmpty(blocks)
    for (const [index, block] of blocks.entries()) {
      await expect(block).toMatchFileSnapshot(`./readme/example${index + 1}.ts`)
    }
  })

  it("names every option of a ledger", () => {
    const source = readFileSync(new URL("../src/SendLedger.ts", import.meta.url), "utf8")
    const [, body = ""] = /export interface Options \{(.*?)^\}/ms.exec(source) ?? []
    const declared = [...body.matchAll(/readonly (\w+)\?:/g)].map(([, name]) => name)
    assert.isNotEmpty(declared)
    assert.includeMembers(options, declared)
  })
})
