/**
 * A plain node:http server that does the work of a sandbox by hand: checks the token by its SHA-256, reads the body
 * strictly, checks the message, stores it in SQLite (those of one turn of the event loop in one transaction), keeps the
 * traffic, counts the requests of the last minute, and answers with all 21 keys.
 */
import { createHash, randomBytes } from "node:crypto"
import * as Http from "node:http"
import Database from "libsql"

const teams = new Map([[createHash("sha256").update("sandbox-token").digest("hex"), "team1"]])
const threads = new Set(["sandboxthread00000000001", "sandboxthread00000000002"])
const database = new Database(":memory:")
database.exec(`CREATE TABLE messages (sequence INTEGER PRIMARY KEY, id TEXT UNIQUE, thread_id TEXT, team_id TEXT, platform TEXT, user_id TEXT, platform_id TEXT, content TEXT, campaign_id TEXT, author_id TEXT, origin TEXT, reply_data TEXT, forward_data TEXT, entities TEXT, attachment TEXT, reactions TEXT, is_encrypted INTEGER, is_edited INTEGER, created_at INTEGER);
  CREATE INDEX by_thread ON messages (thread_id, sequence)`)
const begin = database.prepare("BEGIN")
const commit = database.prepare("COMMIT")
const insert = database.prepare(`INSERT INTO messages (
    id, thread_id, team_id, platform, user_id, platform_id, content, campaign_id, author_id,
    origin, reply_data, forward_data, entities, attachment, reactions, is_encrypted, is_edited, created_at
  ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
const find = database.prepare("SELECT id, content FROM messages WHERE id = ? AND thread_id = ?")

const valuesOf = (message) => [
  message.id,
  message.threadId,
  message.teamId,
  message.platform,
  message.userId,
  message.platformId,
  message.content,
  message.campaignId,
  message.authorId,
  message.origin,
  JSON.stringify(message.replyData),
  JSON.stringify(message.forwardData),
  JSON.stringify(message.entities),
  JSON.stringify(message.attachment),
  JSON.stringify(message.reactions),
  Number(message.isEncrypted),
  Number(message.isEdited),
  Date.parse(message.createdAt)
]

let waiting = []
const flush = () => {
  const batch = waiting
  waiting = []
  begin.run()
  for (const { message } of batch) {
    insert.run(valuesOf(message))
  }
  commit.run()
  for (const { done } of batch) done()
}
const store = (message, done) => {
  waiting.push({ message, done })
  if (waiting.length === 1) setImmediate(flush)
}

const traffic = []
const record = (entry) => {
  traffic.push(entry)
  if (traffic.length > 2_000) traffic.splice(0, 1_000)
}

const instants = []
let first = 0
const take = (now) => {
  instants.push(now)
  while (instants[first] <= now - 60_000) first++
  return Math.max(0, 300 - (instants.length - first))
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const makeId = () => randomBytes(12).toString("hex")

const answer = (request, response, body, status, value) => {
  const text = JSON.stringify(value)
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-request-id": makeId(),
    "x-ratelimit-limit": "300",
    "x-ratelimit-remaining": String(take(Date.now())),
    "x-ratelimit-reset": String(Math.ceil(Date.now() / 1_000) + 60),
    ...(status === 401 ? { "www-authenticate": "Bearer" } : {})
  }
  const kept = request.rawHeaders.map((each, index) => (index % 2 === 1 && /^bearer /i.test(each) ? "Bearer …" : each))
  record({
    at: Date.now(),
    url: request.url,
    headers: kept,
    body: Buffer.from(body),
    status,
    answer: Buffer.from(text)
  })
  response.writeHead(status, headers)
  response.end(text)
}

const refuse = (request, response, body, status, code, message) =>
  answer(request, response, body, status, { error: { code, message, status } })

const handle = (request, response, body) => {
  const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? ""
  const teamId = teams.get(createHash("sha256").update(token).digest("hex"))
  if (teamId === undefined) return refuse(request, response, body, 401, "UNAUTHORIZED", "The token is not known here")
  const threadId = /^\/api\/v1\/threads\/([0-9a-z]+)\/messages$/.exec(request.url)?.[1]
  if (threadId === undefined || !threads.has(threadId)) {
    return refuse(request, response, body, 404, "THREAD_NOT_FOUND", "There is no such thread")
  }
  if (!/^application\/json[\t ]*(?:;|$)/i.test(request.headers["content-type"] ?? "")) {
    return refuse(request, response, body, 415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type must be application/json")
  }
  let payload
  try {
    payload = JSON.parse(utf8.decode(body))
  } catch {
    return refuse(request, response, body, 400, "BAD_REQUEST", "The body is not JSON in UTF-8")
  }
  const { content, replyToMessageId } = payload ?? {}
  if (typeof content !== "string" || content === "" || /[\0\ud800-\udfff]/u.test(content)) {
    return refuse(request, response, body, 422, "VALIDATION_ERROR", "content must be a string")
  }
  const replied = replyToMessageId === undefined ? null : find.get(replyToMessageId, threadId)
  if (replied === undefined)
    return refuse(request, response, body, 422, "MESSAGE_NOT_FOUND", "There is no such message")
  const message = {
    platform: "twitter",
    teamId,
    threadId,
    id: makeId(),
    userId: null,
    createdAt: new Date().toISOString(),
    updatedAt: null,
    platformId: null,
    content,
    campaignId: null,
    authorId: "author1",
    origin: "api",
    replyData: replied,
    forwardData: null,
    entities: null,
    attachment: null,
    reactions: [],
    isEncrypted: false,
    isEdited: false,
    deletedAt: null,
    platformDeletedAt: null
  }
  store(message, () => answer(request, response, body, 200, message))
}

const server = Http.createServer((request, response) => {
  const chunks = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => handle(request, response, Buffer.concat(chunks)))
})

server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`Inbox sandbox on http://127.0.0.1:${server.address().port}/api/v1\n\nCtrl-C ends it.\n`)
)
