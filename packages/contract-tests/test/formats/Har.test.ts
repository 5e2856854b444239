import * as Fs from "node:fs"
import { createRequire } from "node:module"
import * as Os from "node:os"
import * as Path from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Conformance, Har } from "@inbox-effect/contract-tests"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import { Ajv, type AnySchemaObject } from "ajv"
import draft6 from "ajv/dist/refs/json-schema-draft-06.json" with { type: "json" }
import * as formats from "ajv-formats"
import { Effect, Redacted } from "effect"
import * as fc from "fast-check"
import type { Exchange } from "../../src/model/Exchange.js"
import { version } from "../../src/text/version.js"

const target = { url: "http://127.0.0.1:8787/api/v1/", token: 'T0ken/of+"nobody"' }

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

const exchange = (
  changes: {
    readonly request?: Partial<Exchange["request"]>
    readonly response?: Partial<Extract<Exchange["outcome"], { kind: "answered" }>["response"]>
    readonly outcome?: Exchange["outcome"]
  } = {}
): Exchange => ({
  index: 1,
  request: {
    method: "POST",
    path: "/threads/t1/messages",
    headers: [
      ["Authorization", `Bearer ${target.token}`],
      ["Content-Type", "application/json"]
    ],
    body: bytes('{"content":"Hello"}'),
    framing: { kind: "length" },
    ...changes.request
  },
  outcome: changes.outcome ?? {
    kind: "answered",
    response: {
      status: 200,
      statusText: "OK",
      httpVersion: "1.1",
      headers: [["content-type", "application/json; charset=utf-8"]],
      body: bytes("{}"),
      ...changes.response
    }
  },
  started: Date.UTC(2026, 0, 2, 3, 4, 5) + 0.25,
  ended: Date.UTC(2026, 0, 2, 3, 4, 5) + 4.5,
  inFlight: 1
})

/** The published schema of HAR 1.2; its package has no types. */
const schemas = createRequire(import.meta.url)("har-schema") as Record<string, AnySchemaObject>
const ajv = formats.default.default(new Ajv({ strict: false, allErrors: true }))
ajv.addMetaSchema(draft6)
for (const schema of Object.values(schemas)) ajv.addSchema(schema)

const assertValid = (name: "entry.json" | "har.json", value: unknown) => {
  assert.isTrue(ajv.validate(name, value), ajv.errorsText())
}

const folder = Effect.acquireRelease(
  Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "inbox-contract-"))),
  (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
)

interface Archive {
  readonly log: { readonly creator: { readonly version: string }; readonly entries: ReadonlyArray<Har.Entry> }
}

const read = (file: string): Archive => JSON.parse(Fs.readFileSync(file, "utf8")) as Archive

describe("an entry", () => {
  it("has the times, the request and the answer", () => {
    const entry = Har.entry(exchange({ request: { path: "/threads/t1/messages?a=1&b=%20" } }), target)
    assertValid("entry.json", entry)
    assert.strictEqual(entry.startedDateTime, "2026-01-02T03:04:05.000Z")
    assert.strictEqual(entry.time, 4.25)
    assert.strictEqual(entry.request.url, "http://127.0.0.1:8787/api/v1/threads/t1/messages?a=1&b=%20")
    assert.deepStrictEqual(entry.request.queryString, [
      { name: "a", value: "1" },
      { name: "b", value: " " }
    ])
    assert.deepStrictEqual(entry.request.postData, { mimeType: "application/json", text: '{"content":"Hello"}' })
    assert.deepStrictEqual(entry.response.content, {
      size: 2,
      mimeType: "application/json; charset=utf-8",
      text: "{}"
    })
  })

  it("keeps bytes that are not UTF-8, on both sides", () => {
    const body = new Uint8Array([0x7b, 0xff, 0xfe, 0x00])
    const entry = Har.entry(exchange({ request: { body }, response: { body } }), target)
    assertValid("entry.json", entry)
    assert.deepStrictEqual(new Uint8Array(Buffer.from(entry.request.postData?.text ?? "", "base64")), body)
    assert.strictEqual(entry.request.postData?._encoding, "base64")
    assert.deepStrictEqual(new Uint8Array(Buffer.from(entry.response.content.text ?? "", "base64")), body)
    assert.strictEqual(entry.response.content.encoding, "base64")
  })

  it("says what happened instead of an answer", () => {
    const silent = Har.entry(exchange({ outcome: { kind: "silent", timeout: 500 } }), target)
    assertValid("entry.json", silent)
    assert.strictEqual(silent.response.status, 0)
    assert.strictEqual(silent.comment, "no answer within 500 ms")
    const broken = Har.entry(exchange({ outcome: { kind: "broken", reason: "socket hang up" } }), target)
    assert.strictEqual(broken.comment, "broken: socket hang up")
  })

  const base64 = Buffer.from(target.token).toString("base64")
  const echoes: ReadonlyArray<readonly [title: string, echo: string]> = [
    ["as it is", target.token],
    ["in JSON", JSON.stringify(target.token).slice(1, -1)],
    ["in a URL", encodeURIComponent(target.token)],
    ["in base64", base64]
  ]
  for (const [title, echo] of echoes) {
    it(`leaves out a token that is repeated ${title}`, () => {
      const entry = Har.entry(
        exchange({
          request: { path: `/threads/${encodeURIComponent(echo)}/messages` },
          response: { headers: [["x-echo", echo]], statusText: echo, body: bytes(`{"error":"${echo}"}`) }
        }),
        target
      )
      const written = JSON.stringify(entry)
      for (const [, spelled] of echoes) {
        assert.notInclude(written, spelled)
        assert.notInclude(written, JSON.stringify(spelled).slice(1, -1))
      }
      assert.include(written, "$INBOX_API_TOKEN")
    })
  }

  it("leaves out a token among bytes that are not UTF-8", () => {
    const body = new Uint8Array([0xff, ...bytes(target.token), 0xff])
    const { content } = Har.entry(exchange({ response: { body } }), target).response
    assert.notInclude(Buffer.from(content.text ?? "", "base64").toString("latin1"), target.token)
  })

  it("leaves out credentials from which the token could be guessed, wherever they are repeated", () => {
    const near = target.token.slice(0, -1)
    for (const value of [`Bearer ${near}`, near, `Basic ${Buffer.from(`:${target.token}`).toString("base64")}`]) {
      const entry = Har.entry(
        exchange({
          request: { headers: [["AUTHORIZATION", value]] },
          response: { body: bytes(`{"error":"no such token: ${value}"}`) }
        }),
        target
      )
      assert.notInclude(JSON.stringify(entry), value.replace(/^\w+ /, ""))
    }
  })

  it("leaves out the values of headers that were given for the target, however short, wherever they are repeated", () => {
    const headers = { "X-Api-Key": 'gateway"secret', "X-Pin": "417", "X-Redacted": Redacted.make("another secret") }
    const sent = [
      ["X-Api-Key", headers["X-Api-Key"]] as const,
      ["X-Pin", "417"] as const,
      ["X-Redacted", "another secret"] as const
    ]
    const echo = `another secret ${headers["X-Api-Key"]} ${JSON.stringify(headers["X-Api-Key"])}`
    const entry = Har.entry(
      exchange({
        request: { headers: sent },
        response: { headers: [["x-echo", echo]], body: bytes(echo) }
      }),
      { ...target, headers }
    )
    assert.deepStrictEqual(
      entry.request.headers.map(({ value }) => value),
      ["<value of X-Api-Key>", "<value of X-Pin>", "<value of X-Redacted>"]
    )
    const written = JSON.stringify(entry)
    for (const secret of ["gateway", "another secret"]) assert.notInclude(written, secret)
  })

  it("is valid whatever is in it", () => {
    const headers = fc.array(fc.tuple(fc.string(), fc.fullUnicodeString()))
    fc.assert(
      fc.property(fc.uint8Array(), fc.fullUnicodeString(), headers, (body, text, list) => {
        assertValid(
          "entry.json",
          Har.entry(
            exchange({ request: { headers: list, body }, response: { headers: list, statusText: text, body } }),
            target
          )
        )
      }),
      { numRuns: 50 }
    )
  })
})

describe("a recorder", () => {
  it.scopedLive("writes an archive that is whole after every write, and shows where it could not write", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "traffic.har")
      const recorder = yield* Har.recorder(file, target)
      assertValid("har.json", read(file))
      const body = bytes("é".repeat(20_000))
      for (let index = 0; index < 10; index++) {
        recorder.record(exchange({ request: { body } }))
        assertValid("har.json", read(file))
      }
      assert.isAbove(read(file).log.entries.length, 0)
      yield* recorder.finish
      const { log } = read(file)
      assert.strictEqual(log.entries.length, 10)
      assert.strictEqual(log.creator.version, version)
      const missing = yield* Effect.flip(Har.recorder(Path.join(file, "x"), target))
      assert.include(missing.message, "ENOTDIR")
    })
  )

  it.scopedLive("has every request of a run, and the token nowhere", () =>
    Effect.gen(function* () {
      const file = Path.join(yield* folder, "traffic.har")
      const server = yield* Effect.acquireRelease(
        Effect.promise(() => Specimen.start(Specimen.honest)),
        (running) => Effect.promise(() => running.close())
      )
      const recorder = yield* Har.recorder(file, server)
      const report = yield* Conformance.run({
        url: server.url,
        token: server.token,
        threadId: server.threads,
        runs: 1,
        seed: 7,
        only: ["auth", "reject.utf8"],
        onExchange: recorder.record
      })
      yield* recorder.finish
      const archive = read(file)
      assertValid("har.json", archive)
      assert.strictEqual(archive.log.entries.length, report.requests)
      const text = Fs.readFileSync(file, "utf8")
      for (const secret of [server.token, server.token.slice(0, -1), server.token.toUpperCase()]) {
        assert.notInclude(text, secret)
      }
    })
  )

  it("has the version of the package", () => {
    const manifest = JSON.parse(Fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
      readonly version: string
    }
    assert.strictEqual(version, manifest.version)
  })
})
