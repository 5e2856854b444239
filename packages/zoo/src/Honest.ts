/**
 * An honest implementation of Send message on plain `node:http`, in memory, with a hook at each stage through which
 * one small change turns it into a wrong or an unusual server. It shares no code with the client, the sandbox or the
 * kit, so that a mistake in those cannot hide itself here.
 *
 * @since 0.1.0
 */
import * as Http from "node:http"
import type { AddressInfo, Socket } from "node:net"

/**
 * A thread that the server knows, with the account that writes in it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Thread {
  readonly id: string
  readonly index: number
  readonly authorId: string
  accepted: number
  last: Stored | undefined
}

/**
 * The answer's Message while a change may still spoil it: keys can be replaced or deleted.
 *
 * @since 0.1.0
 * @category models
 */
export type Draft = Record<string, unknown>

/**
 * A message that the server keeps: what a later reply, duplicate or stale answer refers to.
 *
 * @since 0.1.0
 * @category models
 */
export interface Stored {
  readonly id: string
  readonly thread: Thread
  readonly content: string
  readonly inbound: boolean
  readonly replyTo: string | undefined
  /** One-based number among all accepted messages; zero for the inbound ones. */
  readonly sequence: number
  readonly threadSequence: number
  /** Milliseconds since 1970. */
  readonly at: number
  replies: number
  draft: Draft
}

/**
 * What the server remembers of one TCP connection.
 *
 * @since 0.1.0
 * @category models
 */
export interface Connection {
  /** Requests so far, the current one included. */
  requests: number
  accepted: number
  refused: number
  /** Status of the answer before this one; zero at first. */
  lastStatus: number
  readonly memory: Map<string, unknown>
}

/**
 * Everything that one running server holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface World {
  readonly token: string
  readonly teamId: string
  readonly userId: string
  readonly threads: readonly [Thread, Thread]
  readonly messages: Map<string, Stored>
  readonly inFlight: Set<Exchange>
  /** Scratch space of the change, empty at the start of each server. */
  readonly memory: Map<string, unknown>
  /** Requests received. */
  received: number
  /** Messages accepted. */
  accepted: number
  /** Requests refused. */
  refused: number
  last: Stored | undefined
  latest: Exchange | undefined
  /** Milliseconds since 1970, never decreasing. */
  now(): number
  /** In [0, 1), the same sequence for the same seed. */
  random(): number
  /** A fresh identifier: twenty-four characters of `[0-9a-z]`. */
  identifier(): string
}

/**
 * An answer that is ready to be written.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  status: number
  reason?: string | undefined
  headers: Record<string, string | ReadonlyArray<string>>
  body: string | Buffer
}

/**
 * One request on its way through the stages; a field is filled by the stage that gives it its meaning.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly world: World
  readonly connection: Connection
  readonly request: Http.IncomingMessage
  readonly response: Http.ServerResponse
  readonly method: string
  /** The request target as sent, without its query. */
  readonly path: string
  readonly headers: Http.IncomingHttpHeaders
  /** One-based number among all requests received. */
  readonly number: number
  /** The body as the chunks in which it arrived. */
  readonly chunks: Array<Buffer>
  size: number
  bytes: Buffer
  /** The body decoded as UTF-8. */
  text: string
  thread: Thread
  content: string
  replyTo: string | undefined
  target: Stored | undefined
  /** One-based number of this message among all accepted, and among those of its thread. */
  sequence: number
  threadSequence: number
  /** The message accepted just before, in any thread. */
  previous: Stored | undefined
  /** The largest number of requests in flight at one time during this one, this one included. */
  together: number
  stored: Stored | undefined
}

/**
 * A small change of the honest server: each hook stands for one stage, and an absent hook means honesty.
 *
 * @since 0.1.0
 * @category models
 */
export interface Change {
  /** Milliseconds, or a promise, to wait between reading the request and processing it. */
  readonly hold?: ((x: Exchange) => number | Promise<void>) | undefined
  /** Called as soon as the head is read; an answer is sent at once, while the body is still drained. */
  readonly head?: ((x: Exchange) => Answer | undefined) | undefined
  /** Called when the body is read, before anything is decided. */
  readonly request?: ((x: Exchange) => Answer | undefined) | undefined
  /** Decides on the method; undefined leaves it to the honest rule, which takes POST alone. */
  readonly method?: ((x: Exchange) => Answer | true | undefined) | undefined
  /** True lets the request in, false refuses it, undefined leaves it to the honest rule. */
  readonly authenticate?: ((x: Exchange, header: string | undefined) => boolean | undefined) | undefined
  /** Finds the thread of the path's segment, which is still encoded as sent. */
  readonly locate?: ((x: Exchange, segment: string, honest: (segment: string) => Thread) => Thread) | undefined
  readonly mediaType?: ((x: Exchange, type: string) => boolean | undefined) | undefined
  readonly decode?: ((x: Exchange, honest: () => string) => string) | undefined
  readonly parse?: ((x: Exchange, honest: (text: string) => unknown) => unknown) | undefined
  /** Replaces the parsed body before it is validated. */
  readonly coerce?: ((x: Exchange, body: unknown) => unknown) | undefined
  /** Least number of code units of a content; one when absent. */
  readonly minimum?: number | undefined
  /** Whether NUL and lone surrogates are taken; refused when absent. */
  readonly unprintable?: boolean | undefined
  /** Whether a reply may name a message of the other thread; refused when absent. */
  readonly anyThread?: boolean | undefined
  /** Called with a valid request, before it is stored; throws to refuse it. */
  readonly accept?: ((x: Exchange) => void) | undefined
  /** The identifier of the new message. */
  readonly identifier?: ((x: Exchange) => string) | undefined
  readonly store?: ((x: Exchange, honest: () => Stored) => Stored) | undefined
  /** Spoils the answer's Message. */
  readonly message?: ((x: Exchange, draft: Draft) => void) | undefined
  readonly serialise?: ((x: Exchange, draft: Draft) => string | Buffer) | undefined
  /** Called with the honest refusal of a request. */
  readonly refuse?: ((x: Exchange, refusal: Refusal) => Answer | undefined) | undefined
  /** Called with every answer; may change it in place. */
  readonly answer?: ((x: Exchange, answer: Answer) => void) | undefined
  /** Milliseconds to wait between processing the request and answering it. */
  readonly delay?: ((x: Exchange, answer: Answer) => number) | undefined
  /** Writes the answer in a way of its own; false leaves it to the honest way. */
  readonly write?: ((x: Exchange, answer: Answer) => boolean) | undefined
  /** Milliseconds after which an idle connection is closed. */
  readonly idle?: number | undefined
  /** Identifiers of the two threads. */
  readonly threads?: readonly [string, string] | undefined
  /** Identifiers of the inbound message of each thread. */
  readonly inbound?: readonly [string, string] | undefined
}

/**
 * A request that gets an error: status, code and message of the envelope.
 *
 * @since 0.1.0
 * @category errors
 */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/**
 * A server that listens, with what a caller needs to use it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Running {
  /** The base, such as `http://127.0.0.1:4711/api/v1`. */
  readonly url: string
  readonly token: string
  readonly threads: readonly [string, string]
  /** An inbound message of each thread. */
  readonly inbound: readonly [string, string]
  /** Requests received so far. */
  requests(): number
  /** Stops listening and closes every connection. */
  close(): Promise<void>
}

/**
 * How a server is started.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Seed of identifiers and of intermittent faults. */
  readonly seed?: number | undefined
}

const maximumBody = 4 * 1024 * 1024
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
const pattern = /^[0-9a-z]+$/
const route = /^\/api\/v1\/threads\/([^/]*)\/messages$/
const mediaType = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i
const unprintable = /[\0\p{Surrogate}]/u
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/**
 * Starts an honest server with one change.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = (change: Change, options: Options = {}): Promise<Running> => {
  const world = makeWorld(change, options.seed ?? 1)
  const connections = new WeakMap<Socket, Connection>()
  const server = Http.createServer({ keepAliveTimeout: change.idle ?? 60_000 }, (request, response) => {
    let connection = connections.get(request.socket)
    if (connection === undefined) {
      connection = { requests: 0, accepted: 0, refused: 0, lastStatus: 0, memory: new Map() }
      connections.set(request.socket, connection)
    }
    receive(change, world, connection, request, response)
  })
  const sockets = new Set<Socket>()
  server.on("connection", (socket) => {
    sockets.add(socket)
    socket.on("close", () => sockets.delete(socket))
  })
  server.on("clientError", (_error, socket) => {
    if (!socket.writable) return
    const body = envelope(new Refusal(400, "BAD_REQUEST", "The request is not HTTP"))
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
        `Connection: close\r\n\r\n${body}`,
      () => socket.destroy()
    )
  })
  return new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const [first, second] = world.threads
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
        token: world.token,
        threads: [first.id, second.id],
        inbound: [first.last?.id ?? "", second.last?.id ?? ""],
        requests: () => world.received,
        close: () =>
          new Promise((done) => {
            server.close(() => done())
            for (const socket of sockets) socket.destroy()
          })
      })
    })
  })
}

/**
 * The JSON answer of a refusal, in the envelope `{ error: { code, message, status } }`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refusalAnswer = (refusal: Refusal): Answer => {
  const headers: Record<string, string> = { "content-type": "application/json" }
  if (refusal.status === 401) headers["www-authenticate"] = "Bearer"
  if (refusal.status === 405) headers.allow = "POST"
  return { status: refusal.status, headers, body: envelope(refusal) }
}

/**
 * A plain answer with a body of any media type.
 *
 * @since 0.1.0
 * @category constructors
 */
export const answer = (status: number, body: string | Buffer = "", contentType = "application/json"): Answer => ({
  status,
  headers: contentType === "" ? {} : { "content-type": contentType },
  body
})

const envelope = (refusal: Refusal) =>
  JSON.stringify({ error: { code: refusal.code, message: refusal.message, status: refusal.status } })

/**
 * A generator of numbers in [0, 1) that gives the same sequence for the same seed (mulberry32).
 *
 * @since 0.1.0
 * @category constructors
 */
export const generator = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const makeWorld = (change: Change, seed: number): World => {
  const random = generator(seed)
  const pick = (length: number, letters: string) => {
    let text = ""
    for (let i = 0; i < length; i++) text += letters[Math.floor(random() * letters.length)]
    return text
  }
  let clock = 0
  const now = () => {
    clock = Math.max(clock, Date.now())
    return clock
  }
  const used = new Set<string>()
  const identifier = (): string => {
    const id = pick(24, alphabet)
    if (used.has(id)) return identifier()
    used.add(id)
    return id
  }
  const cuid = () => pick(1, "abcdefghijklmnopqrstuvwxyz") + pick(23, alphabet)
  const messages = new Map<string, Stored>()
  const makeThread = (index: 0 | 1): Thread => {
    const thread: Thread = {
      id: change.threads?.[index] ?? cuid(),
      index,
      authorId: cuid(),
      accepted: 0,
      last: undefined
    }
    const id = change.inbound?.[index] ?? cuid()
    const at = now() - 60_000
    const content = index === 0 ? "Hello, is anyone there?" : "Good morning"
    thread.last = {
      id,
      thread,
      content,
      inbound: true,
      replyTo: undefined,
      sequence: 0,
      threadSequence: 0,
      at,
      replies: 0,
      draft: {}
    }
    messages.set(id, thread.last)
    return thread
  }
  return {
    token: `Ib${pick(2, "0123456789")}${pick(36, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")}kQ7`,
    teamId: cuid(),
    userId: cuid(),
    threads: [makeThread(0), makeThread(1)],
    messages,
    inFlight: new Set(),
    memory: new Map(),
    received: 0,
    accepted: 0,
    refused: 0,
    last: undefined,
    latest: undefined,
    now,
    random,
    identifier
  }
}

const receive = (
  change: Change,
  world: World,
  connection: Connection,
  request: Http.IncomingMessage,
  response: Http.ServerResponse
): void => {
  connection.requests++
  world.received++
  const target = request.url ?? ""
  const query = target.indexOf("?")
  const x: Exchange = {
    world,
    connection,
    request,
    response,
    method: request.method ?? "",
    path: query < 0 ? target : target.slice(0, query),
    headers: request.headers,
    number: world.received,
    chunks: [],
    size: 0,
    bytes: empty,
    text: "",
    thread: world.threads[0],
    content: "",
    replyTo: undefined,
    target: undefined,
    sequence: 0,
    threadSequence: 0,
    previous: undefined,
    together: 0,
    stored: undefined
  }
  world.inFlight.add(x)
  world.latest = x
  for (const other of world.inFlight) other.together = Math.max(other.together, world.inFlight.size)
  response.on("close", () => world.inFlight.delete(x))
  const early = change.head?.(x)
  if (early !== undefined) finish(change, x, early)
  request.on("data", (chunk: Buffer) => {
    x.size += chunk.length
    if (early === undefined && x.size <= maximumBody) x.chunks.push(chunk)
  })
  request.on("error", () => undefined)
  if (early !== undefined) return
  request.on("end", () => {
    const held = change.hold?.(x) ?? 0
    if (held === 0) respond(change, x)
    else if (typeof held === "number") setTimeout(respond, held, change, x)
    else held.then(() => respond(change, x))
  })
}

const empty = Buffer.alloc(0)

const respond = (change: Change, x: Exchange): void => {
  let result: Answer
  try {
    result = processRequest(change, x)
  } catch (error) {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "INTERNAL", String(error))
    result = change.refuse?.(x, refusal) ?? refusalAnswer(refusal)
  }
  change.answer?.(x, result)
  const delay = change.delay?.(x, result) ?? 0
  if (delay > 0) setTimeout(finish, delay, change, x, result)
  else finish(change, x, result)
}

const finish = (change: Change, x: Exchange, result: Answer): void => {
  x.connection.lastStatus = result.status
  if (result.status < 300) x.connection.accepted++
  else {
    x.connection.refused++
    x.world.refused++
  }
  if (change.write?.(x, result) === true) return
  const bytes = typeof result.body === "string" ? Buffer.from(result.body) : result.body
  const headers = result.headers as Http.OutgoingHttpHeaders
  if (result.status !== 204 && !Object.keys(headers).some((name) => framing.has(name.toLowerCase()))) {
    headers["content-length"] = bytes.length
  }
  if (result.reason === undefined) x.response.writeHead(result.status, headers)
  else x.response.writeHead(result.status, result.reason, headers)
  x.response.end(x.method === "HEAD" ? undefined : bytes)
}

const framing = new Set(["content-length", "transfer-encoding"])

const processRequest = (change: Change, x: Exchange): Answer => {
  x.bytes = x.chunks.length === 1 ? (x.chunks[0] as Buffer) : Buffer.concat(x.chunks)
  const early = change.request?.(x)
  if (early !== undefined) return early
  const segment = route.exec(x.path)?.[1]
  if (segment === undefined) throw new Refusal(404, "NOT_FOUND", "No such resource")
  const method = change.method?.(x)
  if (method !== undefined && method !== true) return method
  if (method === undefined && x.method !== "POST") {
    throw new Refusal(405, "METHOD_NOT_ALLOWED", "Only POST is allowed here")
  }
  if (!(change.authenticate?.(x, x.headers.authorization) ?? isAuthentic(x))) {
    throw new Refusal(401, "UNAUTHORIZED", "A valid bearer token is required")
  }
  const locate = (text: string) => findThread(x.world, text)
  x.thread = change.locate === undefined ? locate(segment) : change.locate(x, segment, locate)
  if (x.size > maximumBody) throw new Refusal(413, "TOO_LARGE", "The body is larger than 4 MiB")
  const type = x.headers["content-type"] ?? ""
  if (!(change.mediaType?.(x, type) ?? mediaType.test(type.trim()))) {
    throw new Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "The body must be application/json")
  }
  x.text = change.decode === undefined ? decode(x.bytes) : change.decode(x, () => decode(x.bytes))
  const parsed = change.parse === undefined ? parse(x.text) : change.parse(x, parse)
  validate(change, x, change.coerce === undefined ? parsed : change.coerce(x, parsed))
  x.sequence = x.world.accepted + 1
  x.threadSequence = x.thread.accepted + 1
  x.previous = x.world.last
  change.accept?.(x)
  x.stored = change.store === undefined ? store(change, x) : change.store(x, () => store(change, x))
  const draft = { ...x.stored.draft }
  change.message?.(x, draft)
  if (draft.id !== x.stored.id && typeof draft.id === "string" && !x.world.messages.has(draft.id)) {
    x.world.messages.set(draft.id, x.stored)
  }
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: change.serialise === undefined ? JSON.stringify(draft) : change.serialise(x, draft)
  }
}

const isAuthentic = (x: Exchange): boolean => {
  const header = x.headers.authorization ?? ""
  return header.slice(0, 7).toLowerCase() === "bearer " && header.slice(7).replace(/^ +/, "") === x.world.token
}

/**
 * The thread of a path segment, by the honest rule: decoded once, of the documented pattern, and known.
 *
 * @since 0.1.0
 * @category utils
 */
export const findThread = (world: World, segment: string): Thread => {
  let id: string
  try {
    id = decodeURIComponent(segment)
  } catch {
    throw new Refusal(400, "BAD_REQUEST", "The thread id is badly encoded")
  }
  if (!pattern.test(id)) throw new Refusal(400, "BAD_REQUEST", "The thread id must be lower-case letters and digits")
  const thread = world.threads.find((candidate) => candidate.id === id)
  if (thread === undefined) throw new Refusal(404, "THREAD_NOT_FOUND", "No such thread")
  return thread
}

const decode = (bytes: Buffer): string => {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new Refusal(400, "BAD_REQUEST", "The body is not UTF-8")
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, "BAD_REQUEST", "The body is not JSON")
  }
}

const validate = (change: Change, x: Exchange, body: unknown): void => {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(400, "BAD_REQUEST", "The body must be an object")
  }
  const content = Object.hasOwn(body, "content") ? (body as Draft).content : undefined
  if (typeof content !== "string" || content.length < (change.minimum ?? 1)) {
    throw new Refusal(422, "INVALID", "content must be a string of at least one character")
  }
  if (change.unprintable !== true && unprintable.test(content)) {
    throw new Refusal(422, "INVALID", "content must not hold NUL or lone surrogates")
  }
  x.content = content
  if (!Object.hasOwn(body, "replyToMessageId")) return
  const replyTo = (body as Draft).replyToMessageId
  if (typeof replyTo !== "string" || !pattern.test(replyTo)) {
    throw new Refusal(422, "INVALID", "replyToMessageId must be lower-case letters and digits")
  }
  const target = x.world.messages.get(replyTo)
  if (target === undefined || (target.thread !== x.thread && change.anyThread !== true)) {
    throw new Refusal(422, "MESSAGE_NOT_FOUND", "replyToMessageId names no message of this thread")
  }
  x.replyTo = replyTo
  x.target = target
}

const store = (change: Change, x: Exchange): Stored => {
  const { thread, world } = x
  world.accepted++
  thread.accepted++
  const stored: Stored = {
    id: change.identifier?.(x) ?? world.identifier(),
    thread,
    content: x.content,
    inbound: false,
    replyTo: x.replyTo,
    sequence: world.accepted,
    threadSequence: thread.accepted,
    at: world.now(),
    replies: 0,
    draft: {}
  }
  stored.draft = makeDraft(world, stored, x.target)
  if (x.target !== undefined) x.target.replies++
  world.messages.set(stored.id, stored)
  world.last = stored
  thread.last = stored
  return stored
}

/**
 * What `replyData` says of the message that was replied to.
 *
 * @since 0.1.0
 * @category utils
 */
export const replyData = (target: Stored): Draft => ({
  messageId: target.id,
  content: target.content,
  fromUs: !target.inbound
})

const makeDraft = (world: World, stored: Stored, target: Stored | undefined): Draft => ({
  platform: "twitter",
  teamId: world.teamId,
  threadId: stored.thread.id,
  id: stored.id,
  userId: world.userId,
  createdAt: new Date(stored.at).toISOString(),
  updatedAt: null,
  platformId: String(1_790_000_000_000_000_000n + BigInt(stored.sequence)),
  content: stored.content,
  campaignId: null,
  authorId: stored.thread.authorId,
  origin: "api",
  replyData: target === undefined ? null : replyData(target),
  forwardData: null,
  entities: { urls: [], mentions: [], hashtags: [] },
  attachment: null,
  reactions: [],
  isEncrypted: false,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
})
