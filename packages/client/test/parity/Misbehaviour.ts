import type { Socket } from "node:net"
import type * as Delivery from "@inbox-effect/client/Delivery"
import * as Servers from "../Servers.js"

/** What a send comes to, and how many complete requests the server has seen then. */
export interface Expected {
  /** A tag of the error channel, or `Message` for a send that succeeds. */
  readonly outcome: Delivery.ErrorTag | "Message"
  readonly delivery: Delivery.Delivery
  readonly requests: number
}

export type Backend = "fetch" | "our fetch" | "undici" | "node:http" | "ours" | "ours, fresh" | "ours, wrapped"

/** A way in which a server can fail its client, and what each backend makes of it. */
export interface Case {
  readonly name: string
  readonly server: Parameters<typeof Servers.socket>[0]
  readonly scheme?: "https:"
  readonly expected: Expected
  /** Where a backend knows more, or less, than the others. */
  readonly but?: Partial<Record<Backend, Expected>>
  /** Whether the send ends only by its time-out. */
  readonly stalls?: boolean
  /** What else may come of it, where client and server race. */
  readonly or?: Expected
}

const body = JSON.stringify(Servers.message)

export const ok = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

const head = (status: string, length = 5000): string => `HTTP/1.1 ${status}\r\nContent-Length: ${length}\r\n\r\n`

const write = (text: string) => (socket: Socket) => void socket.write(text)

const end = (text: string) => (socket: Socket) => void socket.end(text)

const writeAndReset = (text: string) => (socket: Socket) =>
  void socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 20))

const lost: Expected = { outcome: "ConnectionLost", delivery: "Unknown", requests: 1 }
const timedOut: Expected = { outcome: "TimedOut", delivery: "Unknown", requests: 1 }
const incomplete: Expected = { outcome: "MalformedResponse", delivery: "Delivered", requests: 1 }
const sent: Expected = { outcome: "Message", delivery: "Delivered", requests: 1 }
const refused: Expected = { outcome: "ConnectionFailed", delivery: "NotDelivered", requests: 0 }
const unproven: Expected = { outcome: "ConnectionLost", delivery: "Unknown", requests: 0 }

/** The stock layers cannot tell that nothing was sent; ours has not begun. */
const provenByOurs = { ours: refused, "ours, fresh": refused, "ours, wrapped": refused }

const beforeTls = { scheme: "https:" } as const

export const cases: ReadonlyArray<Case> = [
  {
    name: "resets on accept",
    server: { connection: (socket) => void socket.resetAndDestroy() },
    expected: unproven,
    or: refused
  },
  { name: "closes on accept", server: { connection: (socket) => void socket.destroy() }, expected: unproven },
  { name: "closes after the request", server: { request: end("") }, expected: lost },
  { name: "resets after the request", server: { request: (socket) => void socket.resetAndDestroy() }, expected: lost },
  { name: "closes in the head", server: { request: end("HTTP/1.1 200 OK\r\nContent-") }, expected: lost },
  { name: "resets in the head", server: { request: writeAndReset("HTTP/1.1 200 OK\r\nContent-") }, expected: lost },
  { name: "stalls before the head", server: {}, stalls: true, expected: timedOut },
  { name: "stalls in the head", server: { request: write("HTTP/1.1 200 O") }, stalls: true, expected: timedOut },
  {
    name: "stalls in the body of a 200",
    server: { request: write(`${head("200 OK")}{"pl`) },
    stalls: true,
    expected: incomplete
  },
  {
    name: "stalls in the body of a 403",
    server: { request: write(`${head("403 Forbidden")}{"er`) },
    stalls: true,
    expected: { outcome: "Forbidden", delivery: "NotDelivered", requests: 1 }
  },
  {
    name: "stalls in the body of a 500",
    server: { request: write(`${head("500 Internal Server Error")}{"er`) },
    stalls: true,
    expected: { outcome: "ServerError", delivery: "Unknown", requests: 1 }
  },
  { name: "truncates a body", server: { request: end(`${head("200 OK")}{"pl`) }, expected: incomplete },
  { name: "resets in a body", server: { request: writeAndReset(`${head("200 OK")}{"pl`) }, expected: incomplete },
  {
    name: "truncates a chunked body",
    server: { request: end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"pla\r\n') },
    expected: incomplete
  },
  {
    name: "ends a body without saying how long it is",
    server: { request: end(`HTTP/1.1 200 OK\r\n\r\n${body}`) },
    expected: sent
  },
  { name: "answers as HTTP/1.0 did", server: { request: end(`HTTP/1.0 200 OK\r\n\r\n${body}`) }, expected: sent },
  {
    name: "answers in another language",
    server: { request: end("\u0016\u0003\u0001\u0002\u0000 not HTTP\r\n\r\n") },
    expected: lost
  },
  {
    name: "answers with a head that never ends",
    server: { request: end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`) },
    expected: lost
  },
  {
    name: "greets before it is asked, and is no HTTP",
    server: { connection: write("220 mail ESMTP\r\n") },
    expected: lost,
    or: unproven
  },
  {
    name: "says 100 Continue unasked",
    server: { request: write(`HTTP/1.1 100 Continue\r\n\r\n${ok}`) },
    expected: lost,
    but: { "node:http": sent }
  },
  {
    name: "says 103 Early Hints",
    server: { request: write(`HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${ok}`) },
    expected: sent
  },
  {
    name: "switches protocols unasked",
    server: { request: end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n") },
    expected: lost,
    but: { "node:http": { outcome: "UnexpectedStatus", delivery: "Unknown", requests: 1 } }
  },
  {
    name: "redirects to itself",
    server: { request: write("HTTP/1.1 307 Temporary Redirect\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n") },
    expected: { outcome: "UnexpectedStatus", delivery: "Unknown", requests: 1 }
  },
  { name: "answers twice", server: { request: write(ok + ok) }, expected: sent },
  {
    name: "is not TLS, and says so in HTTP",
    ...beforeTls,
    server: { connection: (socket) => void socket.once("data", () => socket.end(head("400 Bad Request", 0))) },
    expected: unproven,
    but: provenByOurs
  },
  {
    name: "is not TLS, and closes",
    ...beforeTls,
    server: { connection: (socket) => void socket.once("data", () => socket.end()) },
    expected: refused
  },
  {
    name: "is not TLS, and resets",
    ...beforeTls,
    server: { connection: (socket) => void socket.once("data", () => socket.resetAndDestroy()) },
    expected: unproven,
    but: provenByOurs
  },
  {
    name: "ends a TLS handshake with an alert of no use",
    ...beforeTls,
    server: {
      connection: (socket) => void socket.once("data", () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 80])))
    },
    expected: unproven,
    but: provenByOurs
  },
  {
    name: "sends a TLS record that is cut short",
    ...beforeTls,
    server: {
      connection: (socket) => void socket.once("data", () => socket.end(Buffer.from([0x16, 3, 3, 0, 9, 2, 0, 0])))
    },
    expected: refused
  },
  {
    name: "stalls in a TLS handshake",
    ...beforeTls,
    server: {},
    stalls: true,
    expected: { outcome: "TimedOut", delivery: "Unknown", requests: 0 },
    but: provenByOurs
  }
]
