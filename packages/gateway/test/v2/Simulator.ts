/**
 * API v2 as far as it is documented, and as a reading has it where it is not. It shares nothing with the gateway.
 */
import { randomBytes } from "node:crypto"
import { Clock, Effect } from "effect"
import { afterStoring, type Fault } from "./faults.js"
import { plain, type Reading } from "./readings.js"

export interface Request {
  readonly method: string
  /** Path and query behind the base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer, or a connection that is closed without one. */
export type Reply = Response | "Reset"

type Json = Record<string, unknown>

interface Message extends Json {
  id: string
  threadId: string
  content: string
  createdAt: string
  platformId: string | null
}

interface Stored {
  message: Message
  /** Whether the platform has it. */
  delivered: boolean
  visible: boolean
}

interface Thread {
  readonly id: string
  readonly team: string
  readonly platform: string
  syncing: boolean
}

interface Kept {
  readonly body: string
  readonly expiresAt: number
  state: "Running" | "Done"
  /** The answer to give again; none where the key was set free. */
  reply: Response | undefined
  messageId: string
}

export interface Options {
  readonly reading?: Reading
  readonly tokens?: Readonly<Record<string, string>>
  readonly threads?: ReadonlyArray<{ readonly id: string; readonly team: string; readonly platform?: string }>
  readonly limit?: number
}

const idPattern = /^[0-9a-z]+$/
const idOf = () => `c${randomBytes(12).toString("hex").slice(0, 23)}`

const statusOf: Record<string, number> = {
  invalidRequest: 400,
  invalidCursor: 400,
  unauthorized: 401,
  planRequired: 403,
  platformNotAvailable: 403,
  workspaceLocked: 403,
  threadNotFound: 404,
  messageNotFound: 404,
  sendInProgress: 409,
  accountLinkDisconnected: 409,
  integrationSetupRequired: 409,
  idempotencyKeyReused: 422,
  threadRestricted: 422,
  capabilityNotSupported: 422,
  contentRejected: 422,
  recipientUnavailable: 422,
  rateLimited: 429,
  platformRateLimited: 429,
  internal: 500,
  sendUnconfirmed: 502,
  platformError: 502,
  platformUnavailable: 503
}

class Refused {
  readonly code: string
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>
  constructor(code: string, details: unknown = null, headers: Readonly<Record<string, string>> = {}) {
    this.code = code
    this.details = details
    this.headers = headers
  }
}

const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

const closed = (value: Json, keys: ReadonlyArray<string>) => Object.keys(value).every((key) => keys.includes(key))

interface Send {
  readonly threadId: string
  readonly content: string
  readonly replyToMessageId: string | undefined
}

export class Simulator {
  readonly reading: Reading
  readonly threads = new Map<string, Thread>()
  readonly messages = new Map<string, Stored>()
  readonly keys = new Map<string, Kept>()
  /** Faults of the next sends, in their order; `undefined` is none. */
  readonly faults: Array<Fault | undefined> = []
  /** All sends as they came, with their keys. */
  readonly sends: Array<{ readonly key: string | undefined; readonly body: string }> = []
  readonly requests: Array<{ readonly method: string; readonly path: string }> = []
  readonly tokens: Map<string, string>
  readonly #limit: number
  #count = 0

  constructor(options: Options = {}) {
    this.reading = options.reading ?? plain
    this.tokens = new Map(Object.entries(options.tokens ?? { Secret0Token1: "team1" }))
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY
    for (const { id, platform, team } of options.threads ?? [
      { id: "thread1", team: "team1" },
      { id: "thread2", team: "team1" }
    ]) {
      this.threads.set(id, { id, team, platform: platform ?? "twitter", syncing: false })
      this.#store({ threadId: id, content: "Hi, is this still available?", replyToMessageId: undefined }, "inbound", 0)
    }
  }

  /** What the platform has of a thread's outbound messages. */
  delivered(threadId: string): ReadonlyArray<Message> {
    return [...this.messages.values()]
      .filter(
        ({ delivered, message }) => delivered && message.threadId === threadId && message.direction === "outbound"
      )
      .map(({ message }) => message)
  }

  inbound(threadId: string): string {
    const found = [...this.messages.values()].find(
      ({ message }) => message.threadId === threadId && message.direction === "inbound"
    )
    return found?.message.id ?? ""
  }

  handle(request: Request): Effect.Effect<Reply> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.requests.push({ method: request.method, path: request.path })
      return request.method === "POST" && request.path === "/messages"
        ? this.#send(request, now)
        : Effect.sync(() => this.#answer(() => this.#read(request), now))
    })
  }

  #answer(run: () => { readonly status: number; readonly json: unknown }, now: number): Response {
    const headers = this.#headers(now)
    try {
      const { json, status } = run()
      return { status, headers, body: JSON.stringify(json) }
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      return this.#error(thrown, now)
    }
  }

  #error({ code, details, headers }: Refused, now: number): Response {
    const own = this.#headers(now)
    return {
      status: statusOf[code] ?? 500,
      headers: { ...own, ...headers },
      body: JSON.stringify({ code, message: `It is ${code}`, details, requestId: own["x-request-id"] ?? "r" })
    }
  }

  #headers(now: number): Record<string, string> {
    this.#count++
    const base = { "content-type": "application/json" }
    if (!this.reading.hasHeaders) return base
    const at = (Math.floor(now / 60_000) + 1) * 60_000
    const reset = {
      UnixSeconds: String(at / 1000),
      UnixMillis: String(at),
      SecondsFromNow: String(Math.ceil((at - now) / 1000)),
      Rfc3339: new Date(at).toISOString()
    }[this.reading.resetUnit]
    return {
      ...base,
      "x-request-id": `req${this.#count}`,
      "x-ratelimit-limit": "300",
      "x-ratelimit-remaining": "299",
      "x-ratelimit-reset": reset
    }
  }

  #team(request: Request): string {
    const token = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? ""
    const team = this.tokens.get(token)
    if (team === undefined) throw new Refused("unauthorized")
    return team
  }

  #thread(id: string, team: string): Thread {
    const thread = this.threads.get(id)
    if (thread === undefined || thread.team !== team) throw new Refused("threadNotFound")
    return thread
  }

  #threadJson(thread: Thread): Json {
    return {
      id: thread.id,
      platform: thread.platform,
      platformId: `t${thread.id}`,
      accountLinkId: `link${thread.id}`,
      profileId: `profile${thread.id}`,
      contactId: null,
      assigneeId: null,
      isRequest: false,
      acceptanceState: "notRequired",
      archived: false,
      unread: false,
      restrictions: [],
      syncing: thread.syncing,
      typingIndicators: "enabled",
      lastMessage: null,
      activity: null,
      createdAt: "2026-01-01T00:00:00.000Z",
      ...(this.reading.hasNews ? { mood: "new" } : {})
    }
  }

  #read({ headers, method, path }: Request): { readonly status: number; readonly json: unknown } {
    const team = this.#team({ headers, method, path, body: "" })
    const url = new URL(`http://v2${path}`)
    if (method !== "GET") throw new Refused("invalidRequest", { issues: [] })
    if (url.pathname === "/team") return { status: 200, json: { id: team, name: "A team", slug: "a-team" } }
    const list = /^\/threads\/([^/]+)\/messages$/.exec(url.pathname)?.[1]
    if (list !== undefined) return { status: 200, json: this.#list(this.#thread(list, team), url.searchParams) }
    const thread = /^\/threads\/([^/]+)$/.exec(url.pathname)?.[1]
    if (thread !== undefined) return { status: 200, json: this.#threadJson(this.#thread(thread, team)) }
    const message = /^\/messages\/([^/]+)$/.exec(url.pathname)?.[1]
    const stored = this.messages.get(message ?? "")
    if (stored?.visible !== true) throw new Refused("messageNotFound")
    return { status: 200, json: stored.message }
  }

  #list(thread: Thread, params: URLSearchParams): Json {
    const limit = Number(params.get("limit") ?? "50")
    if (!(limit >= 1 && limit <= 100))
      throw new Refused("invalidRequest", { issues: [{ path: ["limit"], message: "?" }] })
    const all = [...this.messages.values()]
      .filter(({ message, visible }) => visible && message.threadId === thread.id)
      .map(({ message }) => message)
      .reverse()
    const cursor = params.get("cursor")
    const start = cursor === null ? 0 : all.findIndex(({ id }) => `Opaque/${id}+=` === cursor) + 1
    if (cursor !== null && start === 0) throw new Refused("invalidCursor")
    const data = all.slice(start, start + limit)
    const last = data[data.length - 1]
    return { data, nextCursor: last !== undefined && start + limit < all.length ? `Opaque/${last.id}+=` : null }
  }

  #parse(body: string): Send {
    const invalid = (path: ReadonlyArray<string>) =>
      new Refused("invalidRequest", { issues: [{ path, message: "is invalid" }] })
    let json: unknown
    try {
      json = JSON.parse(body)
    } catch {
      throw invalid([])
    }
    if (!isRecord(json) || !closed(json, ["target", "content", "replyToMessageId"])) throw invalid([])
    const { content, replyToMessageId, target } = json
    if (!isRecord(target) || !closed(target, ["type", "threadId"]) || target.type !== "thread")
      throw invalid(["target"])
    if (typeof target.threadId !== "string" || !idPattern.test(target.threadId)) throw invalid(["target", "threadId"])
    if (typeof content !== "string" || content === "") throw invalid(["content"])
    if (replyToMessageId !== undefined && typeof replyToMessageId !== "string") throw invalid(["replyToMessageId"])
    if (replyToMessageId !== undefined && !idPattern.test(replyToMessageId)) throw invalid(["replyToMessageId"])
    if (this.reading.refusesBlank && content.trim() === "") throw invalid(["content"])
    if ([...content].length > this.reading.maxCharacters) throw new Refused("contentRejected", { detail: "too long" })
    return { threadId: target.threadId, content, replyToMessageId }
  }

  #checkReply({ replyToMessageId, threadId }: Send): void {
    if (replyToMessageId === undefined) return
    if (this.messages.get(replyToMessageId)?.message.threadId === threadId) return
    if (this.reading.unknownReply === "invalidRequest") {
      throw new Refused("invalidRequest", { issues: [{ path: ["replyToMessageId"], message: "is unknown" }] })
    }
    if (this.reading.unknownReply === "unprocessable")
      throw new Refused("capabilityNotSupported", { capability: "message:reply" })
  }

  /** What is under the key, if it is known still. */
  #kept(team: string, key: string | undefined, body: string, now: number): Kept | undefined {
    if (key === undefined) return undefined
    if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new Refused("invalidRequest", { issues: [] })
    const kept = this.keys.get(`${team} ${key}`)
    if (kept === undefined || now >= kept.expiresAt) return undefined
    const isSame = this.reading.sameBody === "Bytes" ? kept.body === body : canonical(kept.body) === canonical(body)
    if (!isSame) throw new Refused("idempotencyKeyReused")
    return kept
  }

  #changed(content: string): string {
    switch (this.reading.changesText) {
      case "Nothing":
        return content
      case "TrimsEnd":
        return content.trimEnd() === "" ? content : content.trimEnd()
      case "Normalizes":
        return content.normalize("NFC")
    }
  }

  #store({ content, replyToMessageId, threadId }: Send, direction: "inbound" | "outbound", now: number): Stored {
    const id = this.reading.ids === "LikeV1" ? idOf() : `msg_${idOf().toUpperCase()}`
    const replied = this.messages.get(replyToMessageId ?? "")?.message
    const isReply = replied?.threadId === threadId
    const message: Message = {
      id,
      threadId,
      accountLinkId: `link${threadId}`,
      platform: this.reading.hasNews && direction === "inbound" ? "twitter" : "twitter",
      platformId: this.reading.platformIdAtOnce || direction === "inbound" ? String(1e15 + this.messages.size) : null,
      direction,
      sentBy: direction === "inbound" ? null : { type: this.reading.hasNews ? "token" : "api", tokenId: "tok1" },
      content: this.#changed(content),
      entities: { urls: [], postShares: [], mentions: [], hashtags: [], cashtags: [], format: [] },
      attachments: [],
      forwarded: null,
      reactions: [],
      editedAt: null,
      deletedAt: null,
      createdAt: new Date(now).toISOString(),
      platformData: { _tag: "twitter", encrypted: false },
      replyTo: isReply
        ? { messageId: replied.id, platformId: replied.platformId, content: replied.content, authorName: null }
        : null,
      ...(this.reading.hasNews ? { importance: "high", entities2: [] } : {})
    }
    const stored: Stored = { message, delivered: true, visible: true }
    this.messages.set(id, stored)
    return stored
  }

  #result({ message }: Stored): Json {
    const thread = this.threads.get(message.threadId)
    return { message: { ...message }, thread: thread === undefined ? null : this.#threadJson(thread) }
  }

  #send(request: Request, now: number): Effect.Effect<Reply> {
    const key = request.headers["idempotency-key"]
    const { body } = request
    this.sends.push({ key, body })
    const fault = this.faults.shift()
    if (fault !== undefined && fault.when === "BeforeAnything") return this.#faulty(fault, undefined, now)
    let team: string
    let send: Send
    let kept: Kept | undefined
    try {
      if (this.reading.firstCheck === "Body") this.#parse(body)
      if (this.reading.firstCheck === "Key") {
        for (const each of new Set(this.tokens.values())) this.#kept(each, key, body, now)
      }
      team = this.#team(request)
      if (this.sends.length > this.#limit) {
        throw new Refused("rateLimited", { window: "minute", limit: 300, resetAt: "" }, { "retry-after": "30" })
      }
      kept = this.#kept(team, key, body, now)
      if (kept?.state === "Running") throw new Refused("sendInProgress", { messageId: kept.messageId })
      if (kept?.reply !== undefined) return Effect.succeed(this.#replay(kept))
      send = this.#parse(body)
      const thread = this.#thread(send.threadId, team)
      if (thread.platform === "locked") throw new Refused("threadRestricted", { capability: "message:send" })
      this.#checkReply(send)
    } catch (thrown) {
      if (!(thrown instanceof Refused)) throw thrown
      const reply = this.#error(thrown, now)
      const isKept =
        reply.status < 500 && ![401, 409, 429].includes(reply.status) && thrown.code !== "idempotencyKeyReused"
      if (this.reading.refusalConsumesKey && isKept && key !== undefined) this.#keep("team1", key, body, now, reply)
      return Effect.succeed(reply)
    }
    return this.#process(team, key, body, send, fault, now)
  }

  #keep(team: string, key: string, body: string, now: number, reply: Response | undefined, messageId = ""): Kept {
    const kept: Kept = {
      body,
      expiresAt: now + this.reading.keyLifetime,
      state: reply === undefined ? "Running" : "Done",
      reply,
      messageId
    }
    this.keys.set(`${team} ${key}`, kept)
    return kept
  }

  #replay(kept: Kept): Response {
    const { messageId, reply } = kept
    const stored = this.messages.get(messageId)
    const now = reply as Response
    return now.status === 201 && stored !== undefined
      ? {
          ...now,
          status: 200,
          body: this.reading.replayShows === "AsItIs" ? JSON.stringify(this.#result(stored)) : now.body
        }
      : now
  }

  #process(
    team: string,
    key: string | undefined,
    body: string,
    send: Send,
    fault: Fault | undefined,
    now: number
  ): Effect.Effect<Reply> {
    if (fault !== undefined && fault.when === "BeforeStoring") {
      const failed = this.#error(new Refused(fault.code ?? "internal", fault.details ?? null), now)
      if (this.reading.failureConsumesKey && key !== undefined && failed.status >= 500) {
        this.#keep(team, key, body, now, failed)
      }
      return this.#faulty(fault, failed, now)
    }
    const stored = this.#store(send, "outbound", now)
    const success: Response = { status: 201, headers: this.#headers(now), body: JSON.stringify(this.#result(stored)) }
    if (fault?.when === "Unconfirmed") {
      return this.#unconfirmed(team, key, body, stored, fault, success, now)
    }
    if (key !== undefined) this.#keep(team, key, body, now, success, stored.message.id)
    if (fault === undefined) return Effect.succeed(success)
    if (fault.when === "Slow") {
      const kept = key === undefined ? undefined : this.keys.get(`${team} ${key}`)
      if (kept !== undefined) kept.state = "Running"
      return Effect.as(
        Effect.zipRight(
          Effect.sleep(fault.millis ?? 1_000),
          Effect.sync(() => {
            if (kept !== undefined) kept.state = "Done"
          })
        ).pipe(
          Effect.forkDaemon,
          Effect.flatMap((fiber) => fiber.await)
        ),
        success
      )
    }
    return this.#faulty(fault, afterStoring(fault, success), now)
  }

  #unconfirmed(
    team: string,
    key: string | undefined,
    body: string,
    stored: Stored,
    fault: Fault,
    success: Response,
    now: number
  ): Effect.Effect<Reply> {
    stored.delivered = fault.delivered ?? false
    stored.visible = this.reading.unconfirmed !== "Hidden"
    const platformId = stored.message.platformId
    if (this.reading.unconfirmed === "WithoutPlatformId") stored.message.platformId = null
    const error = this.#error(new Refused("sendUnconfirmed", { messageId: stored.message.id }), now)
    const again = { SameError: error, Message: success, SendsAgain: undefined }[this.reading.afterUnconfirmed]
    if (key !== undefined && again !== undefined) this.#keep(team, key, body, now, again, stored.message.id)
    const settled = Effect.sync(() => {
      stored.visible = true
      stored.delivered = true
      stored.message.platformId = platformId
    })
    const later =
      fault.confirmedAfter === undefined
        ? Effect.void
        : Effect.forkDaemon(Effect.zipRight(Effect.sleep(fault.confirmedAfter), settled))
    return Effect.zipRight(later, this.#faulty(fault, error, now))
  }

  #faulty(fault: Fault, reply: Response | undefined, now: number): Effect.Effect<Reply> {
    switch (fault.how) {
      case "Reset":
        return Effect.succeed("Reset")
      case "Hang":
        return Effect.never
      case "Answer":
        return Effect.succeed(
          reply ?? this.#error(new Refused(fault.code ?? "internal", fault.details ?? null, fault.headers ?? {}), now)
        )
    }
  }
}

const canonical = (body: string): string => {
  const sorted = (value: unknown): unknown =>
    isRecord(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])])
        )
      : value
  try {
    return JSON.stringify(sorted(JSON.parse(body)))
  } catch {
    return body
  }
}
