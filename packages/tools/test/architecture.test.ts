import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const text = readFileSync(join(root, ".github/ARCHITECTURE.md"), "utf8")

/** The rows of a table under a heading, as texts of their cells. */
const rowsOf = (heading: string): ReadonlyArray<ReadonlyArray<string>> =>
  (text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "")
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim())
    )

const quoted = (cell = ""): ReadonlyArray<string> => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name)

describe("ARCHITECTURE.md", () => {
  it("names files that exist", () => {
    const paths = quoted(text).filter((name) => name.startsWith("packages/"))
    assert.isAbove(paths.length, 20)
    assert.deepStrictEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      []
    )
  })

  it("answers at least twenty questions, each with a file", () => {
    const rows = rowsOf("Where to change what")
    assert.isAtLeast(rows.length, 20)
    for (const [question, answer] of rows) assert.isNotEmpty(quoted(answer), question)
  })

  it("has every package, and no more", () => {
    const named = rowsOf("Packages").flatMap(([name]) => quoted(name))
    const packages = readdirSync(join(root, "packages")).filter((name) => name !== "examples")
    assert.deepStrictEqual([...named].sort(), packages.sort())
  })

  it("has the folders of the kit from the bottom up, in the order that the check of imports knows", () => {
    const { folders } = JSON.parse(readFileSync(join(root, "packages/tools/layers.json"), "utf8"))
    const named = rowsOf("The kit").flatMap(([name]) => quoted(name))
    assert.deepStrictEqual(
      [...named].reverse(),
      folders["contract-tests"].filter((folder: string) => !folder.endsWith(".ts"))
    )
  })
})
