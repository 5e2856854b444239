/**
 * Finding out about a send, for code without Effect.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import type * as Reconcile from "../../Reconcile.js"
import type { Aborted, Closed, Unexpected } from "./errors.js"
import type { Signal } from "./options.js"

/**
 * When a send happened, by the clock of the sender. What `sendAll` tells has this as JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window {
  /** Not after the first attempt began: a date, milliseconds since the Unix epoch, or a text as `Date` understands it. */
  readonly from: Date | number | string
  /** Not before the last attempt ended, likewise. */
  readonly until: Date | number | string
}

/**
 * Options of one question.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReconcileOptions {
  /** Ids of messages that are known to come from other sends: they do not count. */
  readonly except?: ReadonlyArray<string> | undefined
  /** Gives up the question. */
  readonly signal?: Signal | undefined
}

/**
 * Outcome of a send: `Found`, with the message; `NotFound`, so that it may be sent again; or `Ambiguous`, so that a
 * person has to look. Instants are strings.
 *
 * @since 0.1.0
 * @category results
 */
export type Reconciled = {
  /** There is an outcome. */
  readonly ok: true
} & Schema.Schema.Encoded<typeof Reconcile.Outcome>

/**
 * The thread could not be read: it is still unknown what became of the send.
 *
 * @since 0.1.0
 * @category results
 */
export interface NotReconciled {
  /** There is no answer. */
  readonly ok: false
  /** Why not. */
  readonly error: Reconcile.ReconcileError | Aborted | Closed | Unexpected
}

/**
 * Knowledge about a send once the thread was read.
 *
 * @since 0.1.0
 * @category results
 */
export type ReconcileResult = Reconciled | NotReconciled

/** Source of the time of a send: its failure, or a window. */
export type Asked = Window | { readonly error: unknown }

const isWindow = (asked: Asked): asked is Window => "from" in asked && "until" in asked

const attemptsOf = (error: unknown): Parameters<typeof Reconcile.windowOf>[0]["attempts"] =>
  typeof error === "object" && error !== null && "attempts" in error && Array.isArray(error.attempts)
    ? error.attempts
    : []

/** The window that is asked about. Throws where an instant is none. */
export const toWindow = (reconcile: typeof Reconcile, asked: Asked): Reconcile.Window =>
  isWindow(asked)
    ? { from: DateTime.unsafeMake(asked.from), until: DateTime.unsafeMake(asked.until) }
    : reconcile.windowOf({ attempts: attemptsOf(asked.error) })

/** An outcome as plain data. */
export const toReconciled = (reconcile: typeof Reconcile, outcome: Reconcile.Outcome): Reconciled => ({
  ok: true,
  ...Schema.encodeSync(reconcile.Outcome)(outcome)
})
