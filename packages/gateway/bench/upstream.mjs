// API v2 at as little cost as possible: it keeps nothing, and answers every send with a new message.
import { createServer } from "node:http"

let count = 0

const message = (content, threadId) => ({
  id: `m${(++count).toString(36)}`,
  threadId,
  accountLinkId: "link1",
  platform: "twitter",
  platformId: "1234567890",
  direction: "outbound",
  sentBy: { type: "api", tokenId: "token1" },
  content,
  entities: { urls: [], postShares: [], mentions: [], hashtags: [], cashtags: [], format: [] },
  attachments: [],
  forwarded: null,
  reactions: [],
  editedAt: null,
  deletedAt: null,
  createdAt: new Date().toISOString(),
  platformData: { _tag: "twitter", encrypted: false },
  replyTo: null
})

const thread = { id: "thread1", platform: "twitter", profileId: "profile1", syncing: false }

const server = createServer((incoming, outgoing) => {
  const chunks = []
  incoming.on("data", (chunk) => chunks.push(chunk))
  incoming.on("end", () => {
    const answer = () => {
      if (incoming.method === "GET") return incoming.url.endsWith("/team") ? { id: "team1" } : thread
      const { content, target } = JSON.parse(Buffer.concat(chunks).toString())
      return { message: message(content, target?.threadId ?? "thread1"), thread }
    }
    const body = JSON.stringify(answer())
    outgoing.writeHead(incoming.method === "GET" ? 200 : 201, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body)
    })
    outgoing.end(body)
  })
})

server.listen(0, "127.0.0.1", () => process.send(server.address().port))
