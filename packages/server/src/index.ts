/**
 * A strict HTTP server of the Inbox API's contract around two effects: one that sends, one that lists.
 *
 * @since 0.1.0
 */

/**
 * Answers as they travel.
 *
 * @since 0.1.0
 */
export * as Answer from "./Answer.js"

/**
 * Bodies of requests, read strictly.
 *
 * @since 0.1.0
 */
export * as Body from "./Body.js"

/**
 * The contract's reading of a request, whatever carries it.
 *
 * @since 0.1.0
 */
export * as Contract from "./Contract.js"

/**
 * Combinators that go on at once where a result is known already.
 *
 * @since 0.1.0
 */
export * as Eager from "./Eager.js"

/**
 * Requests while they are handled, as hooks see them.
 *
 * @since 0.1.0
 */
export * as Exchange from "./Exchange.js"

/**
 * Rate limits and their headers.
 *
 * @since 0.1.0
 */
export * as RateLimit from "./RateLimit.js"

/**
 * Refusals in the vendor's envelope.
 *
 * @since 0.1.0
 */
export * as Refusal from "./Refusal.js"

/**
 * Messages that have just been sent.
 *
 * @since 0.1.0
 */
export * as Sent from "./Sent.js"
export * as Server from "./Server.js"

/**
 * The reason why a server could not start.
 *
 * @since 0.1.0
 */
export * as ServerError from "./ServerError.js"

/**
 * A fixed set of tokens.
 *
 * @since 0.1.0
 */
export * as Tokens from "./Tokens.js"
