import { InboxClient, Reconcile, SendAll } from "@inbox-effect/client"
import { Effect, Fiber, type Stream } from "effect"

/** Where a service keeps what it has to find out about when it starts again. */
export interface Store<E> {
  readonly unknown: (request: InboxClient.Request, window: Reconcile.Window) => Effect.Effect<void, E>
}

/** Sends all; SIGTERM leaves ten seconds to what is under way, and what is not known then goes into the store. */
export const sendAll = <E, R, E2>(requests: Stream.Stream<InboxClient.Request, E, R>, store: Store<E2>) =>
  SendAll.sendAll(requests, {
    drainWithin: "10 seconds",
    onOutcome: (outcome) => (outcome._tag === "Unknown" ? store.unknown(outcome.request, outcome.window) : Effect.void)
  })

/** A single send that an interruption does not cut short: its own time-out ends it. */
export const send = (request: InboxClient.Request) =>
  Effect.flatMap(InboxClient.InboxClient, (inbox) =>
    Effect.uninterruptible(
      Effect.flatMap(
        Effect.forkDaemon(Effect.interruptible(inbox.sendMessage(request, { timeout: "10 seconds" }))),
        Fiber.join
      )
    )
  )

/** What the store holds, when the service starts again. */
export const findOut = (request: InboxClient.Request, window: Reconcile.Window) =>
  Effect.flatMap(Reconcile.Reconciler, (reconciler) => reconciler.reconcile(request, window))
