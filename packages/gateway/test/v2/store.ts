/**
 * Teams, threads and messages of the simulated API v2, and the requests that read them.
 */
import { randomBytes } from "node:crypto"
import type { Reading } from "./readings.js"
import { invalid, type Json, Refused, type Request } from "./wire.js"

export interface Message extends Json {
  id: string
  threadId: string
  content: string
  createdAt: string
  platformId: string | null
}

export interface Stored {
  message: Message
  /** True if the platform has it. */
  delivered: boolean
  visible: boolean
}

export interface Thread {
  readonly id: string
  readonly team: string
  readonly platform: string
  syncing: boolean
}

/** A send as it was read. */
export interface Send {
  readonly threadId: string
  readonly content: string
  readonly replyToMessageId: string | undefined
}

const idOf = () => `c${randomBytes(12).toString("hex").slice(0, 23)}`

const noEntities = { urls: [], postShares: [], mentions: [], hashtags: [], cashtags: [], format: [] }

export class Store {
  readonly threads = new Map<string, Thread>()
  readonly messages = new Map<string, Stored>()
  /** The teams by their tokens. */
  readonly tokens: Map<string, string>
  readonly #reading: Reading

  constructor(
    reading: Reading,
    tokens: Readonly<Record<string, string>>,
    threads: ReadonlyArray<{ readonly id: string; readonly team: string; readonly platform?: string }>
  ) {
    this.#reading = reading
    this.tokens = new Map(Object.entries(tokens))
    for (const { id, platform, team } of threads) {
      this.threads.set(id, { id, team, platform: platform ?? "twitter", syncing: false })
      this.add({ threadId: id, content: "Hi, is this still available?", replyToMessageId: undefined }, "inbound", 0)
    }
  }

  team({ headers }: Pick<Request, "headers">): string {
    const token = /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? "")?.[1] ?? ""
    const team = this.tokens.get(token)
    if (team === undefined) throw new Refused("unauthorized")
    return team
  }

  thread(id: string, team: string): Thread {
    const thread = this.threads.get(id)
    if (thread?.team !== team || !this.#reading.knowsThreadsOfV1) throw new Refused("threadNotFound")
    return thread
  }

  /** Outbound messages of a thread that the platform has. */
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

  #changed(content: string): string {
    switch (this.#reading.changesText) {
      case "Nothing":
        return content
      case "TrimsEnd":
        return content.trimEnd() === "" ? content : content.trimEnd()
      case "Normalizes":
        return content.normalize("NFC")
    }
  }

  add({ content, replyToMessageId, threadId }: Send, direction: "inbound" | "outbound", now: number): Stored {
    const { hasNews, ids, platformIdAtOnce } = this.#reading
    const id = ids === "LikeV1" ? idOf() : `msg_${idOf().toUpperCase()}`
    const replied = this.messages.get(replyToMessageId ?? "")?.message
    const isReply = replied?.threadId === threadId
    const message: Message = {
      id,
      threadId,
      accountLinkId: `link${threadId}`,
      platform: "twitter",
      platformId: platformIdAtOnce || direction === "inbound" ? String(1e15 + this.messages.size) : null,
      direction,
      sentBy: direction === "inbound" ? null : { type: hasNews ? "token" : "api", tokenId: "tok1" },
      content: this.#changed(content),
      entities: hasNews ? { ...noEntities, emojis: [] } : noEntities,
      attachments: hasNews ? [{ kind: "hologram", index: 0 }] : [],
      forwarded: null,
      reactions: [],
      editedAt: null,
      deletedAt: null,
      createdAt: new Date(now).toISOString(),
      platformData: hasNews
        ? { _tag: "twitter", encrypted: false, community: "c1" }
        : { _tag: "twitter", encrypted: false },
      replyTo: isReply
        ? { messageId: replied.id, platformId: replied.platformId, content: replied.content, authorName: null }
        : null,
      ...(hasNews ? { importance: "high" } : {})
    }
    const stored: Stored = { message, delivered: true, visible: true }
    this.messages.set(id, stored)
    return stored
  }

  threadJson(thread: Thread): Json {
    return {
      id: thread.id,
      platform: thread.platform,
      platformId: `t${thread.id}`,
      accountLinkId: `link${thread.id}`,
      profileId: `profile${thread.id}`,
      contactId: null,
      assigneeId: null,
      isRequest: false,
      acceptanceState: this.#reading.hasNews ? "perhaps" : "notRequired",
      archived: false,
      unread: false,
      restrictions: [],
      syncing: thread.syncing,
      typingIndicators: "enabled",
      lastMessage: null,
      activity: null,
      createdAt: "2026-01-01T00:00:00.000Z",
      ...(this.#reading.hasNews ? { mood: "new" } : {})
    }
  }

  /** The answer to a send: the message, and the thread that it landed in. */
  result({ message }: Stored): Json {
    const thread = this.threads.get(message.threadId)
    return { message: { ...message }, thread: thread === undefined ? null : this.threadJson(thread) }
  }

  /** Answers a `GET`. */
  read(request: Request): Json {
    const team = this.team(request)
    const { pathname, searchParams } = new URL(`http://v2${request.path}`)
    if (request.method !== "GET") throw invalid()
    if (pathname === "/team") {
      return { id: this.#reading.ids === "LikeV1" ? team : `team_${team}`, name: "A team", slug: "a-team" }
    }
    const list = /^\/threads\/([^/]+)\/messages$/.exec(pathname)?.[1]
    if (list !== undefined) return this.#list(this.thread(list, team), searchParams)
    const thread = /^\/threads\/([^/]+)$/.exec(pathname)?.[1]
    if (thread !== undefined) return this.threadJson(this.thread(thread, team))
    const stored = this.messages.get(/^\/messages\/([^/]+)$/.exec(pathname)?.[1] ?? "")
    if (stored?.visible !== true) throw new Refused("messageNotFound")
    return stored.message
  }

  #list(thread: Thread, params: URLSearchParams): Json {
    const limit = Number(params.get("limit") ?? "50")
    if (!(limit >= 1 && limit <= 100)) throw invalid("limit")
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
}
