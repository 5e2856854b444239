/**
 * The error answers of the Inbox API as they travel.
 *
 * @since 0.1.0
 */
export * as ErrorResponse from "./ErrorResponse.js"
/**
 * Identifiers of the Inbox API.
 *
 * @since 0.1.0
 */
export * as Identifier from "./Identifier.js"
/**
 * The contract as one `HttpApi`.
 *
 * @since 0.1.0
 */
export * as InboxApi from "./InboxApi.js"
/**
 * The message that a successful send answers with.
 *
 * @since 0.1.0
 */
export * as Message from "./Message.js"
/**
 * Instants as RFC 3339 spells them.
 *
 * @since 0.1.0
 */
export * as Rfc3339 from "./Rfc3339.js"
/**
 * The request that sends a message.
 *
 * @since 0.1.0
 */
export * as SendMessage from "./SendMessage.js"
