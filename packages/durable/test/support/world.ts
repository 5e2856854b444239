import type { SqlClient } from "@effect/sql"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { SendLedger } from "@inbox-effect/durable"
import type { Sandbox } from "@inbox-effect/sandbox"
import { Context, Effect, Layer, type Scope } from "effect"

/**
 * Times for a machine of any speed: no attempt of a test ends for lack of time, so that what is unknown is unknown
 * because of a fault, and the sandbox has stored by then what it will store.
 */
export const quick: SendLedger.Options = {
  lease: "20 seconds",
  attemptTimeout: "20 seconds",
  baseDelay: "5 millis",
  maxDelay: "20 millis",
  databasePatience: "1 minute"
}

/** Times of a run that is stopped, and is to be given up soon. */
export const soonGivenUp: SendLedger.Options = {
  ...quick,
  lease: "200 millis",
  attemptTimeout: "200 millis",
  margin: "20 millis"
}

/** A client and a reconciler of the sandbox, over connections of their own. */
export const inboxOf = (
  sandbox: Sandbox.Sandbox["Type"],
  options: Partial<Reconcile.Options> = {}
): Layer.Layer<InboxClient.InboxClient | Reconcile.Reconciler> => {
  const reach = { token: sandbox.token, baseUrl: sandbox.url }
  return Layer.merge(
    InboxClient.layer(reach),
    Reconcile.layer({ ...reach, settle: "30 millis", retries: 0, ...options })
  ).pipe(Layer.provide(Undici.layer()), Layer.orDie)
}

/** A ledger as another process would have it: with connections and a memory of its own. */
export const ledgerOf = (
  sandbox: Sandbox.Sandbox["Type"],
  database: Layer.Layer<SqlClient.SqlClient>,
  options: SendLedger.Options = quick
): Effect.Effect<SendLedger.Service, never, Scope.Scope> =>
  SendLedger.layer(options).pipe(
    Layer.provide(inboxOf(sandbox)),
    Layer.provide(database),
    Layer.orDie,
    Layer.build,
    Effect.map((context) => Context.get(context, SendLedger.SendLedger))
  )

/** The texts that were sent into a thread, oldest first. */
export const sentTo = (sandbox: Sandbox.Sandbox["Type"], threadId: string): Effect.Effect<ReadonlyArray<string>> =>
  sandbox.messages(threadId).pipe(
    Effect.map((all) => all.filter(({ origin }) => origin === "api").map(({ content }) => content)),
    Effect.orDie
  )
