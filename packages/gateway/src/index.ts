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
 * What is under way, and what callers' keys stand for, on disk.
 *
 * @since 0.1.0
 */
export * as Journal from "./Journal.js"
/**
 * How API v1 and API v2 correspond, as data.
 *
 * @since 0.1.0
 */
export * as Mapping from "./Mapping.js"
