import { execFile } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { startSandbox } from "@inbox-effect/sandbox/promise"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bundleSources } from "../sources.mjs"

const root = fileURLToPath(new URL("../../..", import.meta.url))

/** The first code of a README that is a whole program, with the address that is printed replaced by that of the sandbox of this test. */
const firstCode = (readme: string, url: string): string => {
  const [, code] = /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, readme), "utf8")) ?? []
  assert.isString(code, readme)
  return String(code).replaceAll("http://127.0.0.1:8787/api/v1", url)
}

/** Where what is written can import what is installed here. */
const parent = join(root, "packages/tools/node_modules/.cache/quickStarts")
let folder = ""
let sandbox: Awaited<ReturnType<typeof startSandbox>>

beforeAll(async () => {
  mkdirSync(parent, { recursive: true })
  folder = mkdtempSync(join(parent, "run-"))
  sandbox = await startSandbox()
})

afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

const run = async (...words: ReadonlyArray<string>): Promise<string> => {
  const { VITEST, ...environment } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [...words], {
    cwd: folder,
    env: { ...environment, NO_COLOR: "1", INBOX_API_TOKEN: sandbox.token, INBOX_API_BASE_URL: sandbox.url }
  })
  return stdout
}

/** Our own packages from their sources; what they depend on as it is installed. */
const bundle = async (code: string, name: string): Promise<string> => {
  const outfile = join(folder, `${name}.mjs`)
  await bundleSources({ contents: code, folder: join(root, "packages/tools") }, outfile)
  return outfile
}

describe("the first code of each README, in a process of its own", () => {
  it.each(["README.md", "packages/client/README.md"])("%s sends a message and prints it", async (readme) => {
    const printed = await run(await bundle(firstCode(readme, sandbox.url), "client"))
    assert.match(printed, /^Sent \w+: On my way$/m)
  })

  it("packages/sandbox/README.md prints what is stored", async () => {
    const printed = await run(await bundle(firstCode("packages/sandbox/README.md", sandbox.url), "sandbox"))
    assert.match(printed, /On my way/)
  })

  it("packages/sqlite/README.md writes its file", async () => {
    await run(await bundle(firstCode("packages/sqlite/README.md", sandbox.url), "sqlite"))
    assert.isTrue(existsSync(join(folder, "notes.db")))
  })

  it("packages/contract-tests/README.md passes in vitest", async () => {
    writeFileSync(join(folder, "contract.test.ts"), firstCode("packages/contract-tests/README.md", sandbox.url))
    // Its entry in one file, since vitest would transform each of our sources.
    const entry = join(folder, "entry.mjs")
    await bundleSources({ entry: join(root, "packages/contract-tests/src/vitest.ts") }, entry)
    const alias = { "@inbox-effect/contract-tests/vitest": entry }
    writeFileSync(
      join(folder, "vitest.config.mjs"),
      `export default ${JSON.stringify({ resolve: { alias }, test: { exclude: [] } })}\n`
    )
    const vitest = join(root, "node_modules/vitest/vitest.mjs")
    const report = JSON.parse(await run(vitest, "run", "--reporter=json"))
    assert.isTrue(report.success)
    assert.isAbove(report.numPassedTests, 50)
  })
})
