/**
 * The ledger of a send: one entry for each attempt that was made.
 *
 * @since 0.1.0
 */
export * as Attempt from "./Attempt.js"
/**
 * Sources of a token that rotates.
 *
 * @since 0.1.0
 */
export * as Credentials from "./Credentials.js"
/**
 * Deliveries: the knowledge about a message once sending it has failed.
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
 * The endpoint that lists what a thread holds.
 *
 * @since 0.1.0
 */
export * as ListMessages from "./ListMessages.js"
/**
 * The message that a successful send answers with.
 *
 * @since 0.1.0
 */
export * as Message from "./Message.js"
/**
 * Metadata of an answer: all that it says besides the message.
 *
 * @since 0.1.0
 */
export * as Metadata from "./Metadata.js"
/**
 * Counts and measurements of the client.
 *
 * @since 0.1.0
 */
export * as Metrics from "./Metrics.js"
/**
 * Rate limits, as a server reports them.
 *
 * @since 0.1.0
 */
export * as RateLimit from "./RateLimit.js"
/**
 * Keeps sends within the rate limits by delaying them.
 *
 * @since 0.1.0
 */
export * as RateLimiter from "./RateLimiter.js"
/**
 * Messages as servers really answer with them, and where they differ from the document.
 *
 * @since 0.1.0
 */
export * as ReceivedMessage from "./ReceivedMessage.js"
/**
 * Finds out about a send whose delivery is unknown.
 *
 * @since 0.1.0
 */
export * as Reconcile from "./Reconcile.js"
/**
 * When a failed send is tried again.
 *
 * @since 0.1.0
 */
export * as RetryPolicy from "./RetryPolicy.js"
/**
 * Instants as RFC 3339 spells them.
 *
 * @since 0.1.0
 */
export * as Rfc3339 from "./Rfc3339.js"
/**
 * Sends a stream of requests, and tells of each what became of it.
 *
 * @since 0.1.0
 */
export * as SendAll from "./SendAll.js"
/**
 * The request that sends a message.
 *
 * @since 0.1.0
 */
export * as SendMessage from "./SendMessage.js"
/**
 * A bound on when a request may leave.
 *
 * @since 0.1.0
 */
export * as StartWithin from "./StartWithin.js"
/**
 * The end of an API, as a server announces it.
 *
 * @since 0.1.0
 */
export * as Sunset from "./Sunset.js"
