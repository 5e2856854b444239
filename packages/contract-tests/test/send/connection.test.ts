import * as Https from "node:https"
import * as Net from "node:net"
import { Worker } from "node:worker_threads"
import * as Zlib from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Outcome, RawRequest, Replaced } from "../../src/model/Exchange.js"
import * as Connection from "../../src/send/connection.js"
import * as ResponseParser from "../../src/send/responseParser.js"
import * as Socket from "../../src/send/socket.js"
import { selfSigned } from "../support/certificate.js"

/** Writes to a client: texts byte for byte; `stays` leaves the connection open, `resets` breaks it. */
type Script = ReadonlyArray<string | Buffer | "stays" | "resets">

interface Served {
  readonly endpoint: Socket.Endpoint
  /** What came on each connection so far. */
  readonly received: ReadonlyArray<string>
}

interface Scripted extends Served {
  /** Counts the connections that are open. */
  readonly open: () => number
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const endsWith = (text: string) => /\r\n\r\n(?:\{.*\}|[\s\S]*\r\n0\r\n\r\n)?$/.test(text)

/** A server that answers the nth request, counted over all connections, by the nth script or by the last one. */
const serving = (scripts: ReadonlyArray<Script>, isWhole: (received: string) => boolean = endsWith) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<{ server: Net.Server; sockets: Set<Net.Socket>; received: Array<string> }>((resolve) => {
            const sockets = new Set<Net.Socket>()
            const received: Array<string> = []
            let requests = 0
            const server = Net.createServer({ noDelay: true }, (socket) => {
              const number = received.push("") - 1
              let unanswered = ""
              sockets.add(socket)
              socket.on("error", () => {})
              socket.on("close", () => sockets.delete(socket))
              socket.on("data", async (part) => {
                received[number] += part.toString("latin1")
                unanswered += part.toString("latin1")
                if (!isWhole(unanswered)) return
                unanswered = ""
                const script = scripts[Math.min(requests++, scripts.length - 1)] ?? []
                for (const [index, piece] of script.entries()) {
                  if (piece === "stays") return
                  if (index > 0) await pause(5)
                  if (piece === "resets") return void socket.resetAndDestroy()
                  socket.write(piece, "latin1")
                }
                socket.end()
              })
            })
            server.listen(0, "127.0.0.1", () => resolve({ server, sockets, received }))
          })
      ),
      ({ server, sockets }) =>
        Effect.sync(() => {
          server.close()
          for (const socket of sockets) socket.destroy()
        })
    ),
    ({ received, server, sockets }): Scripted => {
      const { port } = server.address() as Net.AddressInfo
      return {
        endpoint: Socket.endpoint(new URL(`http://127.0.0.1:${port}/api/v1`)),
        received,
        open: () => sockets.size
      }
    }
  )

const connected = ({ endpoint }: Served) =>
  Effect.acquireRelease(
    Effect.sync(() => Connection.connect(endpoint)),
    (connection) => Effect.sync(() => connection.close())
  )

const post: RawRequest = {
  method: "POST",
  path: "/threads/t1/messages",
  headers: [["Content-Type", "application/json"]],
  body: Buffer.from("{}"),
  framing: { kind: "length" }
}

/** Sends a request, and tells what became of it and of the connection. */
const sendOn = (
  connection: Connection.Connection,
  { request = post, timeout = 5_000, ...options }: { request?: RawRequest; timeout?: number; once?: boolean } = {}
) =>
  Effect.promise(
    () =>
      new Promise<Replaced & { readonly outcome: Outcome }>((resolve) =>
        connection.send(request, {
          ...options,
          timeout,
          done: (outcome, replaced) => resolve({ outcome, ...replaced })
        })
      )
  )

const send = (connection: Connection.Connection, request: RawRequest = post, timeout = 5_000) =>
  Effect.map(sendOn(connection, { request, timeout }), ({ outcome }) => outcome)

/** The outcome in one line. */
const inBrief = (outcome: Outcome): string => {
  if (!("response" in outcome)) return outcome.kind
  const { body, headers, httpVersion, status, statusText } = outcome.response
  const fields = headers.map(([name, value]) => `${name}=${value}`).join("; ")
  return `${outcome.kind} ${httpVersion} ${status} ${statusText} (${fields}) ${Buffer.from(body).toString("latin1")}`
}

const only = (script: Script, timeout?: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const connection = yield* connected(yield* serving([script]))
      return yield* send(connection, post, timeout)
    })
  )

const head = (...fields: ReadonlyArray<string>) => ["HTTP/1.1 200 OK", ...fields, "", ""].join("\r\n")

const chunked = head("Transfer-Encoding: chunked")

const whole = "answered 1.1 200 OK (Content-Length=2) {}"

const inChunks = "answered 1.1 200 OK (Transfer-Encoding=chunked) {}"

describe("an answer", () => {
  const answers: Record<string, readonly [script: Script, outcome: string]> = {
    "of a length": [[`${head("Content-Length: 2")}{}`, "stays"], whole],
    "in many parts": [["HTTP/1.", "1 200 OK\r", "\nContent-Length: 2\r\n\r", "\n{", "}", "stays"], whole],
    "after line ends": [[`\r\n\r\n${head("Content-Length: 2")}{}`, "stays"], whole],
    "before a line end that its length does not count": [[`${head("Content-Length: 2")}{}\r\n`, "stays"], whole],
    "in chunks": [[`${chunked}1\r\n{\r\n1\r\n}\r\n0\r\n\r\n`, "stays"], inChunks],
    "in chunks that are cut everywhere": [[chunked, "1", "\r", "\n{\r", "\n1\r\n", "}\r\n0\r\n", "\r", "\n"], inChunks],
    "in chunks of padded sizes": [[`${chunked}2  \r\n{}\r\n0  \r\n\r\n`, "stays"], inChunks],
    "in chunks with extensions and trailers": [
      [`${chunked}2 ; a = "b\\";c";d\r\n{}\r\n000;e\r\nX-Sum: 1\r\n\r\n`, "stays"],
      inChunks
    ],
    "in chunks after another transfer coding": [
      [`${head("Transfer-Encoding: gzip", "Transfer-Encoding: Chunked")}2\r\n{}\r\n0\r\n\r\n`, "stays"],
      "answered 1.1 200 OK (Transfer-Encoding=gzip; Transfer-Encoding=Chunked) {}"
    ],
    "that ends with its connection": [[head("X: y"), "{", "}"], "answered 1.1 200 OK (X=y) {}"],
    "in HTTP/1.0": [["HTTP/1.0 200 OK\r\n\r\n{}"], "answered 1.0 200 OK () {}"],
    "after interim ones": [
      [`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head("Content-Length: 2")}{}`],
      whole
    ],
    "without a body by its status": [
      ["HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n", "stays"],
      "answered 1.1 204 No Content (Content-Length=2) "
    ],
    "of a body that was not changed": [
      ["HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n", "stays"],
      "answered 1.1 304 Not Modified (Content-Length=2) "
    ],
    "that switches to another protocol": [
      ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxyz", "stays"],
      "answered 1.1 101 Switching Protocols (Upgrade=x; Connection=upgrade) "
    ],
    "without a reason": [
      ["HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "stays"],
      "answered 1.1 200  (Content-Length=0) "
    ],
    "with headers of every legal kind": [
      [head("Set-Cookie: a", "set-cookie:b \t", "X-Empty:", "!#$'*+.^_`|~-: \xe4\t\xff", "Content-Length: 0"), "stays"],
      "answered 1.1 200 OK (Set-Cookie=a; set-cookie=b; X-Empty=; !#$'*+.^_`|~-=\xe4\t\xff; Content-Length=0) "
    ],
    "with folded headers": [
      [head("X: a ", "\t b", "Y:", " c", "Content-Length: 0"), "stays"],
      "answered 1.1 200 OK (X=a b; Y=c; Content-Length=0) "
    ],
    "of a content coding": [
      [head("Content-Encoding: gzip"), Zlib.gzipSync("{}")],
      "answered 1.1 200 OK (Content-Encoding=gzip) {}"
    ]
  }
  for (const [name, [script, outcome]] of Object.entries(answers)) {
    it.live(`is read ${name}`, () => Effect.map(only(script), (found) => assert.strictEqual(inBrief(found), outcome)))
  }

  it.live("is read with a head of almost a MiB, and not with a longer one", () =>
    Effect.gen(function* () {
      const outcome = yield* only([`${head(`X: ${"x".repeat(1_000_000)}`, "Content-Length: 2")}{}`])
      assert.include(inBrief(outcome), "{}")
      assert.strictEqual(inBrief(yield* only([head(`X: ${"x".repeat(1_100_000)}`), "stays"])), "broken")
    })
  )

  it.scopedLive("to HEAD has no body", () =>
    Effect.gen(function* () {
      const connection = yield* connected(yield* serving([[head("Content-Length: 2"), "stays"]]))
      const outcome = yield* send(connection, { ...post, method: "HEAD", body: undefined })
      assert.strictEqual(inBrief(outcome), "answered 1.1 200 OK (Content-Length=2) ")
    })
  )
})

describe("what is no answer", () => {
  const start = "HTTP/1.1 200 OK\r\n"
  const broken: Record<string, Script> = {
    "something else": ["\u0000\u0001 not http\r\n\r\n", "stays"],
    "a word": ["hello", "stays"],
    "another protocol": ["SSH-2.0-x\r\n", "stays"],
    "another version": ["HTTP/3.0 200 OK\r\n\r\n", "stays"],
    "a status of two digits": ["HTTP/1.1 20 OK\r\n\r\n", "stays"],
    "line feeds alone": ["HTTP/1.1 200 OK\nContent-Length: 0\n\n", "stays"],
    "one line feed alone": ["HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "stays"],
    "carriage returns alone": ["HTTP/1.1 200 OK\rContent-Length: 0\r\r", "stays"],
    "a header without a colon": [`${start}X\r\n\r\n`, "stays"],
    "a header's name with a space": [`${start}X : y\r\n\r\n`, "stays"],
    "a header with a control character": [`${start}X: a\u0001\r\n\r\n`, "stays"],
    "a folded line before any header": [`${start} X: y\r\n\r\n`, "stays"],
    "two lengths": [`${head("Content-Length: 2", "Content-Length: 2")}{}`, "stays"],
    "a list of lengths": [`${head("Content-Length: 2, 2")}{}`, "stays"],
    "a negative length": [`${head("Content-Length: -2")}{}`, "stays"],
    "a length and chunks": [`${head("Content-Length: 2", "Transfer-Encoding: chunked")}0\r\n\r\n`, "stays"],
    "nothing before the end": [],
    "half a head": [`${start}Content-Le`],
    "a reset": ["resets"],
    "a reset in the head": [start, "resets"]
  }
  for (const [name, script] of Object.entries(broken)) {
    it.live(`is ${name}`, () => Effect.map(only(script), ({ kind }) => assert.strictEqual(kind, "broken")))
  }

  it.live("is silence, before the head is there", () =>
    Effect.gen(function* () {
      const scripts: ReadonlyArray<Script> = [["stays"], [start, "stays"], ["HTTP/1.1 100 Continue\r\n\r\n", "stays"]]
      const outcomes = yield* Effect.forEach(scripts, (script) => only(script, 300), { concurrency: "unbounded" })
      for (const outcome of outcomes) assert.deepStrictEqual(outcome, { kind: "silent", timeout: 300 })
    })
  )

  it.live("is waited for longer where this process is held up", () =>
    Effect.gen(function* () {
      const held = setInterval(() => {
        const until = performance.now() + 20
        while (performance.now() < until);
      }, 1)
      // The server, in this process, writes after some forty turns; a time-out that is not held up has twenty.
      const outcome = yield* Effect.ensuring(
        only([...Array.from({ length: 40 }, () => ""), `${head("Content-Length: 2")}{}`, "stays"], 300),
        Effect.sync(() => clearInterval(held))
      )
      assert.strictEqual(outcome.kind, "answered")
    })
  )

  it.live("is a port that nobody listens on", () =>
    Effect.gen(function* () {
      const outcome = yield* send(Connection.connect(Socket.endpoint(new URL("http://127.0.0.1:1/api/v1"))))
      assert.strictEqual(outcome.kind, "unreachable")
    })
  )
})

describe("an answer that is not whole", () => {
  const cut: Record<string, Script> = {
    "a body shorter than its length": [`${head("Content-Length: 3")}{}`],
    "a reset in the body": [`${head("X: y")}{}`, "resets"],
    "no last chunk": [`${chunked}2\r\n{}\r\n`],
    "no end after the last chunk": [`${chunked}2\r\n{}\r\n0\r\n`],
    "a chunk longer than its size": [`${chunked}2\r\n{}x\r\n0\r\n\r\n`, "stays"],
    "a size that is no number": [`${chunked}2\r\n{}\r\n0x0\r\n\r\n`, "stays"],
    "a negative size": [`${chunked}2\r\n{}\r\n-1\r\n\r\n`, "stays"],
    "an enormous size": [`${chunked}2\r\n{}\r\nffffffffffffffff\r\n\r\n`, "stays"],
    "chunks that end with line feeds alone": [`${chunked}2\r\n{}\n0\n\n`, "stays"],
    "a trailer that frames": [`${chunked}2\r\n{}\r\n0\r\nContent-Length: 2\r\n\r\n`, "stays"]
  }
  for (const [name, script] of Object.entries(cut)) {
    it.live(`shows by ${name}`, () =>
      Effect.map(only(script), (outcome) => {
        assert.deepInclude(outcome, { kind: "incomplete", cause: "cut" })
        assert.match(inBrief(outcome), /\{\}$/)
      })
    )
  }

  it.live("shows by a content coding that cannot be undone", () =>
    Effect.map(only([head("Content-Encoding: gzip"), "{}"]), (outcome) =>
      assert.deepInclude(outcome, { kind: "incomplete", cause: "coding" })
    )
  )

  it.live("shows by a body that is larger than the kit reads, as soon as that is known", () =>
    Effect.gen(function* () {
      const announced = yield* only([`${head("Content-Length: 790000000")}{}`, "stays"], 5_000)
      assert.deepInclude(announced, { kind: "incomplete", cause: "size", reason: "a body of 790000000 bytes" })
      const bomb = Zlib.gzipSync(Buffer.alloc(ResponseParser.longestBody + 1))
      const coded = yield* only([head("Content-Encoding: gzip", `Content-Length: ${bomb.length}`), bomb, "stays"])
      assert.deepInclude(coded, { kind: "incomplete", cause: "size" })
      assert.match(coded.kind === "incomplete" ? coded.reason : "", /more than 16777216 bytes behind gzip/)
    })
  )

  it.live("shows by a body that does not go on", () =>
    Effect.map(only([`${head("Content-Length: 3")}{}`, "stays"], 300), (outcome) =>
      assert.deepInclude(outcome, { kind: "incomplete", cause: "cut", reason: "the body did not end within 300 ms" })
    )
  )
})

describe("a request", () => {
  const received = (request: Partial<RawRequest>, isWhole?: (text: string) => boolean) =>
    Effect.gen(function* () {
      const server = yield* serving([[`${head("Content-Length: 2")}{}`, "stays"]], isWhole)
      const connection = yield* connected(server)
      assert.strictEqual(inBrief(yield* send(connection, { ...post, ...request })), whole)
      return { text: (server.received[0] ?? "").replaceAll(String(server.endpoint.port), "PORT"), server }
    })

  it.scopedLive("goes out as it was given, byte for byte", () =>
    Effect.gen(function* () {
      const { text } = yield* received({ headers: [["X-LATIN", "\xe9"]], path: "/a%2fb?c" })
      assert.strictEqual(
        text,
        "POST /api/v1/a%2fb?c HTTP/1.1\r\nHOST: 127.0.0.1:PORT\r\nX-LATIN: \xe9\r\nCONNECTION: keep-alive\r\n" +
          "CONTENT-LENGTH: 2\r\n\r\n{}"
      )
    })
  )

  it.scopedLive("goes out without a body, and with headers that are given twice", () =>
    Effect.gen(function* () {
      const headers = [
        ["host", "a"],
        ["host", "b"],
        ["connection", "close"]
      ] as const
      const { text } = yield* received({ method: "GET", headers, body: undefined })
      assert.match(text, /^GET .*\r\nhost: a\r\nhost: b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n$/)
    })
  )

  it.scopedLive("goes out in chunks and in pieces that are cut as asked", () =>
    Effect.gen(function* () {
      const body = Buffer.from('{"a":"b"}')
      const inChunks = yield* received({ body, framing: { kind: "chunked", cuts: [4, 1] } })
      assert.match(inChunks.text, /Transfer-Encoding: chunked\r\n\r\n1\r\n\{\r\n3\r\n"a"\r\n5\r\n:"b"\}\r\n0\r\n\r\n$/)
      const inPieces = yield* received({ body, framing: { kind: "pieces", cuts: [4, 1] } })
      assert.match(inPieces.text, /Content-Length: 9\r\n\r\n\{"a":"b"\}$/)
    })
  )

  it.scopedLive("is answered while its body is still on its way, and the next one comes after it", () =>
    Effect.gen(function* () {
      const server = yield* serving([[`${head("Content-Length: 2")}{}`, "stays"]], (text) => text.includes("\r\n\r\n"))
      const connection = yield* connected(server)
      const cuts = Array.from({ length: 14 }, (_, index) => index + 1)
      const body = Buffer.from(`{"content":"hello"}`)
      assert.strictEqual(inBrief(yield* send(connection, { ...post, body, framing: { kind: "pieces", cuts } })), whole)
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      assert.lengthOf(server.received, 1)
      assert.include(server.received[0], `{"content":"hello"}POST `)
    })
  )

  it.scopedLive("of many MiB is not written on when it has been answered by the end of the connection", () =>
    Effect.gen(function* () {
      const server = yield* serving(
        [["HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"]],
        (text) => text.includes("\r\n\r\n")
      )
      const connection = yield* connected(server)
      const outcome = yield* send(connection, { ...post, body: Buffer.alloc(32 << 20) })
      assert.match(inBrief(outcome), /^answered 1\.1 413/)
      assert.isBelow(server.received[0]?.length ?? 0, 32 << 20)
    })
  )
})

describe("a server that answers without reading the whole body", () => {
  it.scopedLive("is not waited for", () =>
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        Effect.promise(
          () =>
            new Promise<Net.Server>((resolve) => {
              const server = Net.createServer((socket) => {
                socket.on("error", () => {})
                socket.once("data", () => {
                  socket.pause()
                  socket.write(`${head("Content-Length: 2")}{}`)
                })
              })
              server.listen(0, "127.0.0.1", () => resolve(server))
            })
        ),
        (server) => Effect.sync(() => server.close())
      )
      const { port } = server.address() as Net.AddressInfo
      const endpoint = Socket.endpoint(new URL(`http://127.0.0.1:${port}/api/v1`))
      const connection = yield* connected({ endpoint, received: [] })
      const large = { ...post, body: Buffer.alloc(32 << 20) }
      for (const request of [large, large, post]) assert.strictEqual(inBrief(yield* send(connection, request)), whole)
    })
  )
})

describe("a connection", () => {
  const both = (first: Script, request: RawRequest = post, isDue: (server: Scripted) => boolean = () => true) =>
    Effect.gen(function* () {
      const server = yield* serving([first, [`${head("Content-Length: 2")}{}`, "stays"]])
      const connection = yield* connected(server)
      yield* send(connection, request)
      yield* Effect.repeat(Effect.sleep(5), { until: () => isDue(server) })
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      return server.received.length
    })

  const answer = (...fields: ReadonlyArray<string>) => `${head("Content-Length: 2", ...fields)}{}`

  const used: Record<string, readonly [connections: number, script: Script, request?: RawRequest]> = {
    "is used again": [1, [answer(), "stays"]],
    "is used again in HTTP/1.0 when both want it": [
      1,
      ["HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n", "stays"]
    ],
    "is not used again in HTTP/1.0": [2, ["HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "stays"]],
    "is not used again when the answer says so": [2, [answer("Connection: x , Close"), "stays"]],
    "is not used again when the request says so": [
      2,
      [answer(), "stays"],
      { ...post, headers: [["Connection", "close"]] }
    ],
    "is not used again when it will soon be closed": [2, [answer("Keep-Alive: max=9, timeout=0"), "stays"]],
    "is not used again after an answer with a time-out behind it": [
      2,
      [`${answer()}HTTP/1.1 408 Request Timeout\r\n\r\n`, "stays"]
    ],
    "is used again after an answer with a line end behind it": [1, [`${answer()}\r\n`, "stays"]],
    "is replaced when it was closed": [2, [answer()]]
  }
  for (const [name, [connections, script, request]] of Object.entries(used)) {
    it.scopedLive(name, () => Effect.map(both(script, request), (count) => assert.strictEqual(count, connections)))
  }

  const surpluses: Record<string, Script> = {
    "bytes after the body": [`${answer()}x`, "stays"],
    "a second answer": [`${answer()}${answer()}`, "stays"],
    "bytes after the body, a moment later": [answer(), "x", "stays"]
  }

  it.scopedLive("is replaced where a later answer is no HTTP, and the request says so", () =>
    Effect.gen(function* () {
      const server = yield* serving([
        [answer(), "stays"],
        ["<!DOCTYPE html>", "stays"],
        [answer(), "stays"]
      ])
      const connection = yield* connected(server)
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      const { outcome, strayBefore } = yield* sendOn(connection)
      assert.strictEqual(inBrief(outcome), whole)
      assert.strictEqual(strayBefore, 15)
    })
  )
  for (const [name, script] of Object.entries(surpluses)) {
    it.scopedLive(`is replaced after ${name}, and the next request says so`, () =>
      Effect.gen(function* () {
        const server = yield* serving([script, [answer(), "stays"]])
        const connection = yield* connected(server)
        assert.strictEqual(inBrief(yield* send(connection)), whole)
        yield* Effect.sleep(30)
        const { outcome, strayBefore } = yield* sendOn(connection)
        assert.strictEqual(inBrief(outcome), whole)
        assert.isAbove(strayBefore ?? 0, 0)
        assert.isUndefined((yield* sendOn(connection)).strayBefore)
      })
    )

    it.scopedLive(`fails the next request, and that alone, after ${name}, where it is not to be replaced`, () =>
      Effect.gen(function* () {
        const server = yield* serving([script, [answer(), "stays"]])
        const connection = yield* connected(server)
        assert.strictEqual(inBrief(yield* send(connection)), whole)
        yield* Effect.sleep(30)
        // Whether it comes before the next request or after it, it is taken for the answer to that.
        assert.strictEqual((yield* sendOn(connection, { once: true })).outcome.kind, "broken")
        assert.strictEqual(inBrief(yield* send(connection)), whole)
      })
    )
  }

  it.scopedLive("is replaced when something came that nobody asked for", () =>
    Effect.map(
      both([answer(), "HTTP/1.1 408 Request Timeout\r\n\r\n", "stays"], post, ({ open }) => open() === 0),
      (count) => assert.strictEqual(count, 2)
    )
  )

  it.scopedLive("is replaced once, where the server closes it instead of answering a later request", () =>
    Effect.gen(function* () {
      const server = yield* serving([[answer(), "stays"], ["resets"], [answer(), "stays"], ["resets"]])
      const connection = yield* connected(server)
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      assert.strictEqual((yield* send(connection)).kind, "broken")
      assert.lengthOf(server.received, 3)
    })
  )

  it.scopedLive("is lost before the end of the request, or after it", () =>
    Effect.gen(function* () {
      const inParts = { ...post, body: Buffer.alloc(40, "x"), framing: { kind: "pieces", cuts: [10, 20, 30] } } as const
      const lostOn = (isWhole: (received: string) => boolean) =>
        Effect.flatMap(serving([["resets"]], isWhole), (server) =>
          Effect.flatMap(connected(server), (connection) => send(connection, inParts))
        )
      const unsent = yield* lostOn((received) => received.endsWith("\r\n\r\nxxxxxxxxxx"))
      assert.deepInclude(unsent, { kind: "broken", isUnfinished: true })
      const sent = yield* lostOn((received) => received.endsWith("x".repeat(40)))
      assert.strictEqual(sent.kind, "broken")
      assert.notProperty(sent, "isUnfinished")
    })
  )

  it.scopedLive("sends the next request once, when the one before has been written behind its answer", () =>
    Effect.gen(function* () {
      const isWhole = (received: string) => /POST[\s\S]*\r\n\r\n(?:x{10}|[\s\S]*\r\n0\r\n\r\n)$/.test(received)
      const server = yield* serving([[answer(), "stays"]], isWhole)
      const connection = yield* connected(server)
      const inParts = { ...post, body: Buffer.alloc(40, "x"), framing: { kind: "pieces", cuts: [10, 20, 30] } } as const
      const inOneChunk = { ...post, framing: { kind: "chunked", cuts: [] } } as const
      assert.strictEqual(inBrief(yield* send(connection, inParts)), whole)
      assert.strictEqual(inBrief(yield* send(connection, inOneChunk)), whole)
      assert.lengthOf(server.received, 1)
      assert.lengthOf(server.received[0]?.match(/POST /g) ?? [], 2)
    })
  )

  for (const [name, framing] of [
    ["of a length", { kind: "length" }],
    ["in one chunk", { kind: "chunked", cuts: [] }],
    ["in a few pieces", { kind: "pieces", cuts: [1_000_000] }]
  ] as const) {
    it.scopedLive(`keeps the answer that comes before the end of a large request ${name}`, () =>
      Effect.gen(function* () {
        const server = yield* refusingEarly
        const large = { ...post, body: Buffer.alloc(2_097_152, " "), framing }
        let kept = 0
        for (let time = 0; time < 10; time++) {
          const outcome = yield* send(yield* connected(server), large)
          if (outcome.kind === "answered") kept++
          // Between two looks at what has come, the connection may have ended.
          else assert.deepInclude(outcome, { kind: "broken", isUnfinished: true })
        }
        assert.isAbove(kept, 0)
      })
    )
  }

  it.scopedLive("is not replaced where an answer had begun", () =>
    Effect.gen(function* () {
      const server = yield* serving([[answer(), "stays"], ["HTTP/1.1 2"]])
      const connection = yield* connected(server)
      assert.strictEqual(inBrief(yield* send(connection)), whole)
      assert.strictEqual((yield* send(connection)).kind, "broken")
      assert.lengthOf(server.received, 1)
    })
  )

  it.scopedLive("says nothing any more when it was broken off", () =>
    Effect.gen(function* () {
      const server = yield* serving([["HTTP/1.1 200 OK\r\n", "Content-Length: 0\r\n\r\n", "stays"]])
      const connection = yield* connected(server)
      const outcomes: Array<Outcome> = []
      const breakOff = connection.send(post, { timeout: 50, done: (outcome) => outcomes.push(outcome) })
      yield* Effect.sleep(3)
      breakOff()
      yield* Effect.sleep(100)
      assert.deepStrictEqual(outcomes, [])
    })
  )
})

/** A server in a thread of its own that answers from the head alone, and closes the connection on the rest. */
const refusingEarly = Effect.acquireRelease(
  Effect.promise(
    () =>
      new Promise<Served & { readonly worker: Worker }>((resolve) => {
        const answer = `${head("Connection: close", "Content-Length: 2")}{}`
        const worker = new Worker(
          `const server = require("node:net").createServer((socket) => {
            socket.on("error", () => {})
            socket.once("data", () => socket.pause().write(${JSON.stringify(answer)}, () => socket.destroy()))
          })
          server.listen(0, "127.0.0.1", () => require("node:worker_threads").parentPort.postMessage(server.address().port))`,
          { eval: true }
        )
        worker.once("message", (port: number) =>
          resolve({ worker, endpoint: Socket.endpoint(new URL(`http://127.0.0.1:${port}/api/v1`)), received: [] })
        )
      })
  ),
  ({ worker }) => Effect.promise(() => worker.terminate())
)

describe("a connection by TLS", () => {
  const listening = Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<Https.Server>((resolve) => {
          const server = Https.createServer(selfSigned, (_, response) => void response.end("{}"))
          server.listen(0, "127.0.0.1", () => resolve(server))
        })
    ),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

  const trusting = Effect.acquireRelease(
    Effect.sync(() => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"
    }),
    () =>
      Effect.sync(() => {
        delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      })
  )

  const sent = (host: string) =>
    Effect.gen(function* () {
      const { port } = (yield* listening).address() as Net.AddressInfo
      const endpoint = Socket.endpoint(new URL(`https://${host}:${port}/api/v1`))
      const connection = yield* connected({ endpoint, received: [] })
      return [yield* send(connection), yield* send(connection)]
    })

  it.scopedLive("carries requests", () =>
    Effect.gen(function* () {
      yield* trusting
      for (const host of ["127.0.0.1", "localhost"]) {
        for (const outcome of yield* sent(host)) assert.match(inBrief(outcome), /^answered 1\.1 200 OK .* \{\}$/)
      }
    })
  )

  it.scopedLive("is not made with who proves to be nobody", () =>
    Effect.map(sent("127.0.0.1"), (outcomes) => {
      for (const outcome of outcomes) {
        assert.deepInclude(outcome, { kind: "unreachable" })
        assert.include("reason" in outcome ? outcome.reason : "", "DEPTH_ZERO_SELF_SIGNED_CERT")
      }
    })
  )
})
