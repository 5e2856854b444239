/** Settings and services that all parts of a ledger share. */
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as Reconcile from "@inbox-effect/client/Reconcile"
import type { Store } from "../store/store.js"

/** Times in milliseconds. */
export interface Settings {
  /** From before a message is claimed: no first byte leaves later. */
  readonly lease: number
  /** Duration of one attempt, at the most. */
  readonly attemptTimeout: number
  /** Wait for its holder beyond that. */
  readonly margin: number
  /** Duration of one look into the thread, at the most. */
  readonly reconcileTimeout: number
  /** Time for which the thread may be unreadable before a person is asked. */
  readonly doubtAfter: number
  readonly baseDelay: number
  readonly maxDelay: number
  /** Time for which a text is kept once its message is settled; infinite: for ever. */
  readonly forgetAfter: number
}

export interface Core {
  readonly store: Store
  readonly secret: string
  readonly inbox: InboxClient.Service
  readonly reconciler: Reconcile.Service
  /** Waits for the turn of an attempt, before its message is claimed. */
  readonly limiter: InboxClient.Limiter | undefined
  readonly settings: Settings
  /** True where attempts keep to the lease. */
  readonly keepsLease: boolean
  /** The holders of attempts that are under way in this process: those are known to be alive. */
  readonly alive: Set<string>
}
