/**
 * The Inbox API's v1 contract on top of API v2.
 *
 * @since 0.1.0
 */

/**
 * The gateway: takes requests of API v1, and answers them from API v2.
 *
 * @since 0.1.0
 */
export * as Gateway from "./Gateway.js"
/**
 * The gateway as a server.
 *
 * @since 0.1.0
 */
export * as GatewayServer from "./GatewayServer.js"
/**
 * The journal: sends under way, and the messages behind callers' keys, on disk.
 *
 * @since 0.1.0
 */
export * as Journal from "./Journal.js"
/**
 * The correspondence of API v1 and API v2, as data.
 *
 * @since 0.1.0
 */
export * as Mapping from "./Mapping.js"
