import { execFile } from "node:child_process"
import * as Net from "node:net"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Conformance } from "@inbox-effect/contract-tests"
import { Effect } from "effect"
import { afterAll, beforeAll } from "vitest"
import * as Edits from "../../src/generate/edits/all.js"
import * as HttpForm from "../../src/generate/http.js"
import * as JsonStyle from "../../src/generate/json/style.js"
import * as Request from "../../src/generate/request.js"
import * as Case from "../../src/model/Case.js"
import type { RawRequest } from "../../src/model/Exchange.js"
import * as Curl from "../../src/report/curl.js"
import { shellTokens } from "../../src/report/shellTokens.js"
import { parse, type Received } from "../support/wire.js"

const known = {
  token: 'Secret$Token`123"\\',
  thread: "t1",
  replyId: "m1",
  messageId: "m2",
  isMessage: () => false,
  elsewhere: [],
  threads: ["t1"]
}

const requestOf = (content: string, options: Partial<Case.Step> = {}): RawRequest => {
  const request = Request.request(Case.step(content, options), known)
  if (request === undefined) throw new Error("the step makes no request")
  return request
}

const sendable = (request: RawRequest): Curl.Sendable => ({ request, token: known.token })

const received: Array<Received> = []

let connections = 0

const server = Net.createServer((socket) => {
  connections++
  let bytes = Buffer.alloc(0)
  socket.on("error", () => undefined)
  socket.on("data", (part) => {
    bytes = Buffer.concat([bytes, part])
    const found = parse(bytes)
    if (found === undefined) return
    bytes = Buffer.from(found.rest)
    received.push(found.request)
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
  })
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)))
afterAll(() => void server.close())

const base = () => `http://127.0.0.1:${(server.address() as Net.AddressInfo).port}/api/v1`

const last = (): Received => {
  const request = received.at(-1)
  if (request === undefined) throw new Error("nothing was received")
  return request
}

const shell = (script: string, token = known.token) =>
  promisify(execFile)("/bin/sh", ["-c", script], {
    env: { PATH: process.env.PATH, INBOX_API_TOKEN: token },
    maxBuffer: 1 << 26
  })

/** In the order of their names; without what only asks for the default of HTTP/1.1, and space that does not count. */
const comparable = ({ body, headers, line }: Received) => ({
  line,
  headers: headers
    .filter((header) => !/^connection: keep-alive$/i.test(header))
    .map((header) => header.replace(/^host:/i, "Host:").trimEnd())
    .sort(),
  body: body.toString("base64")
})

/** Sends steps with the kit, and then by their command lines in one shell: the server has to see the same. */
const assertSame = async (steps: ReadonlyArray<Case.Step>) => {
  const requests: Array<RawRequest> = []
  const before = received.length
  await Effect.runPromise(
    Conformance.replay(
      { url: base(), token: known.token, threadId: "t1", onExchange: ({ request }) => requests.push(request) },
      // What the server breaks, so that one try is enough.
      "response.json",
      Case.sequence("plain", steps)
    )
  )
  const sent = received.slice(before)
  assert.isAbove(sent.length, 0)
  const lines = requests.map((request) => Curl.render(sendable(request), base()))
  for (const line of lines) assert.notInclude(line, known.token)
  // Each once, however often the kit tried it.
  const distinct = [...new Set(lines)]
  await shell(distinct.join("\n"))
  const again = received.slice(before + sent.length)
  lines.forEach((line, position) => {
    const [left, right] = [again[distinct.indexOf(line)], sent[position]]
    assert.deepStrictEqual(left && comparable(left), right && comparable(right), line)
  })
}

const hasCurl = await promisify(execFile)("curl", ["--version"]).then(
  () => true,
  () => false
)
if (!hasCurl)
  process.stderr.write("no curl on this machine: the tests of the command lines that it takes are skipped\n")

describe.skipIf(!hasCurl)("Curl", { timeout: 600_000 }, () => {
  it("sends requests of one connection on one connection", async () => {
    const requests = ["first", "second", "third"].map((content) => requestOf(content))
    const line = Curl.onOneConnection(requests.map(sendable), base())
    const [before, connectionsBefore] = [received.length, connections]
    await shell(line)
    assert.deepStrictEqual(
      received.slice(before).map(({ body }) => JSON.parse(String(body)).content),
      ["first", "second", "third"]
    )
    assert.strictEqual(connections - connectionsBefore, 1)
    assert.notInclude(line, "base64")
    for (const contents of [
      ["e\u0301", "b", "c"],
      ["a", "\u0301", "\u0007"]
    ]) {
      const start = received.length
      const script = Curl.onOneConnection(
        contents.map((content) => sendable(requestOf(content))),
        base()
      )
      const open = connections
      await shell(script)
      assert.deepStrictEqual(
        received.slice(start).map(({ body }) => JSON.parse(String(body)).content),
        contents,
        script
      )
      assert.strictEqual(connections - open, 1)
    }
  })

  it("makes the credentials of an edit out of the token", async () => {
    const tokens = [known.token, "0a1b2c3d-4e5f-4607-8899-aabbccddeeff", "0A1B2C3D-4E5F-4607-8899-AABBCCDDEEFF"]
    for (const [id, make] of Object.entries(shellTokens)) {
      let compared = 0
      for (const token of tokens) {
        const edited = Request.request(Case.step("Hello", { edit: { id } }), { ...known, token })
        const value = edited?.headers.find(([name]) => name === "Authorization")?.[1]
        const made = make(token)
        if (value === undefined || made === undefined) continue
        const { stdout } = await shell(`printf %s "${made}"`, token)
        assert.strictEqual(stdout, value, id)
        compared++
      }
      assert.isAbove(compared, 0, id)
    }
  })

  it("sends the same bytes as the kit, for contents on which shells trip", async () => {
    const contents = [
      "plain",
      'it\'s "quoted" $HOME `whoami` $(id) $x \\ %s !! ~ * ?',
      "\u0001\u0008\u001b[31m\u007f\u2028\u{e0041}\u0000",
      "Grüße 東京 \u{1f468}\u200d\u{1f469}\u200d\u{1f467} e\u0301 \u00a0 ⟨U+0041⟩",
      "line\nbreak\r\n\t",
      "@file",
      "-x --data",
      "\ud800 lone \udfff",
      "#comment & ; | < > ( )",
      "'",
      "''\\''"
    ]
    await assertSame(contents.flatMap((content) => ["plain", "all-lower"].map((json) => Case.step(content, { json }))))
  })

  it("sends the same as the kit for every form of HTTP and every edit of the catalogue", async () => {
    // Extensions of chunks and trailers are what curl cannot send.
    const isSendable = (step: Case.Step) => {
      const framing = Request.request(step, known)?.framing
      return framing?.kind !== "chunked" || (framing.extension === undefined && framing.trailers === undefined)
    }
    const forms = HttpForm.all.map(({ id }) => Case.step("x", { http: id })).filter(isSendable)
    const headOf = ({ headers, method, path }: RawRequest) => JSON.stringify([method, path, headers])
    const plain = headOf(requestOf("x"))
    // Where only the text of the body differs, the contents above have shown it.
    const edits = Edits.all
      .map(({ id }) => Case.step("x", { edit: { id, value: "x" } }))
      .filter((step) => {
        const request = Request.request(step, { ...known, replyId: undefined, messageId: undefined })
        return request !== undefined && headOf(request) !== plain && (request.body?.byteLength ?? 0) < 20_000
      })
    const steps = [...forms, ...edits]
    assert.isAbove(steps.length, 100)
    for (let from = 0; from < steps.length; from += 60) await assertSame(steps.slice(from, from + 60))
  })

  it("sends bytes that are no text", async () => {
    for (const body of [new Uint8Array([0xff, 0x00, 0x27, 0x24, 0x60]), new Uint8Array(0), Buffer.from("@x")]) {
      await shell(Curl.render(sendable({ ...requestOf("x"), body: new Uint8Array(body) }), base()))
      assert.deepStrictEqual(new Uint8Array(last().body), new Uint8Array(body))
    }
  })

  it("sends a body of a MiB, which is longer than a command line may be", async () => {
    const request = requestOf("x'$".repeat(350_000))
    const line = Curl.render(sendable(request), base())
    const child = execFile("/bin/sh", ["-s"], { env: { PATH: process.env.PATH, INBOX_API_TOKEN: known.token } })
    child.stdin?.end(`${line}\n`)
    await new Promise((resolve) => child.on("close", resolve))
    assert.deepStrictEqual(new Uint8Array(last().body), request.body)
    assert.isFalse(last().headers.some((header) => /^expect/i.test(header)))
  })

  it("says where curl cannot do the same", () => {
    const chunked = requestOf("x", { http: "chunked" })
    assert.match(Curl.render(sendable(chunked), base()), /^# curl cuts the body where it likes; --replay .*\ncurl /)
  })

  it("spells every form and style without the token", () => {
    for (const http of HttpForm.all) {
      for (const json of JsonStyle.styles) {
        const line = Curl.render(sendable(requestOf("x", { http: http.id, json: json.id })), base())
        assert.notInclude(line, known.token)
      }
    }
  })
})
