/**
 * Sends messages of the Inbox API once, on many machines and through crashes.
 *
 * @since 0.1.0
 */

/**
 * Why a ledger or an outbox cannot say yet what became of a message.
 *
 * @since 0.1.0
 */
export * as DurableError from "./DurableError.js"

/**
 * Messages that are entered in the transaction of an application, and sent by an engine.
 *
 * @since 0.1.0
 */
export * as Outbox from "./Outbox.js"
/**
 * The database of an outbox: a PostgreSQL or an SQLite file.
 *
 * @since 0.1.0
 */
export * as OutboxDatabase from "./OutboxDatabase.js"

/**
 * The engine of an outbox, on one machine or on many.
 *
 * @since 0.1.0
 */
export * as OutboxEngine from "./OutboxEngine.js"
/**
 * The metrics of an outbox, as Effect's own.
 *
 * @since 0.1.0
 */
export * as OutboxMetrics from "./OutboxMetrics.js"
/**
 * A worker of an outbox, with a page for people.
 *
 * @since 0.1.0
 */
export * as OutboxWorker from "./OutboxWorker.js"
/**
 * The end of a message: what became of it, as data.
 *
 * @since 0.1.0
 */
export * as Outcome from "./Outcome.js"

/**
 * A ledger of sends, which sends each message at most once.
 *
 * @since 0.1.0
 */
export * as SendLedger from "./SendLedger.js"

/**
 * The tables of ledger and outbox.
 *
 * @since 0.1.0
 */
export * as Tables from "./Tables.js"
