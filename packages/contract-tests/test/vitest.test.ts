import { spawn } from "node:child_process"
import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Os from "node:os"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { broken } from "@inbox-effect/zoo/broken"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { Effect } from "effect"
import { bundleSources } from "../../tools/sources.mjs"

const suite = fileURLToPath(new URL("fixtures/suite", import.meta.url))
const vitest = Path.join(Path.dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs")

interface Test {
  readonly status: string
  readonly message: string
}

interface Outcome {
  readonly code: number | null
  readonly printed: string
  /** The tests of a suite by the id with which each title begins. */
  readonly testsOf: (suite: string) => ReadonlyMap<string, Test>
}

interface JsonReport {
  readonly testResults: ReadonlyArray<{
    readonly assertionResults: ReadonlyArray<{
      readonly ancestorTitles: ReadonlyArray<string>
      readonly title: string
      readonly status: string
      readonly failureMessages: ReadonlyArray<string>
    }>
  }>
}

const folderIn = (parent: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      Fs.mkdirSync(parent, { recursive: true })
      return Fs.mkdtempSync(Path.join(parent, "inbox-contract-"))
    }),
    (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
  )

const folder = folderIn(Os.tmpdir())

/** The entry in one file, where packages are installed: vitest loads it as it is, and need not transform our sources. */
const entry = Effect.tap(
  Effect.map(folderIn(fileURLToPath(new URL("../node_modules/.cache", import.meta.url))), (path) =>
    Path.join(path, "vitest.mjs")
  ),
  (outfile) =>
    Effect.promise(() => bundleSources({ entry: fileURLToPath(new URL("../src/vitest.ts", import.meta.url)) }, outfile))
)

/** Runs suites of the fixture in one process of its own, as another project would. */
const runSuites = (
  suites: ReadonlyArray<Record<string, unknown>>,
  flags: ReadonlyArray<string> = []
): Effect.Effect<Outcome> =>
  Effect.scoped(
    Effect.flatMap(Effect.all([folder, entry]), ([path, file]) => {
      const json = Path.join(path, "report.json")
      const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${json}`]
      return Effect.map(
        execute(["run", "--config", `${suite}/vitest.config.ts`, ...reporters, ...flags], file, suites),
        (exit) => ({ ...exit, testsOf: reader(JSON.parse(Fs.readFileSync(json, "utf8")) as JsonReport) })
      )
    })
  )

const execute = (words: ReadonlyArray<string>, file: string, suites: ReadonlyArray<Record<string, unknown>>) =>
  Effect.async<Pick<Outcome, "code" | "printed">>((resume) => {
    const child = spawn(process.execPath, [vitest, ...words], {
      cwd: suite,
      env: {
        ...process.env,
        VITEST: undefined,
        CONTRACT_ENTRY: file,
        CONTRACT_OPTIONS: JSON.stringify(suites),
        NO_COLOR: "1"
      }
    })
    const printed: Array<string> = []
    child.stdout.on("data", (chunk) => printed.push(String(chunk)))
    child.stderr.on("data", (chunk) => printed.push(String(chunk)))
    child.on("close", (code) => resume(Effect.succeed({ code, printed: printed.join("") })))
    return Effect.sync(() => child.kill())
  })

const reader =
  ({ testResults }: JsonReport): Outcome["testsOf"] =>
  (name) =>
    new Map(
      testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ ancestorTitles }) => ancestorTitles.includes(name))
        .map(({ failureMessages, status, title }) => [
          title.split(":")[0] ?? "",
          { status, message: failureMessages.join("\n") }
        ])
    )

const specimen = (id: string) =>
  Effect.acquireRelease(
    Effect.promise(() => {
      const found = [Specimen.honest, ...broken].find((each) => each.id === id)
      assert.isDefined(found)
      return Specimen.start(found)
    }),
    (server) => Effect.promise(() => server.close())
  ).pipe(
    Effect.map(({ requests, threads, token, url }) => ({
      url,
      token,
      threadId: threads,
      runs: 1,
      seed: 7,
      // No option: functions are left out of JSON.
      requests
    }))
  )

describe("contractTests", () => {
  it.scopedLive("fails the tests of what is broken, and of what could not be tested, and no other", () =>
    Effect.gen(function* () {
      const found = broken.find(({ requirement }) => requirement === "semantics.plain")
      assert.isDefined(found)
      const trimming = yield* specimen("trims-both")
      const unplain = { ...(yield* specimen(found?.id ?? "")), only: ["semantics.plain"] }
      const nobody = { url: "http://127.0.0.1:1/api/v1", token: "secret", threadId: "t1", only: ["auth"] }
      const hosted = { url: "https://inboxapp.com/api/v1", token: "secret", threadId: "t1", only: ["auth.missing"] }
      const { code, printed, testsOf } = yield* runSuites([
        { ...trimming, name: "trimming", only: ["semantics", "response.key"] },
        { ...unplain, name: "lenient" },
        { ...unplain, name: "strict", strict: true },
        { ...nobody, name: "nobody" },
        { ...hosted, name: "hosted" }
      ])
      assert.strictEqual(code, 1, printed)

      const tests = testsOf("trimming")
      const failed = [...tests].filter(([, { status }]) => status === "failed").map(([id]) => id)
      assert.deepStrictEqual(failed, ["semantics.content"])
      assert.strictEqual(tests.get("response.key.id")?.status, "passed")
      assert.isFalse(tests.has("auth.missing"))
      const message = tests.get("semantics.content")?.message ?? ""
      for (const part of ["expected", "actual", "document", "harm", "curl ", "--replay", "seed 7"]) {
        assert.include(message, part)
      }
      assert.notInclude(message, "\u001b[")
      assert.include(printed, `contract tests against ${trimming.url}, seed 7`)
      assert.notInclude(printed, trimming.token)

      // A broken SHOULD warns, and fails when strict.
      assert.strictEqual(testsOf("lenient").get("semantics.plain")?.status, "passed")
      assert.include(printed, "▲ semantics.plain  SHOULD")
      assert.strictEqual(testsOf("strict").get("semantics.plain")?.status, "failed")

      // It is never green where nothing could be tested, or for options that make no sense.
      assert.isAbove(testsOf("nobody").size, 0)
      for (const [id, { message, status }] of testsOf("nobody")) {
        assert.strictEqual(status, "failed", id)
        assert.include(message, "INCONCLUSIVE: ")
      }
      assert.include(testsOf("hosted").get("auth.missing")?.message ?? "", "real messages")
    })
  )

  it.scopedLive("passes for a server that keeps the contract, and can be filtered by id", () =>
    Effect.gen(function* () {
      const server = yield* specimen("honest")
      const { code, printed, testsOf } = yield* runSuites([{ ...server, name: "honest" }], ["-t", "auth.near"])
      assert.strictEqual(code, 0, printed)
      const passed = [...testsOf("honest")].filter(([, { status }]) => status === "passed").map(([id]) => id)
      assert.deepStrictEqual(passed, ["auth.near"])
      assert.isBelow(server.requests(), 300, "more was sent than the chosen test needs")
    })
  )
})
