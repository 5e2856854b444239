/**
 * The body of a send in API v2: a closed object, so nothing but these keys goes out.
 */
import { InboxId } from "@inbox-effect/client/Identifier"
import type { SendMessage } from "@inbox-effect/client/SendMessage"
import { Payload } from "@inbox-effect/client/SendMessage"
import * as Schema from "effect/Schema"

/** The body: where the message goes, and what it says. */
export const SendRequest = Schema.Struct({
  target: Schema.Struct({ type: Schema.Literal("thread"), threadId: InboxId }),
  ...Payload.fields
})

const encode = Schema.encodeSync(Schema.parseJson(SendRequest), { onExcessProperty: "error" })

/** The bytes of a send. Every attempt at it sends this one text. */
export const toBody = ({ content, replyToMessageId, threadId }: SendMessage): string =>
  encode({
    target: { type: "thread", threadId },
    content,
    ...(replyToMessageId === undefined ? {} : { replyToMessageId })
  })
