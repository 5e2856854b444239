import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { problems } from "../imports.mjs"

const layers = {
  packages: { kit: ["client"], client: [] },
  folders: { kit: ["index.ts", "judge", "model"] }
}

/** What the check says about a repository of these files. */
const check = (files: Readonly<Record<string, string>>): ReadonlyArray<string> => {
  const root = mkdtempSync(join(tmpdir(), "inbox-effect-imports-"))
  try {
    const all = { "packages/tools/layers.json": JSON.stringify(layers), ...files }
    for (const [path, text] of Object.entries(all)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return problems(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const client = { "packages/client/src/Message.ts": "export const a = 1\n" }
const verdict = { "packages/kit/src/judge/verdict.ts": "export interface Verdict {}\nexport const b = 1\n" }

describe("the check of imports", () => {
  it("passes what imports down", () => {
    const lines = check({
      ...client,
      ...verdict,
      "packages/kit/src/index.ts": `export { b } from "./judge/verdict.js"\nimport { a } from "@inbox-effect/client/Message"\n`
    })
    assert.deepStrictEqual(lines, [])
  })

  it.each([
    ["a named type", `import type { Verdict } from "../judge/verdict.js"`, "`Verdict`"],
    [
      "a member of a namespace",
      `import * as V from "../judge/verdict.js"\nexport const c: V.Verdict = {}`,
      "`Verdict`"
    ],
    ["a dynamic import", `export const c = import("../judge/verdict.js")`, "`everything`"],
    ["a re-export", `export { b } from "../judge/verdict.js"`, "`b`"]
  ])("names the noun that stands in the wrong folder: %s", (_, text, noun) => {
    const lines = check({ ...verdict, "packages/kit/src/model/case.ts": text })
    assert.deepStrictEqual(lines, [
      `packages/kit/src/model/case.ts imports ${noun} from judge/verdict.ts, which stands above it: move ${noun} into model or below, where both can import it`
    ])
  })

  it("names the noun that stands in the wrong package", () => {
    const lines = check({
      ...verdict,
      "packages/client/src/Message.ts": `import { b } from "@inbox-effect/kit/verdict"\n`
    })
    assert.include(lines[0], "packages/client/src/Message.ts imports `b` from kit")
  })

  it("names the noun that closes a circle, be it a type or, where a package has no order, a value", () => {
    const circle = (folder: string, word = "") => ({
      [`${folder}/a.ts`]: `import ${word}{ b } from "./b.js"\nexport const a = 1\n`,
      [`${folder}/b.ts`]: `import { a } from "./a.js"\nexport const b = 1\n`
    })
    const ofTypes = check(circle("packages/kit/src/judge", "type "))
    assert.include(ofTypes[0], "packages/kit/src has a circle, judge/a.ts -> judge/b.ts -> judge/a.ts: move `b`")
    assert.deepStrictEqual(check(circle("packages/client/src", "type ")), [])
    assert.lengthOf(check(circle("packages/client/src")), 1)
  })

  it("asks for the place of a new folder", () => {
    const lines = check({ "packages/kit/src/dreams/a.ts": "export const a = 1\n" })
    assert.deepStrictEqual(lines, ["packages/kit/src/dreams has no place in packages/tools/layers.json: list it there"])
  })
})
