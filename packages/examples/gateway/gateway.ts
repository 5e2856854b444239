import { createHash, randomInt, timingSafeEqual } from "node:crypto"
import * as Http from "node:http"
import type { Settings } from "./settings.js"

const path = /^\/api\/v1\/threads\/([^/?]+)\/messages$/

const id = /^[0-9a-z]+$/

const maxBytes = 1024 * 1024

class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

interface Message {
  readonly id: string
  readonly threadId: string
  readonly createdAt: string
  readonly content: string
  readonly replyTo: Message | undefined
}

/** The gateway as it conforms: `node:http` and nothing else, no code shared with the sandbox or the kit. */
export const gateway = ({ threads, token }: Settings): Http.Server => {
  const messages = new Map<string, Message>()
  const expected = digest(token)
  let latest = 0

  const authenticate = (header = "") => {
    const given = /^bearer +(\S+)$/i.exec(header)?.[1] ?? ""
    if (!timingSafeEqual(digest(given), expected)) throw new Refusal(401, "UNAUTHORIZED", "The token is not known")
  }

  const threadOf = (request: Http.IncomingMessage): string => {
    const segment = path.exec((request.url ?? "").replace(/\?.*$/, ""))?.[1]
    if (segment === undefined) throw new Refusal(404, "NOT_FOUND", "There is nothing at this path")
    if (request.method !== "POST") throw new Refusal(405, "METHOD_NOT_ALLOWED", "Messages are sent with POST")
    if (!id.test(segment)) throw new Refusal(400, "BAD_REQUEST", "threadId has other characters than 0-9 and a-z")
    if (!threads.includes(segment)) throw new Refusal(404, "THREAD_NOT_FOUND", "There is no such thread")
    return segment
  }

  const append = (threadId: string, { content, replyToMessageId }: Record<string, unknown>): Message => {
    if (typeof content !== "string" || content === "") throw invalid("content has to be a text that is not empty")
    let replyTo: Message | undefined
    if (replyToMessageId !== undefined) {
      if (typeof replyToMessageId !== "string" || !id.test(replyToMessageId)) {
        throw invalid("replyToMessageId has other characters than 0-9 and a-z")
      }
      replyTo = messages.get(replyToMessageId)
      if (replyTo?.threadId !== threadId) throw invalid("replyToMessageId names no message of the thread")
    }
    latest = Math.max(latest, Date.now())
    const message = { id: newId(), threadId, createdAt: new Date(latest).toISOString(), content, replyTo }
    messages.set(message.id, message)
    return message
  }

  const send = async (request: Http.IncomingMessage): Promise<Message> => {
    // The body is taken to its end before anything is refused: a connection that stays in use must not hold half of it.
    const bytes = await bodyOf(request)
    authenticate(request.headers.authorization)
    const threadId = threadOf(request)
    if (bytes === undefined) throw new Refusal(413, "PAYLOAD_TOO_LARGE", "The body is larger than 1 MiB")
    return append(threadId, objectOf(request.headers["content-type"], bytes))
  }

  return Http.createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      const asked = status === 401 ? { "www-authenticate": "Bearer" } : status === 405 ? { allow: "POST" } : {}
      response.writeHead(status, { "content-type": "application/json", ...asked }).end(JSON.stringify(body))
    }
    send(request).then(
      (message) => answer(200, documented(message)),
      (error) => {
        const { code, message, status } =
          error instanceof Refusal ? error : new Refusal(500, "INTERNAL_ERROR", "The gateway failed")
        answer(status, { error: { code, message, status } })
      }
    )
  })
}

const invalid = (message: string) => new Refusal(422, "VALIDATION_ERROR", message)

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

const newId = (): string => Array.from({ length: 24 }, () => randomInt(36).toString(36)).join("")

/** Bytes, not text: a character may be cut in two by the pieces in which a body arrives. */
const bodyOf = async (request: Http.IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size <= maxBytes) chunks.push(chunk)
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined
}

const objectOf = (type = "", bytes: Buffer): Record<string, unknown> => {
  if (!/^application\/json *(;.*)?$/i.test(type)) {
    throw new Refusal(415, "UNSUPPORTED_MEDIA_TYPE", "The body has to be application/json")
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    throw new Refusal(400, "BAD_REQUEST", "The body is not JSON in UTF-8")
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("The body is not an object")
  return value as Record<string, unknown>
}

/** All 21 keys: those that may be null are there all the same. */
const documented = ({ content, createdAt, id, replyTo, threadId }: Message) => ({
  platform: "twitter",
  teamId: "acme",
  threadId,
  id,
  userId: null,
  createdAt,
  updatedAt: null,
  platformId: null,
  content,
  campaignId: null,
  authorId: "acme",
  origin: "api",
  replyData: replyTo === undefined ? null : { id: replyTo.id, content: replyTo.content },
  forwardData: null,
  entities: [],
  attachment: null,
  reactions: [],
  isEncrypted: null,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
})
