import { Refusal, Sent, Server, Tokens } from "@inbox-effect/server"
import { Effect, Redacted } from "effect"

export const ServerLive = Server.layer({
  authenticate: Tokens.make([[Redacted.make("secret"), "team1"]]).authenticate,
  send: ({ caller, content, threadId }) =>
    threadId === "t1"
      ? Effect.succeed(Sent.make({ teamId: caller, threadId, authorId: "author1", content }))
      : Refusal.threadNotFound(),
  list: ({ caller, threadId }) =>
    Effect.succeed({ teamId: caller, threadId, messages: [], nextCursor: null, isSyncing: false })
})
