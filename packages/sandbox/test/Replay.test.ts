import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import * as Net from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Fault, Inspector } from "@inbox-effect/sandbox"
import { Effect, Schema } from "effect"
import { inMemory as withSandbox } from "./support/databases.js"
import { eventually } from "./support/eventually.js"
import { ask, errorOf, exchange, firstThread, pathOf, post, type Running, send } from "./support/http.js"

/** A request as its bytes arrived. */
interface Received {
  readonly line: string
  readonly headers: ReadonlyArray<string>
  readonly body: string
}

const valueOf = (headers: ReadonlyArray<string>, name: string): string | undefined =>
  headers.find((header) => header.toLowerCase().startsWith(`${name}:`))?.replace(/^[^:]*:\s*/, "")

/** Reads chunks; `undefined` where the last is not here yet. */
const dechunk = (bytes: Buffer): Buffer | undefined => {
  const parts: Array<Buffer> = []
  for (let at = 0; ; ) {
    const end = bytes.indexOf("\r\n", at)
    if (end === -1) return undefined
    const size = Number.parseInt(bytes.toString("latin1", at, end), 16)
    if (bytes.length < end + 4 + size) return undefined
    if (size === 0) return Buffer.concat(parts)
    parts.push(bytes.subarray(end + 2, end + 2 + size))
    at = end + 4 + size
  }
}

/** Reads a request; `undefined` where there is more to come. What only asks for the default is left out. */
const read = (bytes: Buffer): Received | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) return undefined
  const [line = "", ...headers] = bytes.toString("latin1", 0, end).split("\r\n")
  const rest = bytes.subarray(end + 4)
  const length = Number(valueOf(headers, "content-length") ?? 0)
  const body = valueOf(headers, "transfer-encoding") === undefined ? rest : dechunk(rest)
  if (body === undefined || body.length < length) return undefined
  return {
    line,
    headers: headers
      .filter((header) => !/^connection: keep-alive$/i.test(header))
      .map((header) => header.trimEnd())
      .sort(),
    body: body.toString("base64")
  }
}

/** A server that keeps what it receives. */
const received: Array<Received> = []

const recorder = Net.createServer((socket) => {
  let bytes = Buffer.alloc(0)
  socket.on("error", () => {})
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk])
    const found = read(bytes)
    if (found === undefined) return
    received.push(found)
    socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${found.line.startsWith("HEAD") ? 0 : 2}\r\n\r\nok`)
  })
})

beforeAll(() => new Promise<void>((resolve) => void recorder.listen(0, "127.0.0.1", resolve)))
afterAll(() => void recorder.close())

const host = () => `127.0.0.1:${(recorder.address() as Net.AddressInfo).port}`

const done = (child: ChildProcess) =>
  new Promise<number | null>((resolve, reject) => child.on("exit", resolve).on("error", reject))

/** Runs lines as a person would who pastes them. */
const shell = (lines: string) =>
  Effect.promise(() => {
    const child = spawn("/bin/sh", ["-s"], {
      env: { PATH: process.env.PATH, INBOX_API_TOKEN: "sandbox-token" },
      stdio: ["pipe", "ignore", "inherit"]
    })
    child.stdin.end(`${lines}\n`)
    return done(child)
  })

const hasCurl = (() => {
  try {
    execFileSync("curl", ["--version"])
    return true
  } catch {
    process.stderr.write("no curl on this machine: the tests of the command lines that it takes are skipped\n")
    return false
  }
})()

const decodeExchange = Schema.decodeUnknown(Schema.parseJson(Inspector.Exchange), { onExcessProperty: "error" })

const newest = (sandbox: Running) =>
  Effect.gen(function* () {
    const { exchanges } = JSON.parse((yield* ask(sandbox, "GET", "/exchanges?limit=1")).text)
    const shown = yield* ask(sandbox, "GET", `/exchanges/${exchanges[0].id}`, undefined, { headers: { host: host() } })
    return yield* decodeExchange(shown.text)
  })

/** Writes bytes to a socket until the head of an answer is there, or only until they are written. */
const give = (url: string, bytes: string | Uint8Array, until: "answered" | "written" = "answered") =>
  Effect.async<string>((resume) => {
    const { hostname, port } = new URL(url)
    const socket = Net.connect(Number(port), hostname)
    let answer = ""
    const done = () => {
      socket.destroy()
      resume(Effect.succeed(answer))
    }
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1")
      if (answer.includes("\r\n\r\n")) done()
    })
    socket.on("end", done).on("error", done)
    socket.write(bytes, () => {
      if (until === "written") done()
    })
  })

interface Sent {
  readonly line?: string
  readonly headers?: ReadonlyArray<string>
  readonly body?: string | Uint8Array
}

/** The bytes of a request, for a socket. Headers are as they are given, and nothing else but those that must be. */
const bytesOf = ({ body, headers = [], line }: Sent, path: string): Buffer => {
  const bytes = Buffer.from(body ?? "")
  const length = body === undefined || headers.some((header) => /^transfer-encoding:/i.test(header))
  const head = [
    line ?? `POST ${path} HTTP/1.1`,
    `Host: ${host()}`,
    "Authorization: Bearer sandbox-token",
    ...headers,
    ...(length ? [] : [`Content-Length: ${bytes.length}`])
  ]
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), bytes])
}

const json = "Content-Type: application/json"

/** Latin-1 spells these: UTF-8 in a header, and a byte that is no UTF-8. */
const utf8 = Buffer.from("Grüße 東京", "utf8").toString("latin1")

const requests: ReadonlyArray<readonly [name: string, request: Sent]> = [
  ["a plain send", { headers: [json, "User-Agent: x/1", "Accept: */*"], body: `{"content":"On my way"}` }],
  [
    "words of shells",
    { headers: [json], body: `{"content":"it's \\"x\\" $HOME \`id\` $(id) \\\\ %s !! ~ * ? ; & | < > # "}` }
  ],
  ["a body over 64 KiB", { headers: [json], body: `{"content":"${"a'b ".repeat(20_000)}"}` }],
  ["a body of nearly a MiB", { headers: [json], body: `{"content":"${"ü$`".repeat(250_000)}"}` }],
  ["a body that is no UTF-8", { headers: [json], body: Uint8Array.from([0x7b, 0xff, 0x00, 0x27, 0x24, 0x60, 0x0a]) }],
  ["a body with lines and bidi", { headers: [json], body: "\u202e{\n\t\u200b}\r\n" }],
  ["a body that begins with @", { headers: [json], body: "@file" }],
  ["an empty body", { headers: [json], body: "" }],
  ["a POST without a body", { headers: [json] }],
  ["globs", { line: "POST /api/v1/threads/{a,b}[1-3]/messages?x=[1]&y={z} HTTP/1.1", headers: [json], body: "{}" }],
  ["dot segments", { line: "GET /api/v1/./threads/../threads/x/messages HTTP/1.1" }],
  ["all of ASCII in a target", { line: "GET /api/v1/threads/x/!\"$&'()*+,-.:;<=>@[\\]^_`{|}~%zz?'\"?? HTTP/1.1" }],
  ["a fragment", { line: "GET /api/v1/threads/x/messages?a#b HTTP/1.1" }],
  ["an absolute target", { line: "GET http://127.0.0.1/api/v1/threads/x/messages HTTP/1.1" }],
  ["a target that is no path", { line: "OPTIONS * HTTP/1.1" }],
  ["HEAD", { line: "HEAD /api/v1/threads/x/messages HTTP/1.1", headers: ["Accept: x"] }],
  ["HEAD with an empty body", { line: "HEAD /api/v1/threads/x/messages HTTP/1.1", body: "" }],
  ["GET with an empty body", { line: "GET /api/v1/threads/x/messages HTTP/1.1", body: "" }],
  ["DELETE with a body", { line: "DELETE /api/v1/threads/x/messages HTTP/1.1", body: "x" }],
  ["HTTP/1.0", { line: "GET /api/v1/threads/x/messages HTTP/1.0" }],
  ["empty headers", { headers: [json, "X-Empty:", "accept:", "USER-AGENT:"], body: "{}" }],
  ["headers twice and in odd cases", { headers: [json, "X-a: 1", "x-A: 2", "X-a: 1"], body: "{}" }],
  ["odd header values", { headers: [json, `X-Odd: "$HOME" \`id\` \\ !x 'y' ${utf8} \xff \t$(id)`], body: "{}" }],
  [
    "a variable in a header",
    { headers: [json, `X-Odd: $${"{INBOX_API_TOKEN}"} $(touch /tmp/x) INBOX_API_TOKEN`], body: "{}" }
  ],
  ["chunks", { headers: [json, "Transfer-Encoding: chunked"], body: '5\r\n{"con\r\n3\r\nten\r\n0\r\n\r\n' }],
  ["a connection that closes", { headers: [json, "Connection: close"], body: "{}" }]
]

describe.skipIf(!hasCurl)("the line for curl", () => {
  it.live(
    "sends the same bytes again, whatever they are",
    withSandbox((sandbox) =>
      Effect.forEach(requests, ([name, request]) =>
        Effect.gen(function* () {
          const before = received.length
          const bytes = bytesOf(request, pathOf(firstThread(sandbox).id))
          const answer = yield* give(sandbox.url, bytes)
          assert.match(answer, /^HTTP\/1\.1 \d/, name)
          const { curl } = yield* newest(sandbox)
          assert.isNull(curl.note, name)
          assert.notInclude(curl.line, "sandbox-token")
          yield* shell(curl.line ?? "")
          assert.deepStrictEqual(received.slice(before), [read(bytes)], `${name}: ${curl.line?.slice(0, 2_000)}`)
        })
      )
    )
  )
})

describe("a recorded request", () => {
  it.live(
    "has no such line where it was not kept as a whole, and says why",
    withSandbox(
      (sandbox) =>
        Effect.gen(function* () {
          const path = pathOf(firstThread(sandbox).id)
          const noteOf = Effect.map(newest(sandbox), ({ curl }) => [curl.line, curl.note])
          yield* post(sandbox, "x".repeat(2_000))
          assert.deepStrictEqual(yield* noteOf, [null, "Only the first 1000 bytes of the body were kept"])
          yield* give(sandbox.url, bytesOf({ headers: [json, "Content-Length: 50"] }, path), "written")
          yield* Effect.promise(() =>
            eventually(
              () => Effect.runPromise(noteOf),
              (note) => assert.deepStrictEqual(note, [null, "The body did not arrive in full"])
            )
          )
          yield* give(sandbox.url, "NONSENSE\r\n\r\n")
          assert.deepStrictEqual(yield* noteOf, [null, "The request could not be read, and was not kept"])
          yield* post(sandbox, "{}", { headers: { cookie: "a=secret" } })
          const { curl } = yield* newest(sandbox)
          assert.strictEqual(curl.note, "Without cookie, which is not kept")
          assert.notInclude(curl.line, "secret")
        }),
      { bodyLimit: 1_000 }
    )
  )

  it.live(
    "can be sent again as the team that sent it, through the faults that are set",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const { id } = firstThread(sandbox)
        const first = yield* send(sandbox, { content: "again" }, { headers: { "x-kept": "yes" } })
        const resend = (exchangeId: unknown) => ask(sandbox, "POST", `/exchanges/${exchangeId}/resend`)
        const answer = yield* resend(first.headers["x-request-id"])
        const { exchangeId } = JSON.parse(answer.text)
        const again = yield* Effect.promise(() =>
          eventually(
            () => Effect.runPromise(ask(sandbox, "GET", `/exchanges/${exchangeId}`)),
            ({ status }) => assert.strictEqual(status, 200)
          )
        )
        const shown = yield* decodeExchange(again.text)
        assert.deepInclude(shown, { status: 200, preview: "again", threadId: id })
        assert.deepInclude(shown.request.headers, ["x-kept", "yes"])
        assert.notMatch(again.text, /Bearer [0-9a-z]/)
        const contents = Effect.map(sandbox.messages(id), (messages) => messages.slice(1).map(({ content }) => content))
        assert.deepStrictEqual(yield* contents, ["again", "again"])

        yield* sandbox.addFault(Fault.Reset.make({ when: "after" }), { times: 1 })
        const broken = JSON.parse((yield* resend(exchangeId)).text)
        const lost = yield* Effect.promise(() =>
          eventually(
            () => Effect.runPromise(Effect.flatMap(newest(sandbox), Effect.succeed)),
            (last) => assert.strictEqual(last.id, broken.exchangeId)
          )
        )
        assert.deepInclude(lost, { status: null, delivered: "Nothing" })
        assert.strictEqual((yield* contents).length, 3)
        assert.strictEqual((yield* resend("nosuch")).status, 404)
      })
    )
  )

  it.live(
    "is not sent again where its token was not accepted, or not all of it was kept",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const refused = yield* send(sandbox, { content: "x" }, { headers: { authorization: "Bearer other" } })
        const answer = yield* ask(sandbox, "POST", `/exchanges/${refused.headers["x-request-id"]}/resend`)
        assert.strictEqual(answer.status, 409)
        assert.include(errorOf(answer).message, "token")
        yield* give(sandbox.url, "NONSENSE\r\n\r\n")
        const { id } = yield* newest(sandbox)
        assert.strictEqual((yield* ask(sandbox, "POST", `/exchanges/${id}/resend`)).status, 409)
        assert.strictEqual((yield* sandbox.messages(firstThread(sandbox).id)).length, 1)
      })
    )
  )
})

describe("what is hardly a request", () => {
  it.live(
    "is in the traffic, with what it was answered",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const path = pathOf(firstThread(sandbox).id)
        yield* send(sandbox, { content: "before" })
        yield* give(sandbox.url, bytesOf({ headers: [`X-Long: ${"x".repeat(40_000)}`], body: "{}" }, path))
        yield* give(sandbox.url, "\x16\x03\x01 no HTTP at all\r\n\r\n")
        yield* give(sandbox.url, bytesOf({ line: `BREW ${path} HTTP/1.1` }, path))
        yield* give(sandbox.url, bytesOf({ line: "CONNECT inboxapp.example:443 HTTP/1.1" }, path))
        const listed = yield* ask(sandbox, "GET", "/exchanges")
        const { exchanges } = yield* Schema.decodeUnknown(Schema.parseJson(Inspector.Exchanges))(listed.text)
        assert.deepStrictEqual(
          exchanges.map(({ method, path, refusal, status }) => [status, refusal?.code, method, path]),
          [
            [405, "METHOD_NOT_ALLOWED", "", ""],
            [501, "NOT_IMPLEMENTED", "BREW", path],
            [400, "BAD_REQUEST", "", ""],
            [431, "HEADERS_TOO_LARGE", "POST", path],
            [200, undefined, "POST", path]
          ]
        )
        assert.notInclude(listed.text, "sandbox-token")
        assert.strictEqual((yield* exchange(sandbox.url, { method: "GET", path: "/api/v1" })).status, 404)
      })
    )
  )
})
