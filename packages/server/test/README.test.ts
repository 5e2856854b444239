import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

describe("the README", () => {
  it("shows the server that is put to the test", () => {
    assert.include(read("../README.md"), `\`\`\`ts\n${read("./fortyLines.ts")}\`\`\`\n`)
  })
})
