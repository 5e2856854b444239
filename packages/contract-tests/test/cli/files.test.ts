import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Contents from "../../src/cli/contents.js"
import * as SettingsFile from "../../src/cli/settingsFile.js"
import * as Settings from "../../src/kit/Settings.js"

const problemOf = <A>(read: Either.Either<A, string>): string => Either.getOrThrow(Either.flip(read))

describe("--contents", () => {
  it("takes one content a line, whatever else is in it", () => {
    assert.deepStrictEqual(Either.getOrThrow(Contents.parse("\ufeffHello\r\n  two  \n\u{1f600}\tx\n")), [
      "Hello",
      "  two  ",
      "\u{1f600}\tx"
    ])
  })

  it("takes a JSON array of strings, with what no line can hold", () => {
    assert.deepStrictEqual(Either.getOrThrow(Contents.parse(' ["a\\nb", "\\ud800"]')), ["a\nb", "\ud800"])
  })

  it("names the line or the entry that is none", () => {
    const problems: ReadonlyArray<readonly [text: string, problem: string]> = [
      ["a\n\nb", "line 2 is empty"],
      ["", "line 1 is empty"],
      ["a\nb\ufffd", "line 2 is not UTF-8"],
      ['["a", ""]', "entry 2 of the array is empty"],
      ['["a", 5]', "entry 2 of the array is not a string"],
      ["[]", "the array is empty"],
      ['["a",\n"b"', "begins as a JSON array and is none"]
    ]
    for (const [text, problem] of problems) assert.include(problemOf(Contents.parse(text)), problem)
  })
})

const noFlags = {
  operand: undefined,
  single: {},
  several: { thread: [], header: [], only: [], skip: [], report: [] },
  switches: { strict: false, "allow-hosted": false, brief: false, verbose: false, "until-failure": false }
} as unknown as Parameters<typeof SettingsFile.merged>[0]

describe("a file of settings", () => {
  it("names an unknown key and the one that was meant, and no value", () => {
    const problems: ReadonlyArray<readonly [settings: unknown, ...problems: ReadonlyArray<string>]> = [
      [{ thread: ["t1"] }, '"thread" is no key', "did you mean threads?"],
      [{ quiteUnheardOf: 1 }, "the keys are $schema, url"],
      [{ token: "s3cret" }, "token is no key", "INBOX_API_TOKEN", "tokenCommand"],
      [{ tokn: "s3cret" }, "INBOX_API_TOKEN"],
      [{ headers: { "X-Api-Key": "s3cret" } }, "X-Api-Key", '{"variable": "GATEWAY_KEY"}'],
      [{ tokenVariable: "s3cret with spaces" }, "tokenVariable", "environment variable"],
      [{ runs: 0 }, "runs", "at least 1"],
      [{ timeout: "10" }, "timeout", '"10s"'],
      [{ threads: [] }, "threads"],
      [{ allowHosted: true }, "--allow-hosted"],
      [{ reports: ["xml=x"] }, "reports", "junit=report.xml"],
      [["s3cret"], "no JSON object"],
      ["s3cret", "no JSON object"]
    ]
    for (const [settings, ...parts] of problems) {
      const problem = problemOf(SettingsFile.parse(JSON.stringify(settings)))
      for (const part of parts) assert.include(problem, part, JSON.stringify(settings))
      assert.notInclude(problem, "s3cret")
      assert.notInclude(problem, "\n")
    }
    assert.include(problemOf(SettingsFile.parse("{")), "is not JSON")
  })

  const settings = {
    $schema: "https://example.com",
    url: "http://127.0.0.1:1/api/v1",
    threads: ["t1", "t2"],
    tokenCommand: "print-token",
    headers: { "X-Tenant": "acme", "X-Api-Key": { variable: "GATEWAY_KEY" } },
    waive: "waivers.json",
    budget: "quick",
    runs: 5,
    only: ["auth"],
    reports: ["json=out/report.json", "junit=-"],
    strict: true
  }

  const merged = (flags: object, environment: Record<string, string> = {}) =>
    Either.getOrThrow(
      SettingsFile.merged(
        { ...noFlags, ...flags },
        Either.getOrThrow(SettingsFile.parse(JSON.stringify(settings))),
        "config/inbox-contract.json",
        { GATEWAY_KEY: "s3cret", ...environment }
      )
    ).values

  it("stands for the flags that are not given, with paths from its folder", () => {
    const { several, single, switches } = merged({})
    assert.strictEqual(single.url, settings.url)
    assert.strictEqual(single["token-command"], "print-token")
    assert.strictEqual(single.waive, "config/waivers.json")
    assert.strictEqual(single.runs, "5")
    assert.deepStrictEqual(several.thread, ["t1", "t2"])
    assert.deepStrictEqual(several.header, ["X-Tenant=acme", "X-Api-Key=s3cret"])
    assert.deepStrictEqual(several.report, ["json=config/out/report.json", "junit=-"])
    assert.isTrue(switches.strict)
  })

  it("comes after flags and variables", () => {
    const flags = {
      single: { budget: "deep", waive: "mine.json" },
      several: { ...noFlags.several, only: ["semantics"] }
    }
    const { several, single } = merged(flags, { INBOX_API_TOKEN: "x", INBOX_CONTRACT_THREAD: "t9" })
    assert.strictEqual(single.budget, "deep")
    assert.strictEqual(single.waive, "mine.json")
    assert.deepStrictEqual(several.only, ["semantics"])
    assert.isUndefined(single["token-command"])
    assert.deepStrictEqual(several.thread, [])
  })

  it("gives nothing of its server to another one", () => {
    const { several, single } = merged({ single: { url: "http://other.example/api/v1" } })
    assert.isUndefined(single["token-command"])
    assert.deepStrictEqual(several.thread, [])
    assert.deepStrictEqual(several.header, [])
    assert.strictEqual(single.budget, "quick")
  })

  it("has a schema for editors", () => {
    assert.include(JSON.stringify(Settings.jsonSchema), "tokenVariable")
  })
})
