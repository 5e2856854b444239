/** Writing a request to a socket, byte by byte where its framing says so. */
import type * as Net from "node:net"
import { type Framing, header, type RawRequest } from "../model/Exchange.js"
import type { Barrier } from "./barrier.js"
import type { Endpoint, Link } from "./socket.js"

export interface Order {
  readonly request: RawRequest
  /** The request line and the headers, as they are sent. */
  readonly head: string
  readonly timeout: number
  readonly others: Barrier | undefined
}

export const asksToClose = (request: RawRequest): boolean =>
  header(request.headers, "connection")?.toLowerCase() === "close"

export const written = (target: Endpoint, request: RawRequest): string => {
  const spelled = spelling(request.headers[0]?.[0] ?? "Host")
  const line = ([name, value]: readonly [string, string]) => `${name}: ${value}\r\n`
  return [
    `${request.method} ${target.basePath}${request.path} HTTP/1.1\r\n`,
    header(request.headers, "host") === undefined ? line([spelled("Host"), hostHeader(target)]) : "",
    ...request.headers.map(line),
    header(request.headers, "connection") === undefined ? line([spelled("Connection"), "keep-alive"]) : "",
    request.framing.kind === "chunked"
      ? line([spelled("Transfer-Encoding"), "chunked"])
      : line([spelled("Content-Length"), String(request.body?.byteLength ?? 0)]),
    "\r\n"
  ].join("")
}

/** Header names that are added take the case of those that were given. */
const spelling = (sample: string) => (name: string) => {
  if (sample === sample.toLowerCase()) return name.toLowerCase()
  return sample === sample.toUpperCase() ? name.toUpperCase() : name
}

const hostHeader = (target: Endpoint): string => {
  const host = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname
  const standard = target.protocol === "https:" ? 443 : 80
  return target.port === standard ? host : `${host}:${target.port}`
}

/** Large bodies go out in parts, so that an early answer is read before the server closes on what it never read. */
export const partSize = 65_536

const nothing = new Uint8Array(0)

export const transmit = (link: Link, { head, others, request: { body = nothing, framing } }: Order): void => {
  const frame = framing.kind === "chunked" ? chunk(framing.extension ?? "") : whole
  const last = framing.kind === "chunked" ? [lastChunk(framing)] : []
  const isPlain = others === undefined && framing.kind === "length" && body.byteLength <= partSize
  if (isPlain || body.byteLength === 0) {
    link.socket.write(packet(head, [body, ...last]))
    return
  }
  const cuts = framing.kind === "length" ? [] : framing.cuts
  const held = others === undefined ? body.byteLength : body.byteLength - 1
  const end = () => {
    if (link.socket.destroyed) return
    if (others !== undefined) link.socket.write(packet("", [...frame(body.subarray(held)), ...last]))
    link.isWriting = false
    const { onceWritten } = link
    link.onceWritten = undefined
    onceWritten?.()
  }
  const parts = split(body.subarray(0, held), cuts)
  const meet = () => (others === undefined ? end() : others.arrive(end))
  link.isWriting = true
  writeParts(link.socket, parts.length, pause(framing), meet, (from, to) =>
    packet(from === 0 ? head : "", [
      ...parts.slice(from, to).flatMap(frame),
      ...(others === undefined && to >= parts.length ? last : [])
    ])
  )
}

const whole = (part: Uint8Array): ReadonlyArray<Uint8Array> => [part]

const lineEnd = Buffer.from("\r\n")

const chunk =
  (extension: string) =>
  (part: Uint8Array): ReadonlyArray<Uint8Array> =>
    // A chunk of no bytes would be the last one.
    part.byteLength === 0 ? [] : [Buffer.from(`${part.byteLength.toString(16)}${extension}\r\n`), part, lineEnd]

const lastChunk = ({ extension = "", trailers = [] }: Extract<Framing, { readonly kind: "chunked" }>): Uint8Array =>
  Buffer.from(`0${extension}\r\n${trailers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`)

/** Bytes that are written at once. */
const packet = (head: string, pieces: ReadonlyArray<Uint8Array>): Buffer => {
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + piece.byteLength, head.length))
  let at = bytes.write(head, "latin1")
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}

const split = (body: Uint8Array, cuts: ReadonlyArray<number>): Array<Uint8Array> => {
  const parts: Array<Uint8Array> = []
  let from = 0
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut <= from || cut >= body.byteLength) continue
    parts.push(body.subarray(from, cut))
    from = cut
  }
  parts.push(body.subarray(from))
  return parts
}

/** Milliseconds between two parts: enough for a server to see them apart where that is the point. */
const pause = (framing: Framing): number => (framing.kind === "length" ? 0 : 2)

/** Number of parts that go out one by one; and of later ones at a time. */
const [fewParts, manyParts] = [16, 64]

const writeParts = (
  socket: Net.Socket,
  count: number,
  delay: number,
  end: () => void,
  bytesOf: (from: number, to: number) => Buffer
): void => {
  // Beyond a few cuts the pauses would only cost time.
  const spaced = delay > 0 && count <= fewParts
  const next = (from: number) => {
    if (socket.destroyed) return
    const to = delay === 0 || from < fewParts ? from + 1 : from + manyParts
    writeSlices(socket, bytesOf(from, to), (isTaken) => {
      if (to >= count) return end()
      const proceed = () => (spaced ? setTimeout(() => setImmediate(next, to), delay) : setImmediate(next, to))
      if (isTaken) proceed()
      else socket.once("drain", proceed)
    })
  }
  next(0)
}

/** Writes bytes. What has arrived is read before more is written, which fails where an early answer ended the connection. */
const writeSlices = (socket: Net.Socket, bytes: Buffer, then: (isTaken: boolean) => void): void => {
  const next = (from: number) => {
    if (socket.destroyed) return
    const to = from + partSize
    const isTaken = socket.write(bytes.subarray(from, to))
    if (to >= bytes.byteLength) return then(isTaken)
    const proceed = () => setImmediate(next, to)
    if (isTaken) proceed()
    else socket.once("drain", proceed)
  }
  next(0)
}
