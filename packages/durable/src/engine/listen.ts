/** Hears from PostgreSQL that a thread has something to do. */
import { randomUUID } from "node:crypto"
import * as Reactivity from "@effect/experimental/Reactivity"
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { StoreUnavailable } from "../DurableError.js"
import { channel } from "../outbox/notice.js"
import type { Store } from "../store/store.js"

type Hear = (threadId: string) => Effect.Effect<void>

const settleTime = "1 second"

const testInterval = "5 seconds"

/**
 * Tests that notices arrive, for as long as they do. A connection that is lost says nothing, so a notice to oneself is
 * the only sign of life.
 */
const testing = ({ run, sql }: Store, sign: string, heard: Ref.Ref<boolean>): Effect.Effect<void, StoreUnavailable> =>
  Ref.set(heard, false).pipe(
    Effect.zipRight(Effect.sleep(settleTime)),
    Effect.zipRight(run("test that notices arrive", () => sql`SELECT pg_notify(${channel}, ${sign})`)),
    Effect.zipRight(Effect.sleep(testInterval)),
    Effect.zipRight(Ref.get(heard)),
    Effect.repeat({ while: (isAlive) => isAlive }),
    Effect.asVoid
  )

const listeningOn = (config: PgClient.PgClientConfig, scope: Scope.Scope, hear: Hear) =>
  PgClient.make({ ...config, maxConnections: 1 }).pipe(
    Effect.flatMap((client) => Stream.runForEach(client.listen(channel), hear)),
    Scope.extend(scope),
    Effect.provide(Reactivity.layer),
    Effect.catchAllCause((cause) => Effect.logDebug("Notices do not arrive", cause))
  )

/** Listens on a connection of its own until no notice arrives there any more. */
const session = (store: Store, config: PgClient.PgClientConfig, hear: Hear): Effect.Effect<void> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const heard = yield* Ref.make(false)
    // No thread has a name like it.
    const sign = `!${randomUUID()}`
    const listening = listeningOn(config, scope, (notice) =>
      notice === sign ? Ref.set(heard, true) : notice.startsWith("!") ? Effect.void : hear(notice)
    )
    const fiber = yield* Effect.forkDaemon(Effect.interruptible(listening))
    // Closing a connection that is lost may take for ever.
    const close = Effect.forkDaemon(
      Effect.interruptible(Effect.zipRight(Fiber.interrupt(fiber), Scope.close(scope, Exit.void)))
    )
    yield* Effect.raceFirst(testing(store, sign, heard), Fiber.join(fiber)).pipe(
      Effect.catchAllCause((cause) => Effect.logDebug("Notices are heard anew", cause)),
      Effect.ensuring(close)
    )
  })

/** Hears of threads for as long as it runs, on one connection after the other. */
export const listening = (store: Store, config: PgClient.PgClientConfig, hear: Hear): Effect.Effect<void> =>
  session(store, config, hear).pipe(Effect.repeat(Schedule.spaced("1 second")), Effect.asVoid)
