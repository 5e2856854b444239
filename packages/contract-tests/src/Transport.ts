/**
 * Raw HTTP/1.1 over `node:http`: sends what a typed client refuses to send, and keeps answers as they came.
 *
 * @since 0.1.0
 */

import * as Http from "node:http"
import * as Https from "node:https"
import type { Socket } from "node:net"
import * as Zlib from "node:zlib"
import { type Framing, header, type Outcome, type RawRequest, type RawResponse } from "./Exchange.js"
import type { Rendezvous } from "./internal/rendezvous.js"

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
  /**
   * Sends one request; one at a time. Never fails: trouble is an outcome. `timeout` in milliseconds. Answers how to break
   * it off, after which there is no outcome. Where others are to be in flight with it, the last byte of its body waits
   * until theirs can go out as well.
   */
  readonly send: (
    request: RawRequest,
    timeout: number,
    done: (outcome: Outcome) => void,
    others?: Rendezvous | undefined
  ) => () => void
  readonly close: () => void
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
  const secure = target.protocol === "https:"
  const options = { keepAlive: true, maxSockets: 1, scheduling: "lifo" } as const
  const agent = secure ? new Https.Agent(options) : new Http.Agent(options)
  return {
    send: (request, timeout, done, others) => {
      const attempt = (settle: (attempt: Attempt) => void, others?: Rendezvous) =>
        exchangeOnce(target, secure, agent, request, timeout, settle, others)
      let breakOff = attempt((first) => {
        others?.leave()
        // A server may close an idle connection at any time; that says nothing about this request.
        if (first.reusedAndClosed) breakOff = attempt((second) => done(second.outcome))
        else done(first.outcome)
      }, others)
      return () => breakOff()
    },
    close: () => agent.destroy()
  }
}

/**
 * A time-out is waited for in so many parts. A process that was held up for long would otherwise find the time-out over
 * before it has looked at the answer that arrived meanwhile.
 */
const slices = 20

interface Attempt {
  readonly outcome: Outcome
  readonly reusedAndClosed: boolean
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

const exchangeOnce = (
  target: Endpoint,
  secure: boolean,
  agent: Http.Agent,
  request: RawRequest,
  timeout: number,
  done: (attempt: Attempt) => void,
  others: Rendezvous | undefined
): (() => void) => {
  let settled = false
  let timer: NodeJS.Timeout | undefined
  let head: Http.IncomingMessage | undefined
  const parts: Array<Buffer> = []

  const outgoing = (secure ? Https : Http).request({
    host: target.hostname,
    port: target.port,
    method: request.method,
    path: target.basePath + request.path,
    // A connection that was asked to close is not used again, whatever the answer says.
    agent: asksToClose(request) ? false : agent,
    maxHeaderSize: 1 << 20,
    headers: flatHeaders(target, request) as unknown as Http.OutgoingHttpHeaders
  })
  const settle = (outcome: Outcome, reusedAndClosed = false) => {
    if (settled) return
    settled = true
    clearTimeout(timer)
    done({ outcome, reusedAndClosed })
  }
  const breakOff = (reason: string, error?: NodeJS.ErrnoException) => {
    if (head !== undefined) {
      settle({ kind: "incomplete", response: responseOf(head, Buffer.concat(parts)), cause: "cut", reason })
    } else if (error !== undefined && isConnectPhase(error)) {
      settle({ kind: "unreachable", reason })
    } else {
      settle({ kind: "broken", reason }, outgoing.reusedSocket && isClosure(error))
    }
    outgoing.destroy()
  }

  const tick = (left: number) => {
    timer = setTimeout(() => (left > 1 ? tick(left - 1) : giveUp()), timeout / slices)
  }
  const giveUp = () => {
    if (head !== undefined) breakOff(`the body did not end within ${timeout} ms`)
    else settle({ kind: "silent", timeout })
    outgoing.destroy()
  }
  tick(slices)
  outgoing.on("error", (error: NodeJS.ErrnoException) => {
    const told = error.code === undefined || error.message.includes(error.code)
    breakOff(told ? error.message : `${error.message} (${error.code})`, error)
  })
  outgoing.on("upgrade", (message, socket) => {
    socket.destroy()
    settle({ kind: "answered", response: responseOf(message, Buffer.alloc(0)) })
  })
  outgoing.on("response", (message) => {
    head = message
    message.on("data", (part: Buffer) => parts.push(part))
    message.on("error", (error: NodeJS.ErrnoException) =>
      breakOff(`the body broke off: ${error.code ?? error.message}`)
    )
    message.on("end", () => {
      const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
      if (!message.complete) return breakOff("the body broke off")
      settle(decoded(message, body))
    })
  })
  write(outgoing, request, others)
  return () => {
    settled = true
    clearTimeout(timer)
    outgoing.destroy()
  }
}

const isClosure = (error: NodeJS.ErrnoException | undefined): boolean =>
  error?.code === "ECONNRESET" || error?.code === "EPIPE"

const asksToClose = (request: RawRequest): boolean => header(request.headers, "connection")?.toLowerCase() === "close"

const flatHeaders = (target: Endpoint, request: RawRequest): Array<string> => {
  const flat: Array<string> = []
  const named = new Set<string>()
  for (const [name, value] of request.headers) {
    flat.push(name, value)
    named.add(name.toLowerCase())
  }
  const spelled = spelling(request.headers[0]?.[0] ?? "Host")
  if (!named.has("host")) flat.unshift(spelled("Host"), hostHeader(target))
  if (!named.has("connection")) flat.push(spelled("Connection"), "keep-alive")
  if (request.framing.kind === "chunked") flat.push(spelled("Transfer-Encoding"), "chunked")
  // Without it, Node would send a body of no chunks.
  else flat.push(spelled("Content-Length"), String(request.body?.byteLength ?? 0))
  return flat
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

const write = (outgoing: Http.ClientRequest, request: RawRequest, others: Rendezvous | undefined): void => {
  const body = request.body
  if (body === undefined || body.byteLength === 0) {
    outgoing.end()
  } else if (others === undefined && request.framing.kind === "length" && body.byteLength <= partSize) {
    outgoing.end(body)
  } else {
    const cuts = request.framing.kind === "length" ? evenCuts(body.byteLength) : request.framing.cuts
    const held = others === undefined ? body.byteLength : body.byteLength - 1
    const end = () => {
      if (!outgoing.destroyed) outgoing.end(body.subarray(held))
    }
    if (others !== undefined) outgoing.flushHeaders()
    outgoing.setNoDelay(true)
    writeParts(outgoing, split(body.subarray(0, held), cuts), pause(request.framing), () =>
      others === undefined ? end() : onceConnected(outgoing, () => others.arrive(end))
    )
  }
}

const onceConnected = (outgoing: Http.ClientRequest, proceed: () => void): void => {
  const connected = (socket: Socket) => (socket.connecting ? void socket.once("connect", proceed) : proceed())
  if (outgoing.socket === null) outgoing.once("socket", connected)
  else connected(outgoing.socket)
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
  outgoing: Http.ClientRequest,
  parts: ReadonlyArray<Uint8Array>,
  delay: number,
  end: () => void
): void => {
  // Beyond a few cuts the pauses would only cost time.
  const spaced = delay > 0 && parts.length <= fewParts
  const next = (from: number) => {
    if (outgoing.destroyed) return
    const to = delay === 0 || from < fewParts ? from + 1 : from + manyParts
    // What is written in one turn of the event loop leaves in one packet.
    const isTaken = parts.slice(from, to).reduce((_, part) => outgoing.write(part), true)
    if (to >= parts.length) return end()
    const proceed = () => (spaced ? setTimeout(next, delay, to) : setImmediate(next, to))
    if (isTaken) proceed()
    else outgoing.once("drain", proceed)
  }
  next(0)
}

const responseOf = (message: Http.IncomingMessage, body: Buffer): RawResponse => {
  const headers: Array<readonly [string, string]> = []
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    headers.push([message.rawHeaders[index] ?? "", message.rawHeaders[index + 1] ?? ""])
  }
  return {
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? "",
    httpVersion: message.httpVersion,
    headers,
    body
  }
}

const decoded = (message: Http.IncomingMessage, body: Buffer): Outcome => {
  const codings = (message.headers["content-encoding"] ?? "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
  let plain = body
  try {
    for (const coding of codings.reverse()) if (plain.byteLength > 0) plain = undo(coding, plain)
  } catch (error) {
    const reason = `the content coding ${codings.join(", ")} could not be undone: ${(error as Error).message}`
    return { kind: "incomplete", response: responseOf(message, body), cause: "coding", reason }
  }
  return { kind: "answered", response: responseOf(message, plain) }
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
