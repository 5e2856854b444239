import { Message } from "@inbox-effect/client"
import { Effect, Schema } from "effect"

export const read = (json: string) =>
  Effect.map(Schema.decodeUnknown(Schema.parseJson(Message.Message))(json), (message) => message.content)
