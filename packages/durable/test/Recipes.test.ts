import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { assert, describe, it } from "@effect/vitest"
import { SendLedger } from "@inbox-effect/durable"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Layer, ManagedRuntime, Schedule } from "effect"
import PgBoss from "pg-boss"
import { work } from "../examples/pgBoss.js"
import { TellCustomer, TellCustomerLive } from "../examples/workflow.js"
import * as Databases from "./support/databases.js"
import { serverOfSuite } from "./support/server.js"
import { inboxOf, quick, sentTo } from "./support/world.js"

const [threadId = ""] = Sandbox.defaultThreads

/** A ledger whose first run is cut off once its message is sent, as by a crash before anybody hears of it. */
const forgetfulOnce = (crash: Effect.Effect<never>) =>
  Layer.effect(
    SendLedger.SendLedger,
    Effect.map(SendLedger.SendLedger, (ledger) => {
      let runs = 0
      return {
        ...ledger,
        sendOnce: (key, request) =>
          Effect.flatMap(ledger.sendOnce(key, request), (outcome) => {
            runs++
            return runs === 1 ? crash : Effect.succeed(outcome)
          })
      }
    })
  )

const ledgerOn = (sandbox: Sandbox.Sandbox["Type"], database: ReturnType<typeof Databases.clientOf>) =>
  SendLedger.layer(quick).pipe(Layer.provide(inboxOf(sandbox)), Layer.provide(database), Layer.orDie)

describe.skipIf(!Databases.installed)("the ledger in an engine that runs things at least once", () => {
  const serverOf = serverOfSuite()

  it.scopedLive("sends once from an activity of @effect/workflow that is run again", () =>
    Effect.gen(function* () {
      const server = serverOf()
      const sandbox = yield* Sandbox.make()
      const database = Databases.clientOf(yield* server.fresh)
      const engine = ClusterWorkflowEngine.layer.pipe(
        Layer.provide(SingleRunner.layer({ runnerStorage: "memory" })),
        Layer.provide(database),
        Layer.orDie
      )
      const ledger = forgetfulOnce(Effect.interrupt).pipe(Layer.provide(ledgerOn(sandbox, database)))
      const outcome = yield* TellCustomer.execute({ order: "P-1", threadId }).pipe(
        Effect.provide(TellCustomerLive.pipe(Layer.provideMerge(engine), Layer.provide(ledger)))
      )
      assert.strictEqual(outcome._tag, "Sent")
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), ["Your parcel P-1 is on its way"])
    })
  )

  it.scopedLive("sends once from a job of pg-boss that is run again", () =>
    Effect.gen(function* () {
      const server = serverOf()
      const sandbox = yield* Sandbox.make()
      const database = Databases.clientOf(yield* server.fresh)
      let runs = 0
      const layer = Layer.effect(
        SendLedger.SendLedger,
        Effect.map(SendLedger.SendLedger, (ledger) => ({
          ...ledger,
          sendOnce: (key, request) =>
            Effect.ensuring(
              ledger.sendOnce(key, request),
              Effect.sync(() => runs++)
            )
        }))
      ).pipe(Layer.provide(forgetfulOnce(Effect.dieMessage("The job crashes"))))
      const runtime = yield* Effect.acquireRelease(
        Effect.sync(() => ManagedRuntime.make(Layer.provide(layer, ledgerOn(sandbox, database)))),
        (managed) => managed.disposeEffect
      )
      const boss = yield* Effect.acquireRelease(
        Effect.promise(() => new PgBoss(server.url).start()),
        (running) => Effect.promise(() => running.stop({ graceful: false }))
      )
      yield* Effect.promise(() => boss.createQueue("tell"))
      yield* Effect.promise(() => work(boss, "tell", runtime))
      const id = yield* Effect.promise(() =>
        boss.send("tell", { key: "shipped:P-1", threadId, content: "On its way" }, { retryLimit: 3, retryDelay: 1 })
      )
      yield* Effect.promise(() => boss.getJobById("tell", id ?? "")).pipe(
        Effect.repeat({ until: (job) => job?.state === "completed", schedule: Schedule.spaced("50 millis") })
      )
      assert.strictEqual(runs, 2)
      assert.deepStrictEqual(yield* sentTo(sandbox, threadId), ["On its way"])
    })
  )
})
