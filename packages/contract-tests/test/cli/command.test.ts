import { execFileSync } from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { assert, describe, it } from "@effect/vitest"
import * as Budget from "@inbox-effect/contract-tests/Budget"
import * as Diff from "@inbox-effect/contract-tests/Diff"
import * as Matrix from "@inbox-effect/contract-tests/Matrix"
import * as Report from "@inbox-effect/contract-tests/Report"
import * as Requirement from "@inbox-effect/contract-tests/Requirement"
import { broken } from "@inbox-effect/zoo/broken"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { Deferred, Effect, Schedule, Schema } from "effect"
import stringWidth from "string-width"
import * as Command from "../../src/cli/command.js"
import { wantsAscii, wantsColor } from "../../src/cli/page.js"
import * as Case from "../../src/model/Case.js"
import * as Cost from "../../src/plan/cost.js"
import * as Replay from "../../src/report/Replay.js"

const secret = "s3cret-of-nobody-else"

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const run = (
  words: ReadonlyArray<string>,
  options: {
    readonly environment?: Record<string, string>
    readonly interrupt?: Effect.Effect<void>
    readonly width?: number
    readonly isTerminal?: boolean
  } = {}
): Effect.Effect<Ran> =>
  Effect.gen(function* () {
    const out: Array<string> = []
    const err: Array<string> = []
    const code = yield* Command.run(words, {
      environment: options.environment ?? {},
      out: (text) => Effect.sync(() => void out.push(text)),
      err: (text) => Effect.sync(() => void err.push(text)),
      page: { color: false, width: options.width ?? 100, ascii: false, isTerminal: options.isTerminal ?? false },
      terminal: undefined,
      interrupt: options.interrupt ?? Effect.never
    })
    return { code, out: out.join(""), err: err.join("") }
  }).pipe(Effect.provide(NodeContext.layer))

const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "inbox-contract-"))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
)

/** A server of the zoo, and the flags to test it. */
const specimen = (id: string) =>
  Effect.acquireRelease(
    Effect.promise(() => {
      const found = [Specimen.honest, ...broken].find((each) => each.id === id)
      assert.isDefined(found)
      return Specimen.start(found)
    }),
    (server) => Effect.promise(() => server.close())
  ).pipe(
    Effect.map((server) => ({
      ...server,
      flags: ["--url", server.url, "--thread", server.threads[0], "--thread", server.threads[1]],
      environment: { INBOX_API_TOKEN: server.token }
    }))
  )

const numbers = new Intl.NumberFormat("en")

const own = ["--url", "http://127.0.0.1:1/api/v1", "--token", secret, "--thread", "t1"]

const target = ["--url", "http://127.0.0.1:1/api/v1", "--thread", "t1"]

const two = ["--target", "a=http://127.0.0.1:1/api/v1", "--target", "b=http://127.0.0.1:2/api/v1"]

const tokens = ["--token", `a=${secret}`, "--token", `b=${secret}`]

/** The words, and what the one sentence on standard error has to name. */
const mistakes: ReadonlyArray<readonly [words: ReadonlyArray<string>, ...named: ReadonlyArray<string>]> = [
  [[], "command", "run, list,", "inbox-contract run"],
  [["rnu"], '"rnu"', "did you mean run?"],
  [["--url", "x", "run"], "--url comes after a command"],
  [["run", "--ulr", "http://x"], "--ulr", "did you mean --url?"],
  [["run", `--tokn=${secret}`], "--tokn", "did you mean --token?"],
  [["run", "--quite-unheard-of"], "--quite-unheard-of", "--help"],
  [["run", "extra"], "flags only", "quotes"],
  [["run", ...own, secret], "flags only"],
  [["run", "--runs"], "--runs", "--runs 100"],
  [["run", "--runs", "--strict"], "--runs needs a value"],
  [["run", "--runs", "12.5"], "--runs", "whole number of at least 1"],
  [["run", "--runs", "0"], "--runs", "at least 1"],
  [["run", "--budget", "quik"], "--budget", "did you mean quick?"],
  [["run", "--budget", "enormous"], "--budget", "quick, default or deep"],
  [["run", "--seed", "abc"], "--seed", "whole number"],
  [["run", "--seed", "1", "--seed", "2"], "--seed is given twice"],
  [["run", "--concurrency", "-1"], "--concurrency"],
  [["run", "--rate", "5/day"], "--rate", "250/minute"],
  [["run", "--rate", "0/minute"], "--rate", "5/second"],
  [["run", "--timeout", "10"], "--timeout", "10s"],
  [["run", "--max-duration", "0s"], "--max-duration", "5m"],
  [["run", "--strict=yes"], "--strict takes no value"],
  [["run", "--only", "semantics.contnt"], "--only", "did you mean semantics.content?"],
  [["run", "--skip", "auth,rsponse"], "--skip", "did you mean response?"],
  [["run", "--only", "auth", "--skip", "auth"], "--skip leaves nothing"],
  [["run", "--report", "xml=x"], "--report", "json=FILE", "markdown=FILE"],
  [["run", "--report", "json"], "--report json=FILE"],
  [["--completions", "tcsh"], 'no "tcsh"', "--completions bash"],
  [["--completions"], "needs the name of a shell"],
  [["run", "--report", "json=-", "--report", "junit=-"], "--report", "standard output"],
  [["run", "--report", "json=/does/not/exist.json"], "--report", "/does/not/exist.json"],
  [["run", "--record", "/does/not/exist.har"], "--record", "/does/not/exist.har"],
  [["run", "--record", "-"], "--record", "file only"],
  [["run", "--record", "x", "--report", "json=x"], "--record", "--report"],
  [["run", "--waive", "/does/not/exist.json"], "--waive", "cannot be read"],
  [["run", "--contents", "/does/not/exist.txt"], "--contents", "cannot be read"],
  [["run", "--config", "/does/not/exist.json"], "--config", "cannot be read"],
  [["run", "--rerun", "/does/not/exist.json"], "--rerun", "cannot be read"],
  [["run", "--rerun", import.meta.filename], "--rerun", "no report of this version"],
  [["run", "--rerun", "x.json", "--report", "json=x.json"], "--rerun", "--report"],
  [["run", "--for", "8"], "--for", "--for 8h"],
  [["run", "--token-command", "print-token"], "--token-command", "give its --url"],
  [["run", ...own, "--token-command", "print-token"], "--token-command", "leave out one"],
  [["run", ...target, "--token-command", "cat x | head"], "--token-command", "a |", "sh -c"],
  [["run", ...target, "--token-command", "/does/not/exist"], "--token", "was not found"],
  [["run", "--replay", "nonsense"], "--replay", "copy the whole word"],
  [["run", "--token", secret], "--token", "give its --url"],
  [["run", "--thread", "t1"], "--thread", "give its --url"],
  [["run", "--url", "http://127.0.0.1:1"], "--token is missing", "INBOX_API_TOKEN"],
  [["run", "--url", "http://127.0.0.1:1", "--token", secret], "--thread is missing", "INBOX_CONTRACT_THREAD"],
  [["run", ...own, "--thread", "t2", "--thread", "t3"], "--thread has 3", "one or two"],
  [["run", ...own, "--thread", "t1"], "--thread", "same thread twice"],
  [["run", ...own, "--thread", "t2,t3"], "--thread has 3", "one or two"],
  [["run", ...own, "--thread", "T-2"], "--thread", "0-9 and a-z"],
  [["run", ...own, "--reply-to", "no id"], "--reply-to", "0-9 and a-z"],
  [["run", "--url", "ftp://x", "--token", secret, "--thread", "t1"], "--url", "http or https"],
  [["run", "--url", "http://x", "--token", `${secret} x`, "--thread", "t1"], "--token", "white space"],
  [["run", "--url", "https://inboxapp.com/api/v1", "--token", secret, "--thread", "t1"], "--url", "--allow-hosted"],
  [
    ["run", "--url", "https://eu.inboxapp.com/api/v1", "--token", secret, "--thread", "t1"],
    "real person",
    "--allow-hosted"
  ],
  [["list", "--seed", "1"], "--seed", "belongs to run"],
  [["openapi", "more"], "openapi takes flags only"],
  [["explain", "semantics.contnt"], "did you mean semantics.content?"],
  [["explain", "quite-another-thing"], "inbox-contract list"],
  [["explain", "auth", "reject"], "takes one ID"],
  [["explain", "--runs", "1"], "--runs", "belongs to run, diff or matrix"],
  [["matrix"], "--target is missing", "two or more"],
  [["matrix", "--target", "sandbox"], "one server only", "--target staging=http"],
  [["matrix", "--target", secret], "--target staging=http"],
  [["matrix", "--target", "sandbox", "--target", "sandbox"], "sandbox twice"],
  [["matrix", ...two, "--target", "A=http://127.0.0.1:3/api/v1"], "twice"],
  [["matrix", ...two, "--token", secret], "--token begins with a= or b=,"],
  [["matrix", ...two, "--token", `c=${secret}`], "--token begins with a= or b=,"],
  [["matrix", ...two, "--token", "a=x", "--token", `a=${secret}`], "--token is given twice for a"],
  [["matrix", ...two, "--token", `a=${secret}`, "--thread", "t1"], "--token is missing for b", "INBOX_API_TOKEN_B"],
  [["matrix", ...two, "--token", `a=${secret}`], "--thread is missing for a", "INBOX_CONTRACT_THREAD_A"],
  [["matrix", ...two, "--thread", "c=t1"], "--thread begins with a= or b=,"],
  [["matrix", ...two, "--token", "a=x", "--token", "b=x", "--thread", "t1", "--reply-to", "a=no id"], "--reply-to"],
  [["matrix", "--target", "a=ftp://x", "--target", "sandbox", "--token", "a=x", "--thread", "t1"], "target a: url"],
  [
    ["matrix", "--target", "a=https://inboxapp.com/api/v1", "--target", "sandbox", "--token", "a=x", "--thread", "t1"],
    "target a:",
    "--allow-hosted"
  ],
  [["matrix", "--targets", "/does/not/exist.json"], "--targets", "cannot be read"],
  [["matrix", ...two, ...tokens, "--thread", "t1", "--report", "junit=x"], "--report", "markdown=FILE"],
  [["self-test", "--only", "trims-bth"], "--only", "did you mean trims-both?"],
  [["self-test", "--all", "--sample", "3"], "--sample", "--all"],
  [["diff"], "--url is missing", "twice"],
  [["diff", ...own, "--url", "http://127.0.0.1:2/api/v1"], "--token is missing for 127.0.0.1:2", "INBOX_API_TOKEN_B"],
  [["diff", ...own, "--report", "junit=x"], "--report", "json=FILE"],
  [["diff", ...own, "--url", "http://x", "--url", "http://y"], "--url is given 3 times"]
]

describe("wrong usage", () => {
  for (const [words, ...named] of mistakes) {
    it.live(`inbox-contract ${words.join(" ")}`, () =>
      Effect.gen(function* () {
        const { code, err, out } = yield* run(words)
        assert.strictEqual(code, 2)
        assert.strictEqual(out, "")
        assert.match(err, /^inbox-contract: [^\n]+\n$/)
        for (const part of named) assert.include(err, part)
        assert.notInclude(err, secret)
      })
    )
  }

  it.live("takes --replay for one case, and nothing that chooses others", () =>
    Effect.gen(function* () {
      const token = Replay.encode("semantics.content", Case.sequence("plain", [Case.step("Hello")]))
      const { code, err } = yield* run(["run", "--replay", token, "--runs", "5"])
      assert.strictEqual(code, 2)
      assert.include(err, "leave out --runs")
    })
  )

  it.scopedLive("says what is wrong with a waiver file, and leaves no report behind", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = Path.join(path, "waivers.json")
      const report = Path.join(path, "report.json")
      Fs.writeFileSync(file, `{"waivers":[{"id":"auth.misssing","reason":"later"}]}`)
      const { code, err } = yield* run(["run", "--waive", file, "--report", `json=${report}`])
      assert.strictEqual(code, 2)
      assert.include(err, "--waive")
      assert.include(err, "auth.misssing")
      assert.isFalse(Fs.existsSync(report))
    })
  )
})

describe("help, list and openapi", () => {
  it.live("explains every flag", () =>
    Effect.gen(function* () {
      const { code, out } = yield* run(["run", "--help"])
      assert.strictEqual(code, 0)
      const flags =
        "url token token-command thread reply-to config runs seed concurrency rate timeout max-duration for until-failure contents rerun only skip strict waive replay report allow-hosted"
      for (const flag of flags.split(" ")) assert.include(out, `--${flag}`)
      const narrow = yield* run(["--help"], { width: 60 })
      assert.include(narrow.out, "openapi")
      for (const line of narrow.out.split("\n").filter((each) => !each.includes("--url")))
        assert.isAtMost(line.length, 60)
      assert.notInclude(out, "\u001b")
    })
  )

  it.live("lists every requirement in a line of its own, and what a run costs", () =>
    Effect.gen(function* () {
      const { code, out } = yield* run(["list"])
      assert.strictEqual(code, 0)
      const [requirements = "", costs = ""] = out.trimEnd().split("\n\n")
      const lines = requirements.split("\n")
      assert.strictEqual(lines.length, Requirement.all.length)
      for (const budget of Budget.names)
        assert.match(costs, new RegExp(`\\n${budget} +${numbers.format(Cost.cost(budget).requests)} `))
      Requirement.all.forEach(({ id, level, title }, position) => {
        assert.match(lines[position] ?? "", new RegExp(`^${id.replaceAll(".", "\\.")} +${level} `))
        assert.include(lines[position] ?? "", title)
      })
    })
  )

  it.live("lists titles in the width of a terminal", () =>
    Effect.gen(function* () {
      const { out } = yield* run(["list"], { width: 80, isTerminal: true })
      for (const line of out.split("\n")) assert.isAtMost(line.length, 80, line)
    })
  )

  it.live("explains a requirement, or lists those that are meant", () =>
    Effect.gen(function* () {
      const one = yield* run(["explain", "auth.near"], { width: 80 })
      assert.strictEqual(one.code, 0)
      assert.match(one.out, /^auth\.near {2}MUST\n/)
      for (const part of ["--only auth.near", '{"id":"auth.near"', "the first half of the token", "self-test"])
        assert.include(one.out, part)
      for (const line of one.out.split("\n")) assert.isAtMost(line.length, 80, line)
      const wide = yield* run(["explain", "semantics.content", "--verbose"], { width: 80 })
      assert.match(wide.out, /…/)
      for (const line of wide.out.split("\n")) assert.isAtMost(stringWidth(line), 80, line)
      assert.isTrue(Buffer.from(wide.out).toString() === wide.out, "a character was cut in two")
      const some = yield* run(["explain", "auth"])
      assert.match(some.out, /^auth\.missing +MUST/)
      assert.include(some.out, "auth.status")
    })
  )

  const bash = it.live.skipIf(process.platform === "win32")

  bash("completes commands and their flags in bash", () =>
    Effect.gen(function* () {
      const { out } = yield* run(["--completions", "bash"])
      const completed = (...words: ReadonlyArray<string>) =>
        execFileSync(
          "bash",
          [
            "-c",
            `${out}\nCOMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _inbox-contract_bash_completions "$1"; echo "\${COMPREPLY[@]}"`,
            "bash",
            "inbox-contract",
            ...words
          ],
          { encoding: "utf8" }
        ).trim()
      assert.strictEqual(completed("s"), "self-test")
      assert.strictEqual(completed("run", "--max"), "--max-duration")
      assert.strictEqual(completed("self-test", "--sam"), "--sample")
      assert.strictEqual(completed("list", "--sam"), "")
    })
  )

  it.live("prints the contract as OpenAPI", () =>
    Effect.gen(function* () {
      const { code, out } = yield* run(["openapi"])
      assert.strictEqual(code, 0)
      const document = JSON.parse(out) as { openapi: string; paths: Record<string, unknown> }
      assert.match(document.openapi, /^3\.1\./)
      assert.hasAllKeys(document.paths, ["/threads/{threadId}/messages"])
    })
  )
})

const quick = ["--budget", "quick", "--seed", "7", "--only", "semantics.content"]

describe("a run", () => {
  it.live("starts the sandbox without --url, and finds that it conforms", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* run(["run", ...quick])
      assert.strictEqual(code, 0)
      assert.include(out, "seed 7")
      assert.include(out, "CONFORMS")
      assert.include(err, "requests, nothing broken so far\n")
    })
  )

  it.scopedLive("proves a violation, and replays it on the faulty and on a correct server", () =>
    Effect.gen(function* () {
      const faulty = yield* specimen("trims-both")
      const { code, out } = yield* run(["run", ...faulty.flags, ...quick], faulty)
      assert.strictEqual(code, 1)
      assert.include(out, "✖ semantics.content  MUST")
      assert.include(out, "VIOLATES")
      assert.notInclude(out, faulty.token)
      const words = /--replay(?: \\\n| )(\S+)/.exec(out)
      assert.isNotNull(words)
      const replay = ["--replay", words?.[1] ?? ""]

      const still = yield* run(["run", ...faulty.flags, ...replay], faulty)
      assert.strictEqual(still.code, 1)
      assert.match(still.out, /^still violates: semantics\.content\n/)
      assert.include(still.out, "expected")

      const fixed = yield* run(["run", ...replay])
      assert.strictEqual(fixed.code, 0)
      assert.match(fixed.out, /^fixed: semantics\.content \(sent 3 times, and did not fail\)\n/)
    })
  )

  it.scopedLive("reads its target from the environment, and writes nothing but the report to standard output", () =>
    Effect.gen(function* () {
      const server = yield* specimen("trims-both")
      const path = Path.join(yield* folder, "junit.xml")
      const environment = {
        INBOX_API_TOKEN: server.token,
        INBOX_API_BASE_URL: server.url,
        INBOX_CONTRACT_THREAD: server.threads.join(",")
      }
      const { code, err, out } = yield* run(["run", ...quick, "--report", "json=-", "--report", `junit=${path}`], {
        environment
      })
      assert.strictEqual(code, 1)
      assert.match(out, /\}\n$/)
      const report = yield* Schema.decodeUnknown(Schema.parseJson(Report.Report))(out)
      assert.strictEqual(report.verdict, "violates")
      assert.strictEqual(report.seed, 7)
      assert.deepStrictEqual(report.threads, [...server.threads])
      assert.match(err, /\nVIOLATES: [^\n]*semantics\.content[^\n]*\n$/)
      const xml = Fs.readFileSync(path, "utf8")
      assert.include(xml, "<failure")
      assert.notInclude(`${out}${err}${xml}`, server.token)
    })
  )

  it.scopedLive("annotates a run of GitHub Actions, and adds to the summary of its step", () =>
    Effect.gen(function* () {
      const server = yield* specimen("trims-both")
      const path = yield* folder
      const summary = Path.join(path, "summary.md")
      Fs.writeFileSync(summary, "before\n")
      const environment = { ...server.environment, GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary }
      const reports = ["html", "markdown"].flatMap((format) => ["--report", `${format}=${Path.join(path, format)}`])
      const { code, out } = yield* run(["run", ...server.flags, ...quick, ...reports], { environment })
      assert.strictEqual(code, 1)
      const [, token] = /^::stop-commands::(\S+)\n/.exec(out) ?? []
      assert.isDefined(token)
      const [, told] = out.split(`::${token}::\n`)
      assert.match(told ?? "", /^::error title=semantics\.content \(MUST\)::[^\n]+\n$/)
      const markdown = Fs.readFileSync(summary, "utf8")
      assert.match(markdown, /^before\n## ✖ Violates the contract\n/)
      assert.include(markdown, Fs.readFileSync(Path.join(path, "markdown"), "utf8").split("\n")[0] ?? "")
      assert.match(Fs.readFileSync(Path.join(path, "html"), "utf8"), /^<!doctype html>/)
      assert.notInclude(`${out}${markdown}`, server.token)
      const [, replay = ""] = /--replay (\S+)$/m.exec(told ?? "") ?? []
      const again = yield* run(["run", ...server.flags, "--replay", replay], { environment })
      assert.match(again.out, /^::stop-commands::(\S+)\nstill violates: .+\n::\1::\n$/s)
    })
  )

  it.scopedLive(
    "takes what a file of settings says, runs until a run fails, and sends what failed first the next time",
    () =>
      Effect.gen(function* () {
        const server = yield* specimen("trims-both")
        const path = yield* folder
        const write = (name: string, text: string) => {
          Fs.writeFileSync(Path.join(path, name), text)
          return Path.join(path, name)
        }
        write("contents.txt", "a content of mine  \n")
        const script = write("token.mjs", `console.log(${JSON.stringify(server.token)})`)
        const settings = {
          url: server.url,
          threads: server.threads,
          tokenCommand: `'${process.execPath}' '${script}'`,
          budget: "quick",
          only: ["semantics.content"],
          contents: "contents.txt",
          untilFailure: true,
          seed: 7,
          reports: ["json=report.json"]
        }
        const config = write("settings.json", JSON.stringify(settings))
        const { code, err, out } = yield* run(["run", "--config", config])
        assert.strictEqual(code, 1, err)
        assert.include(err, `settings: ${config}\n`)
        assert.match(err, /\nseed 7, [\d,]+ requests: VIOLATES: 1 requirement, semantics\.content\n/)
        assert.include(out, "(1 run, seed 7; broken with seed 7)")
        assert.include(out, "note: 1 content of your own was part of the run")
        const file = Path.join(path, "report.json")
        const text = Fs.readFileSync(file, "utf8")
        assert.notInclude(`${out}${err}${text}`, server.token)

        const honest = yield* specimen("honest")
        const again = yield* run(["run", ...honest.flags, "--only", "semantics.content", "--rerun", file], honest)
        assert.strictEqual(again.code, 0, again.err)
        assert.include(again.out.replace(/\s+/g, " "), "seed 7, budget quick")
        assert.match(again.out.replace(/\s+/g, " "), /earlier run broke, not broken in this run: semantics\.content/)
      })
  )

  it.scopedLive("takes waivers, and fails a stale one", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "waivers.json")
      Fs.writeFileSync(file, `{"waivers":[{"id":"semantics.content","reason":"known since May"}]}`)
      const faulty = yield* specimen("trims-both")
      const waived = yield* run(["run", ...faulty.flags, ...quick, "--waive", file], faulty)
      assert.strictEqual(waived.code, 0)
      assert.include(waived.out, "semantics.content: known since May")
      const honest = yield* specimen("honest")
      const stale = yield* run(["run", ...honest.flags, ...quick, "--waive", file], honest)
      assert.strictEqual(stale.code, 1)
      assert.include(stale.out, "stale")
    })
  )

  it.scopedLive("compares a server to the sandbox, and reports it without its token", () =>
    Effect.gen(function* () {
      const server = yield* specimen("trims-both")
      const path = Path.join(yield* folder, "diff.json")
      const words = ["--url", server.url, "--thread", server.threads.join(","), "--only", "auth", "--budget", "quick"]
      const environment = { ...server.environment, GITHUB_ACTIONS: "true" }
      const { code, out } = yield* run(["diff", ...words, "--report", `json=${path}`], { environment })
      assert.strictEqual(code, 1)
      assert.match(out, /\nDIFFERENT: in \d+ ways\njson report: /)
      assert.match(out, /^::stop-commands::(\S+)\n.+\n::\1::\n$/s)
      const json = Fs.readFileSync(path, "utf8")
      const diff = yield* Schema.decodeUnknown(Schema.parseJson(Diff.Diff))(json)
      assert.strictEqual(diff.verdict, "different")
      assert.notInclude(`${out}${json}`, server.token)
    })
  )

  it.scopedLive("shows servers side by side, and the sandbox with them, each with its own token", () =>
    Effect.gen(function* () {
      const honest = yield* specimen("honest")
      const faulty = yield* specimen("trims-both")
      const path = yield* folder
      const [json, targets] = [Path.join(path, "matrix.json"), Path.join(path, "targets.json")]
      const entry = { name: "faulty", url: faulty.url, threads: faulty.threads, tokenVariable: "TOKEN_OF_FAULTY" }
      Fs.writeFileSync(targets, JSON.stringify([entry]))
      const environment = {
        INBOX_API_TOKEN_MY_OWN: honest.token,
        INBOX_CONTRACT_THREAD: honest.threads.join(","),
        TOKEN_OF_FAULTY: faulty.token,
        GITHUB_ACTIONS: "true",
        GITHUB_STEP_SUMMARY: Path.join(path, "summary.md")
      }
      const words = ["matrix", "--target", `my-own=${honest.url}`, "--target", "sandbox", "--targets", targets]
      const { code, err, out } = yield* run(
        [...words, ...quick, "--report", `json=${json}`, "--report", `html=${json}.html`],
        {
          environment
        }
      )
      assert.strictEqual(code, 1, err)
      assert.match(out, /^::stop-commands::/)
      assert.match(Fs.readFileSync(environment.GITHUB_STEP_SUMMARY, "utf8"), /^## ✖ Violates the contract: 3 servers\n/)
      assert.include(
        Fs.readFileSync(`${json}.html`, "utf8"),
        `INBOX_API_TOKEN=&quot;$TOKEN_OF_FAULTY&quot; npx -p @inbox-effect/contract-tests inbox-contract run`
      )
      assert.match(out, /^semantics: .* my-own {2}sandbox {2}faulty$/m)
      assert.match(out, /^ {2}semantics\.content .* ✔ +✔ +✖$/m)
      assert.match(out, /\nVIOLATES: 1 of 3 servers, faulty\njson report: /)
      const flat = out.replace(/ \\\n +/g, " ")
      assert.include(
        flat,
        `INBOX_API_TOKEN="$TOKEN_OF_FAULTY" npx -p @inbox-effect/contract-tests inbox-contract run --url ${faulty.url} `
      )
      assert.include(flat, " --only semantics.content --seed 7 --budget quick\n")
      assert.match(err, /^faulty: [^\n]*requests/m)
      const text = Fs.readFileSync(json, "utf8")
      const matrix = yield* Schema.decodeUnknown(Schema.parseJson(Matrix.Matrix))(text)
      assert.deepStrictEqual(
        matrix.targets.map(({ name, report }) => [name, report.verdict, report.seed]),
        [
          ["my-own", "conforms", 7],
          ["sandbox", "conforms", 7],
          ["faulty", "violates", 7]
        ]
      )
      for (const { token } of [honest, faulty]) assert.notInclude(`${out}${err}${text}`, token)

      Fs.writeFileSync(targets, JSON.stringify([{ ...entry, token: secret }]))
      const strict = yield* run([...words, ...quick], { environment })
      assert.strictEqual(strict.code, 2)
      assert.include(strict.err, "tokenVariable")
      assert.notInclude(strict.err, secret)
    })
  )

  it.live("is inconclusive where nobody listens, with what to do, and so is a replay", () =>
    Effect.gen(function* () {
      const token = Replay.encode("semantics.content", Case.sequence("plain", [Case.step("Hello")]))
      // Each waits for somebody to listen, for seconds: both do so at once.
      const [tested, replayed] = yield* Effect.all(
        [run(["run", ...own, ...quick]), run(["run", ...own, "--replay", token])],
        { concurrency: "unbounded" }
      )
      assert.strictEqual(tested.code, 3)
      assert.match(tested.out, /INCONCLUSIVE: [^\n]+/)
      assert.strictEqual(replayed.code, 3)
      assert.match(replayed.out, /^inconclusive: /)
      assert.notInclude(`${tested.out}${replayed.out}`, secret)
    })
  )

  it.scopedLive("ends at once when interrupted, with every report that was asked for, and the traffic so far", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const file = (name: string) => Path.join(path, name)
      const text = (name: string) => Fs.readFileSync(file(name), "utf8")
      const reports = ["json", "html", "markdown", "junit"].flatMap((format) => [
        "--report",
        `${format}=${file(format)}`
      ])
      const honest = yield* specimen("honest")
      const stop = yield* Deferred.make<void>()
      const isUnderWay = Effect.repeat(Effect.sync(honest.requests), {
        until: (count) => count > 8,
        schedule: Schedule.spaced("10 millis")
      })
      yield* Effect.fork(Effect.zipRight(isUnderWay, Deferred.succeed(stop, undefined)))
      const { code, out } = yield* run(
        ["run", ...honest.flags, "--rate", "20/second", ...reports, "--record", file("har")],
        {
          ...honest,
          interrupt: Deferred.await(stop)
        }
      )
      assert.strictEqual(code, 3)
      assert.include(out, "INCONCLUSIVE: the run was interrupted")
      const report = Schema.decodeUnknownSync(Report.Report)(JSON.parse(text("json")))
      assert.strictEqual(report.reason, "the run was interrupted")
      for (const format of ["html", "markdown", "junit"]) assert.include(text(format), "nterrupted")
      const { log } = JSON.parse(text("har")) as { readonly log: { readonly entries: ReadonlyArray<unknown> } }
      assert.isAbove(log.entries.length, 0)
      assert.isAtMost(report.requests - log.entries.length, 4, "but for those in flight, all is recorded")
    })
  )
})

describe("the terminal", () => {
  it("is coloured unless it cannot or must not be", () => {
    assert.isTrue(wantsColor({}, true))
    assert.isFalse(wantsColor({}, false))
    assert.isFalse(wantsColor({ NO_COLOR: "1" }, true))
    assert.isTrue(wantsColor({ NO_COLOR: "" }, true))
    assert.isTrue(wantsColor({ FORCE_COLOR: "1" }, false))
    assert.isFalse(wantsColor({ FORCE_COLOR: "0" }, true))
    assert.isFalse(wantsColor({ TERM: "dumb" }, true))
  })

  it("gets ASCII where the locale has no UTF-8", () => {
    assert.isFalse(wantsAscii({}))
    assert.isFalse(wantsAscii({ LANG: "en_GB.UTF-8" }))
    assert.isFalse(wantsAscii({ LANG: "C", LC_ALL: "C.utf8" }))
    assert.isTrue(wantsAscii({ LANG: "C" }))
    assert.isTrue(wantsAscii({ LANG: "en_GB.UTF-8", LC_ALL: "POSIX" }))
  })
})
