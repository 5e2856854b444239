import type { Socket } from "node:net"
import * as Zlib from "node:zlib"
import * as Servers from "../Servers.js"

const body = JSON.stringify(Servers.message)
const json = "Content-Type: application/json\r\n"
const ok = `HTTP/1.1 200 OK\r\n${json}Content-Length: ${body.length}\r\n\r\n${body}`

/** Behaviour of a server on the wire, once the request has arrived in full unless it says otherwise. */
export interface Misbehaviour {
  readonly name: string
  readonly on: Parameters<typeof Servers.socket>[0]
}

const end = (bytes: string | Buffer) => (socket: Socket) => void socket.end(bytes)

const reset = (bytes: string) => (socket: Socket) => void socket.write(bytes, () => socket.resetAndDestroy())

const chunked = (text: string) => `HTTP/1.1 200 OK\r\n${json}Transfer-Encoding: chunked\r\n\r\n${text}`

const chunk = `${body.length.toString(16)}\r\n${body}\r\n`

const withHeaders = (headers: string) => ok.replace("\r\n\r\n", `\r\n${headers}\r\n\r\n`)

const answers: ReadonlyArray<readonly [name: string, bytes: string | Buffer]> = [
  ["nothing", ""],
  ["an empty line", "\r\n"],
  ["a byte-order mark", `\ufeff${ok}`],
  ["empty lines before the head", `\r\n\r\n${ok}`],
  ["lines that end with LF", ok.replaceAll("\r\n", "\n")],
  ["lines that end with CR", ok.replaceAll("\r\n", "\r")],
  ["HTTP/0.9", body],
  ["HTTP/1.0", `HTTP/1.0 200 OK\r\n${json}\r\n${body}`],
  ["HTTP/1.2", ok.replace("HTTP/1.1", "HTTP/1.2")],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a settings frame", Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])],
  ["another protocol's name", ok.replace("HTTP/1.1", "ICY")],
  ["a protocol in small letters", ok.replace("HTTP/1.1", "http/1.1")],
  ["no reason", ok.replace(" OK", "")],
  ["status 99", ok.replace("200 OK", "99 OK")],
  ["status 20", ok.replace("200 OK", "20 OK")],
  ["status 2000", ok.replace("200 OK", "2000 OK")],
  ["status -200", ok.replace("200", "-200")],
  ["status 299", ok.replace("200", "299")],
  ["status 600", ok.replace("200", "600")],
  ["status 999", ok.replace("200", "999")],
  ["204 with a body", ok.replace("200 OK", "204 No Content")],
  ["206", ok.replace("200 OK", "206 Partial Content")],
  ["304", ok.replace("200 OK", "304 Not Modified")],
  ["307 to itself", "HTTP/1.1 307 Again\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"],
  ["101", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
  ["100", `HTTP/1.1 100 Continue\r\n\r\n${ok}`],
  ["102", `HTTP/1.1 102 Processing\r\n\r\n${ok}`],
  ["103", `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok}`],
  ["many 103", "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000) + ok],
  ["two lengths", withHeaders("Content-Length: 5")],
  ["two equal lengths", withHeaders(`Content-Length: ${body.length}`)],
  ["a negative length", ok.replace(/Length: \d+/, "Length: -1")],
  ["a huge length", ok.replace(/Length: \d+/, `Length: ${"9".repeat(30)}`)],
  ["a length in words", ok.replace(/Length: \d+/, "Length: some")],
  ["a length that is too short", ok.replace(/Length: \d+/, "Length: 5")],
  ["a length that is too long", ok.replace(/Length: \d+/, "Length: 5000")],
  ["a length of nothing", ok.replace(/Length: \d+/, "Length: 0")],
  ["a length and chunks", withHeaders("Transfer-Encoding: chunked")],
  ["an unknown transfer encoding", withHeaders("Transfer-Encoding: x")],
  ["chunks", chunked(`${chunk}0\r\n\r\n`)],
  ["chunks without an end", chunked(chunk)],
  ["chunks with a trailer", chunked(`${chunk}0\r\nX-Trailer: 1\r\n\r\n`)],
  ["chunks with a broken trailer", chunked(`${chunk}0\r\n\u0000\r\n\r\n`)],
  ["chunks with an extension", chunked(`${chunk.replace("\r\n", ";a=b\r\n")}0\r\n\r\n`)],
  ["chunks with a long extension", chunked(`${chunk.replace("\r\n", `;${"a".repeat(100_000)}\r\n`)}0\r\n\r\n`)],
  ["a chunk of negative size", chunked(`-1\r\n${body}\r\n0\r\n\r\n`)],
  ["a chunk of huge size", chunked(`ffffffffffffffffff\r\n${body}`)],
  ["a chunk of no size", chunked(`\r\n${body}\r\n0\r\n\r\n`)],
  ["a chunk of a wrong size", chunked(`5\r\n${body}\r\n0\r\n\r\n`)],
  ["chunks of a byte", chunked(`${[...body].map((unit) => `1\r\n${unit}\r\n`).join("")}0\r\n\r\n`)],
  ["a folded header", withHeaders("X-Folded: a\r\n b")],
  ["a header without a colon", withHeaders("nonsense")],
  ["a header without a name", withHeaders(": x")],
  ["a header with a space before its colon", withHeaders("X : y")],
  ["a header with NUL", withHeaders("X: a\u0000b")],
  ["a header of bytes", withHeaders("X: \u00ff\u00fe")],
  ["a header of 15 KB", withHeaders(`X: ${"x".repeat(15_000)}`)],
  ["a header of 100 KB", withHeaders(`X: ${"x".repeat(100_000)}`)],
  ["500 headers", withHeaders(Array.from({ length: 500 }, (_, i) => `X-${i}: ${i}`).join("\r\n"))],
  ["5,000 headers", withHeaders(Array.from({ length: 5000 }, (_, i) => `X-${i}: ${i}`).join("\r\n"))],
  ["a header named __proto__", withHeaders("__proto__: x\r\nconstructor: y")],
  ["two answers", ok + ok],
  ["an answer and rubbish", `${ok}rubbish`],
  ["an encoding that is not there", withHeaders("Content-Encoding: gzip")],
  ["an unknown encoding", withHeaders("Content-Encoding: x")],
  [
    "gzip",
    Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\n${json}Content-Encoding: gzip\r\nConnection: close\r\n\r\n`),
      Zlib.gzipSync(body)
    ])
  ],
  ["no UTF-8", Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${json}\r\n`), Buffer.from([0xff, 0xfe, 0x00])])],
  ["deep JSON", `HTTP/1.1 200 OK\r\n${json}\r\n${'{"a":'.repeat(10_000)}`],
  ["HTML", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>ok</title>"],
  ["500", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"],
  ["503, cut short", "HTTP/1.1 503 No\r\nContent-Length: 10\r\n\r\nno"],
  ["TLS", Buffer.from([0x15, 3, 3, 0, 2, 2, 40])]
]

/** The answer, cut at every so many bytes. */
const cuts = (step: number): ReadonlyArray<Misbehaviour> =>
  Array.from({ length: Math.ceil(ok.length / step) }, (_, index) => index * step).flatMap((at) => [
    { name: `ends at byte ${at}`, on: { request: end(ok.slice(0, at)) } },
    { name: `is reset at byte ${at}`, on: { request: reset(ok.slice(0, at)) } }
  ])

const early: ReadonlyArray<Misbehaviour> = [
  { name: "is there before the request", on: { connection: end(ok) } },
  { name: "is rubbish before the request", on: { connection: end("220 mail\r\n") } },
  {
    name: "comes with the first bytes",
    on: { connection: (socket) => void socket.once("data", () => socket.end(ok)) }
  },
  {
    name: "resets at the first bytes",
    on: { connection: (socket) => void socket.once("data", () => socket.resetAndDestroy()) }
  },
  { name: "resets on accept", on: { connection: (socket) => void socket.resetAndDestroy() } },
  { name: "closes on accept", on: { connection: (socket) => void socket.destroy() } }
]

// Every byte takes some minutes; these are those that say most, and a different choice of the rest is one number away.
export const misbehaviours: ReadonlyArray<Misbehaviour> = [
  ...answers.map(([name, bytes]) => ({ name, on: { request: end(bytes) } })),
  ...cuts(Number(process.env.WIRE_STEP ?? 23)),
  ...early
]
