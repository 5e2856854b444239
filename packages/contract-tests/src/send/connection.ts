/**
 * Raw HTTP/1.1 over bare connections: sends what a typed client refuses to send, byte for byte, and keeps answers as they
 * came.
 *
 * @since 0.1.0
 */
import * as Net from "node:net"
import * as Tls from "node:tls"
import * as Zlib from "node:zlib"
import { type Framing, header, type Outcome, type RawRequest } from "../model/Exchange.js"
import type { Rendezvous } from "./barrier.js"
import * as ResponseParser from "./responseParser.js"

/**
 * Where to send: an origin and the path of the base URL, without a slash at its end.
 *
 * @since 0.1.0
 * @category models
 */
export interface Endpoint {
  readonly protocol: "http:" | "https:"
  readonly hostname: string
  readonly port: number
  readonly basePath: string
}

/**
 * One connection, kept alive from request to request. It reconnects by itself when the server has closed it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /** Sends one request; one at a time. Answers how to break it off, after which there is no outcome. */
  readonly send: (request: RawRequest, sending: Sending) => () => void
  readonly close: () => void
}

/**
 * How a request is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sending {
  /** In milliseconds. */
  readonly timeout: number
  /** Those that are to be in flight with it: the last byte of its body waits until theirs can go out as well. */
  readonly others?: Rendezvous | undefined
  /** Whether it is not sent again where a connection that was in use before is closed on it. */
  readonly once?: boolean | undefined
  /**
   * Called with what became of it: trouble is an outcome, too. `droppedAfter` is there where it was sent again, and says
   * how many answers the connection had had that was closed on it.
   */
  readonly done: (outcome: Outcome, droppedAfter: number | undefined) => void
}

/**
 * The endpoint of a base URL.
 *
 * @since 0.1.0
 * @category constructors
 */
export const endpoint = (url: URL): Endpoint => ({
  protocol: url.protocol === "https:" ? "https:" : "http:",
  hostname: url.hostname.replace(/^\[|\]$/g, ""),
  port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  basePath: url.pathname.replace(/\/+$/, "")
})

/**
 * Opens a connection to an endpoint, on its first use.
 *
 * @since 0.1.0
 * @category constructors
 */
export const connect = (target: Endpoint): Connection => {
  let kept: Link | undefined
  const linkFor = (request: RawRequest): Link => {
    // A connection that was asked to close is not used again, whatever the answer says.
    if (asksToClose(request)) return open(target)
    if (kept === undefined || !isUsable(kept)) {
      kept?.socket.destroy()
      kept = open(target)
    }
    return kept
  }
  return {
    send: (request, { done, once, others, timeout }) => {
      const head = written(target, request)
      const attempt = (settle: (attempt: Attempt) => void, others?: Rendezvous) =>
        exchangeOnce(linkFor(request), { request, head, timeout, others }, settle)
      let breakOff = attempt(({ droppedAfter, outcome }) => {
        others?.leave()
        // A server may close an idle connection at any time; that says nothing about this request.
        const isRepeated = droppedAfter !== undefined && once !== true
        if (isRepeated) breakOff = attempt((second) => done(second.outcome, droppedAfter))
        else done(outcome, undefined)
      }, others)
      return () => breakOff()
    },
    close: () => kept?.socket.destroy()
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// connections
// ---------------------------------------------------------------------------------------------------------------------

/** A socket, and who listens to it. */
interface Link {
  readonly socket: Net.Socket
  isConnected: boolean
  /** How many requests were answered on it. */
  answers: number
  /** Whether the body of a request is still being written, though it may have been answered. */
  isWriting: boolean
  /** Milliseconds, by the process's clock, from which on the server may have closed it. */
  usableUntil: number
  /** Called when that body has been written. */
  onceWritten: (() => void) | undefined
  listener: Listener | undefined
}

interface Listener {
  readonly connected: () => void
  readonly arrived: (part: Buffer) => void
  readonly ended: () => void
  readonly failed: (error: NodeJS.ErrnoException) => void
}

const open = (target: Endpoint): Link => {
  const address = { host: target.hostname, port: target.port, noDelay: true }
  const secure = target.protocol === "https:"
  const socket = secure
    ? Tls.connect({
        ...address,
        ALPNProtocols: ["http/1.1"],
        ...(Net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {})
      })
    : Net.connect(address)
  const link: Link = {
    socket,
    isConnected: false,
    answers: 0,
    isWriting: false,
    usableUntil: Number.POSITIVE_INFINITY,
    onceWritten: undefined,
    listener: undefined
  }
  socket.once(secure ? "secureConnect" : "connect", () => {
    link.isConnected = true
    link.listener?.connected()
  })
  socket.on("data", (part: Buffer) => {
    // What nobody asked for would be taken for the next answer.
    if (link.listener === undefined) socket.destroy()
    else link.listener.arrived(part)
  })
  socket.on("end", () => {
    if (link.listener === undefined) socket.destroy()
    else link.listener.ended()
  })
  socket.on("error", (error) => link.listener?.failed(error))
  socket.on("close", () => link.listener?.ended())
  return link
}

const isUsable = (link: Link): boolean =>
  !link.socket.destroyed && (link.answers === 0 || performance.now() < link.usableUntil)

/** Keeps a connection for the next request, for as long as the server says that it will. */
const keep = (link: Link, head: ResponseParser.Head): void => {
  const [, seconds] = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(header(head.headers, "keep-alive") ?? "") ?? []
  link.answers++
  link.usableUntil =
    seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1_000 * Number(seconds) - 500
}

// ---------------------------------------------------------------------------------------------------------------------
// exchanges
// ---------------------------------------------------------------------------------------------------------------------

/**
 * A time-out is waited for in so many parts. A process that was held up for long would otherwise find the time-out over
 * before it has looked at the answer that arrived meanwhile.
 */
const slices = 20

interface Order {
  readonly request: RawRequest
  /** The request line and the headers, as they are sent. */
  readonly head: string
  readonly timeout: number
  readonly others: Rendezvous | undefined
}

interface Attempt {
  readonly outcome: Outcome
  /** How many answers the connection had had, where it was in use before and was closed instead of this one. */
  readonly droppedAfter: number | undefined
}

const connectPhase = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "EMFILE",
  "EACCES",
  "EPERM"
])

const isConnectPhase = (error: NodeJS.ErrnoException): boolean =>
  error.syscall === "connect" ||
  connectPhase.has(error.code ?? "") ||
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(error.code ?? "")

const isClosure = (error: NodeJS.ErrnoException): boolean => error.code === "ECONNRESET" || error.code === "EPIPE"

const exchangeOnce = (link: Link, order: Order, done: (attempt: Attempt) => void): (() => void) => {
  const { request, timeout } = order
  const answer = ResponseParser.make(request.method)
  const { answers } = link
  let timer: NodeJS.Timeout | undefined

  const settle = (outcome: Outcome, isDropped = false) => {
    clearTimeout(timer)
    link.listener = undefined
    done({ outcome, droppedAfter: isDropped ? answers : undefined })
  }
  const breakOff = (reason: string, cause: "unreachable" | "closed" | "other" = "other") => {
    const head = answer.head()
    link.socket.destroy()
    if (head !== undefined)
      settle({ kind: "incomplete", response: { ...head, body: answer.body() }, cause: "cut", reason })
    else if (cause === "unreachable") settle({ kind: "unreachable", reason })
    else settle({ kind: "broken", reason }, answers > 0 && cause === "closed" && !answer.hasBegun())
  }
  const proceed = (progress: ResponseParser.Progress) => {
    if (progress.kind === "malformed") return breakOff(progress.problem)
    const head = answer.head()
    if (progress.kind === "reading" || head === undefined) return
    // Of a large body, who has answered may never read the rest.
    const isStuck = link.isWriting && (request.body?.byteLength ?? 0) > partSize
    if (progress.reusable && !asksToClose(request) && !isStuck) keep(link, head)
    else link.socket.destroy()
    settle(decoded(head, answer.body()))
  }
  const tick = (left: number) => {
    timer = setTimeout(() => (left > 1 ? tick(left - 1) : giveUp()), timeout / slices)
  }
  const giveUp = () => {
    if (answer.head() !== undefined) return breakOff(`the body did not end within ${timeout} ms`)
    link.socket.destroy()
    settle({ kind: "silent", timeout })
  }
  const start = () => transmit(link, order)

  tick(slices)
  link.listener = {
    connected: start,
    arrived: (part) => proceed(answer.push(part)),
    ended: () => {
      const progress = answer.end()
      if (progress.kind === "reading") breakOff("the connection was closed before the end of an answer", "closed")
      else proceed(progress)
    },
    failed: (error) => {
      const told = error.code === undefined || error.message.includes(error.code)
      const reason = told ? error.message : `${error.message} (${error.code})`
      breakOff(reason, isConnectPhase(error) ? "unreachable" : isClosure(error) ? "closed" : "other")
    }
  }
  if (link.isWriting) link.onceWritten = start
  else if (link.isConnected) start()
  return () => {
    clearTimeout(timer)
    link.listener = undefined
    link.socket.destroy()
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// requests
// ---------------------------------------------------------------------------------------------------------------------

const asksToClose = (request: RawRequest): boolean => header(request.headers, "connection")?.toLowerCase() === "close"

const written = (target: Endpoint, request: RawRequest): string => {
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
const partSize = 65_536

const nothing = new Uint8Array(0)

const transmit = (link: Link, { head, others, request: { body = nothing, framing } }: Order): void => {
  const frame = framing.kind === "chunked" ? chunk : whole
  const last = framing.kind === "chunked" ? [Buffer.from("0\r\n\r\n")] : []
  const isPlain = others === undefined && framing.kind === "length" && body.byteLength <= partSize
  if (isPlain || body.byteLength === 0) {
    link.socket.write(packet(head, [body, ...last]))
    return
  }
  const cuts = framing.kind === "length" ? evenCuts(body.byteLength) : framing.cuts
  const held = others === undefined ? body.byteLength : body.byteLength - 1
  const end = () => {
    if (link.socket.destroyed) return
    if (others !== undefined) link.socket.write(packet("", [...frame(body.subarray(held)), ...last]))
    link.isWriting = false
    link.onceWritten?.()
    link.onceWritten = undefined
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

const chunk = (part: Uint8Array): ReadonlyArray<Uint8Array> =>
  // A chunk of no bytes would be the last one.
  part.byteLength === 0 ? [] : [Buffer.from(`${part.byteLength.toString(16)}\r\n`), part, lineEnd]

/** What leaves at once. */
const packet = (head: string, pieces: ReadonlyArray<Uint8Array>): Buffer => {
  const bytes = Buffer.allocUnsafe(pieces.reduce((sum, piece) => sum + piece.byteLength, head.length))
  let at = bytes.write(head, "latin1")
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}

const evenCuts = (length: number): Array<number> =>
  Array.from({ length: Math.floor((length - 1) / partSize) }, (_, index) => (index + 1) * partSize)

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

/** So many parts go out one by one; of those that follow, so many at a time. */
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
    const isTaken = socket.write(bytesOf(from, to))
    if (to >= count) return end()
    const proceed = () => (spaced ? setTimeout(next, delay, to) : setImmediate(next, to))
    if (isTaken) proceed()
    else socket.once("drain", proceed)
  }
  next(0)
}

// ---------------------------------------------------------------------------------------------------------------------
// answers
// ---------------------------------------------------------------------------------------------------------------------

const decoded = (head: ResponseParser.Head, body: Buffer): Outcome => {
  const coding = header(head.headers, "content-encoding")
  if (coding === undefined) return { kind: "answered", response: { ...head, body } }
  const codings = coding
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
  let plain = body
  try {
    for (const coding of codings.reverse()) if (plain.byteLength > 0) plain = undo(coding, plain)
  } catch (error) {
    const reason = `the content coding ${codings.join(", ")} could not be undone: ${(error as Error).message}`
    return { kind: "incomplete", response: { ...head, body }, cause: "coding", reason }
  }
  return { kind: "answered", response: { ...head, body: plain } }
}

const undo = (coding: string, body: Buffer): Buffer => {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return Zlib.gunzipSync(body)
    case "br":
      return Zlib.brotliDecompressSync(body)
    case "deflate":
      // Both meanings are in use: the zlib format of the standard, and a bare deflate stream.
      return ((body[0] ?? 0) & 0x0f) === 8 ? Zlib.inflateSync(body) : Zlib.inflateRawSync(body)
    default:
      throw new Error("not a coding that the kit knows")
  }
}
