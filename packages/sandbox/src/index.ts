/**
 * A server that implements the Inbox API on this machine, to develop and test against.
 *
 * @since 0.1.0
 */

/**
 * Faults that a sandbox makes when it is told to.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.js"
/**
 * The inspector: threads, messages, traffic and faults.
 *
 * @since 0.1.0
 */
export * as Inspector from "./Inspector.js"
export * as Sandbox from "./Sandbox.js"

/**
 * Why a sandbox could not start.
 *
 * @since 0.1.0
 */
export * as SandboxError from "./SandboxError.js"

/**
 * Teams, tokens, threads and messages in a SQL database.
 *
 * @since 0.1.0
 */
export * as Storage from "./Storage.js"
