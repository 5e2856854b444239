/**
 * What is known about a message once sending it has failed.
 *
 * @since 0.1.0
 */
export * as Delivery from "./Delivery.js"
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
 * The client: sends a message once, and says what happened to it.
 *
 * @since 0.1.0
 */
export * as InboxClient from "./InboxClient.js"
/**
 * Why a send failed, and what that means for the message.
 *
 * @since 0.1.0
 */
export * as InboxError from "./InboxError.js"
/**
 * The message that a successful send answers with.
 *
 * @since 0.1.0
 */
export * as Message from "./Message.js"
/**
 * What a server says about its rate limits.
 *
 * @since 0.1.0
 */
export * as RateLimit from "./RateLimit.js"
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
