import * as Fetch from "@inbox-effect/client/fetch"
import { InboxClient } from "@inbox-effect/client/InboxClient"
import * as Effect from "effect/Effect"

const program = Effect.flatMap(InboxClient, (inbox) =>
  inbox.sendMessage({ threadId: "sandboxthread00000000001", content: "On my way" })
)

export const main = Effect.provide(program, Fetch.layerInboxConfig({ timeout: "1 minute" }))
