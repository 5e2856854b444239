import { Identifier } from "@inbox-effect/client"
import { Schema } from "effect"

export const isId = Schema.is(Identifier.InboxId)

export const answers = [isId("l44e15irdq4db30i77cgphhx"), isId("not-an-id")]
