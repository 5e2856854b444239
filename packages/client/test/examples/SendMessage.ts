import { SendMessage } from "@inbox-effect/client"
import { Schema } from "effect"

export const isSendable = Schema.is(SendMessage.SendMessage)

export const answer = isSendable({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
