import { existsSync, readdirSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "vitest"

const folderOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

/** The examples in the docstrings of a module, in their order. */
const examplesOf = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/^ \* @example\n \* ```ts\n(.*?)^ \* ```$/gms)].map(([, block = ""]) =>
    block.replace(/^ \* ?/gm, "")
  )

/**
 * Each example is a file among the tests of its package, which are type-checked with it: an example that does not
 * compile does not pass the check, and one that was changed in only one place does not pass here.
 */
describe.each(["client", "sqlite", "server", "gateway", "sandbox", "contract-tests", "durable"])(
  "the examples in the docstrings of %s",
  (name) => {
    const folder = folderOf(name)
    const examples = readdirSync(`${folder}/src`, { encoding: "utf8", recursive: true })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) =>
        examplesOf(readFileSync(`${folder}/src/${file}`, "utf8")).map((text, index) => ({
          file: `${basename(file, ".ts")}${index === 0 ? "" : index + 1}.ts`,
          text
        }))
      )

    it.each(examples)("$file is the one that compiles (vitest -u writes it)", async ({ file, text }) => {
      await expect(text).toMatchFileSnapshot(`${folder}/test/examples/${file}`)
    })

    it("are all that is among its tests", () => {
      assert.isNotEmpty(examples)
      const written = existsSync(`${folder}/test/examples`) ? readdirSync(`${folder}/test/examples`) : []
      assert.deepStrictEqual(written.sort(), examples.map(({ file }) => file).sort())
    })
  }
)
