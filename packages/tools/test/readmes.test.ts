import { existsSync, readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, expect, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const readmes = ["root", "client", "sqlite", "server", "gateway", "sandbox", "contract-tests", "durable", "examples"]
const published = ["client", "sqlite", "server", "gateway", "sandbox", "contract-tests", "durable"]

const pathOf = (name: string): string => resolve(root, name === "root" ? "." : `packages/${name}`, "README.md")

const textOf = (path: string): string => readFileSync(path, "utf8")

const blocksOf = (text: string, language: string): ReadonlyArray<string> =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block = ""]) => block)

const withoutBlocks = (text: string): string => text.replace(/^```.*?^```$/gms, "")

const headingsOf = (text: string): ReadonlyArray<string> =>
  [...withoutBlocks(text).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) => heading)

/** The name under which GitHub makes a heading reachable. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-")

const linksOf = (text: string): ReadonlyArray<string> =>
  [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|(?:href|src)="([^"]+)"/g)].map(([, link, attribute]) =>
    String(link ?? attribute)
  )

/** The client's README is held to its own examples, by its own test. */
describe.each(["root", "sqlite", "server", "gateway", "sandbox", "contract-tests"])("README of %s", (name) => {
  const text = textOf(pathOf(name))
  it("shows code that compiles (vitest -u writes it)", async () => {
    const blocks = blocksOf(text, "ts")
    assert.isNotEmpty(blocks)
    for (const [index, block] of blocks.entries()) {
      await expect(block).toMatchFileSnapshot(`./readmes/${name}${index + 1}.ts`)
    }
  })

  it("shows JSON that is JSON", () => {
    for (const block of blocksOf(text, "json")) JSON.parse(block)
  })
})

describe.each(readmes)("README of %s", (name) => {
  const path = pathOf(name)
  const links = linksOf(textOf(path))

  it("leads nowhere in vain", () => {
    const broken = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = "", anchor] = link.split("#")
        const target = file === "" ? path : resolve(dirname(path), file)
        if (!existsSync(target)) return true
        return anchor !== undefined && !headingsOf(textOf(target)).map(anchorOf).includes(anchor)
      })
    assert.deepStrictEqual(broken, [])
  })
})

describe.each(published)("README of %s", (name) => {
  it("goes from installing over use, options and errors to how it works", () => {
    const text = textOf(pathOf(name))
    const chapters = [...withoutBlocks(text).matchAll(/^## (.*)$/gm)].map(([, heading = ""]) => heading)
    const shape = ["Install", "Quick start", "Options", "Errors", "How it works"]
    assert.deepStrictEqual(
      chapters.filter((chapter) => shape.includes(chapter)),
      shape
    )
    assert.strictEqual(chapters[0], "Install")
  })

  it("leads only where npm's page of the package leads as well", () => {
    const relative = linksOf(textOf(pathOf(name))).filter((link) => !/^(https?:|#)/.test(link))
    assert.deepStrictEqual(relative, [])
  })
})

/** The manifests of what is published, by their folders. */
const manifests = (JSON.parse(textOf(resolve(root, "package.json"))).workspaces as ReadonlyArray<string>)
  .map((folder) => ({ folder, manifest: JSON.parse(textOf(resolve(root, folder, "package.json"))) }))
  .filter(({ manifest }) => manifest.private !== true)

describe.each(manifests)("the package in $folder", ({ folder, manifest }) => {
  it("is built whenever it is packed", () => {
    assert.match(manifest.scripts?.prepack, /tsc -b|build/)
  })

  it("is installed with the Effect that it needs, and its commands by the name of their package", () => {
    const path = resolve(root, folder, "README.md")
    const lines = existsSync(path) ? blocksOf(textOf(path), "sh").flatMap((block) => block.split("\n")) : []
    for (const line of lines.filter((each) =>
      /^(npm install|pnpm add|yarn add|bun add|deno add) .*@inbox-effect/.test(each)
    )) {
      assert.match(line, / (npm:)?effect@3 (npm:)?@effect\/platform@0\.97/, line)
    }
    for (const line of lines.filter((each) => /\bnpx /.test(each))) assert.match(line, /npx -p @inbox-effect\//, line)
  })
})
