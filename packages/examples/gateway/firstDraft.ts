import { randomUUID } from "node:crypto"
import * as Http from "node:http"
import type { Settings } from "./settings.js"

/** The first draft of the gateway: it passed every test that its author had thought of, and breaks the contract. */
export const firstDraft = ({ threads, token }: Settings): Http.Server =>
  Http.createServer((request, response) => {
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    }

    const send = (text: string) => {
      if (!request.headers.authorization?.includes(token)) return answer(401, { error: "Unauthorized" })
      const threadId = request.url?.split("/")[4] ?? ""
      if (!threads.includes(threadId)) return answer(404, { error: "No such thread" })
      const { content, replyToMessageId } = JSON.parse(text)
      if (!content.trim()) return answer(422, { error: "content is required" })
      answer(200, {
        platform: "twitter",
        teamId: "acme",
        threadId,
        id: randomUUID(),
        userId: null,
        createdAt: new Date().toISOString(),
        updatedAt: null,
        platformId: null,
        content: content.trim(),
        campaignId: null,
        authorId: "acme",
        origin: "api",
        replyData: replyToMessageId ? { id: replyToMessageId } : null,
        forwardData: null,
        entities: [],
        attachment: null,
        reactions: [],
        isEdited: false
      })
    }

    let text = ""
    request.on("data", (chunk) => {
      text += chunk
    })
    request.on("end", () => {
      try {
        send(text)
      } catch (error) {
        answer(500, { error: String(error) })
      }
    })
  })
