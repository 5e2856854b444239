import { execFile } from "node:child_process"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"

const home = fileURLToPath(new URL("../..", import.meta.url))
/** Inside the package, where what is native is found. */
const folder = Path.join(home, "dist/.test/command")
const entry = Path.join(folder, "inbox-contract.js")

const node = (...words: ReadonlyArray<string>) => promisify(execFile)(process.execPath, words, { cwd: home })

/** What is loaded before the first line runs. */
const loadedAtOnce = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = Fs.readFileSync(Path.join(folder, file), "utf8")
  for (const [, name = ""] of text.matchAll(/(?:from|import)"\.\/([^"]+)"/g)) loadedAtOnce(name, seen)
  return seen
}

describe("the bundled command", () => {
  beforeAll(() => node("bundle.mjs", folder))
  afterAll(() => Fs.rmSync(folder, { recursive: true, force: true }))

  it("loads next to nothing in order to show its help", async () => {
    const files = [...loadedAtOnce("inbox-contract.js")]
    const bytes = files.reduce((sum, file) => sum + Fs.statSync(Path.join(folder, file)).size, 0)
    assert.isBelow(bytes, 50_000, files.join(" "))
    const { stdout } = await node(entry, "run", "--help")
    assert.include(stdout, "--max-duration")
  })

  it("tests the sandbox with nothing around it but what is native", async () => {
    const { stdout } = await node(entry, "run", "--only", "auth", "--budget", "quick", "--seed", "1")
    assert.include(stdout, "CONFORMS")
  })

  it.each([
    ["stops it", `throw new Error("of our own")`],
    ["nobody waits for", `queueMicrotask(() => { throw new Error("of our own") })`]
  ])("ends with 3 on a fault of its own that %s", async (_, fault) => {
    const preload = `data:text/javascript,process.stdout.write = () => { ${fault} }`
    const ended = await node("--import", preload, entry, "list").catch((error) => error)
    assert.strictEqual(ended.code, 3)
    assert.match(ended.stderr, /^inbox-contract: a fault of its own stopped it, please report it: .*Error: of our own/)
  })

  it("carries the licences of what is in it", () => {
    const notices = Fs.readFileSync(Path.join(folder, "THIRD-PARTY.txt"), "utf8")
    for (const name of ["effect", "fast-check", "chalk"])
      assert.match(notices, new RegExp(`^${name} [\\d.]+ \\(MIT\\)$`, "m"))
  })
})
