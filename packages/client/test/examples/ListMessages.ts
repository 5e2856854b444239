import { ListMessages } from "@inbox-effect/client"
import { Schema } from "effect"

export const read = Schema.decodeUnknown(Schema.parseJson(ListMessages.Page))
