/**
 * The request that sends a message: where it goes (path) and what it says (payload).
 *
 * @example
 * ```ts
 * import { SendMessage } from "@inbox-effect/client"
 * import { Schema } from "effect"
 *
 * export const isSendable = Schema.is(SendMessage.SendMessage)
 *
 * export const answer = isSendable({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { InboxId } from "./Identifier.js"

/**
 * The path parameters of the endpoint: the thread to send in.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Path = Schema.Struct({
  /** Id of the thread to send in: lower-case letters and digits. */
  threadId: InboxId
})

/**
 * Decoded path parameters.
 *
 * @since 0.1.0
 * @category models
 */
export interface Path extends Schema.Schema.Type<typeof Path> {}

/**
 * The JSON body of the endpoint. `content` has at least one character and no documented maximum; `replyToMessageId` may
 * be absent, not `null`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Payload = Schema.Struct({
  /** Text of the message: at least one character. */
  content: Schema.String.pipe(
    // The whole JSON Schema is spelled out, so that what is generated says the length and nothing else.
    Schema.minLength(1, { title: "Content", jsonSchema: { type: "string", minLength: 1 } })
  ),
  /** Id of the message of the same thread that this one replies to. */
  replyToMessageId: Schema.optionalWith(InboxId, { exact: true }).annotations({
    description: "The ID of the message to reply to."
  })
})

/**
 * Decoded body of the request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Payload extends Schema.Schema.Type<typeof Payload> {}

/**
 * Path and payload in one: what a caller has to say to send a message.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SendMessage = Schema.Struct({
  ...Path.fields,
  ...Payload.fields
}).annotations({ identifier: "SendMessage" })

/**
 * A request, decoded.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendMessage extends Schema.Schema.Type<typeof SendMessage> {}
