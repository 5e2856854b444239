/** A worker of the benchmarks: the engine as it is by default, or pg-boss with a worker that knows no ledger. */
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { OutboxEngine } from "@inbox-effect/durable"
import { Effect, Layer, Logger, LogLevel, ManagedRuntime, Redacted, Schema } from "effect"
import PgBoss from "pg-boss"
import { Order } from "./order.js"

const say = (line: string) => writeSync(1, `${line}\n`)

/** CPU of this process in microseconds, and its memory in bytes, whenever it is asked. */
const tell = () => {
  const { system, user } = process.cpuUsage()
  say(`usage ${system + user} ${process.memoryUsage.rss()}`)
}

const reachOf = ({ token, url }: Order) => ({ token: Redacted.make(token), baseUrl: url })

const outbox = (order: Order) => {
  const reach = reachOf(order)
  return Layer.launch(
    OutboxEngine.layer().pipe(
      Layer.provide(Layer.merge(InboxClient.layer(reach), Reconcile.layer({ ...reach, settle: "7 seconds" }))),
      Layer.provide(Undici.layer()),
      Layer.provide(PgClient.layer({ url: Redacted.make(order.database), maxConnections: 10 }))
    )
  ).pipe(Effect.provide(Logger.minimumLogLevel(LogLevel.None)))
}

/** An engine that runs jobs at least once, and a POST, where nobody thinks of it. */
const naive = async (order: Order) => {
  const runtime = ManagedRuntime.make(InboxClient.layer(reachOf(order)).pipe(Layer.provide(Undici.layer())))
  const boss = await new PgBoss({
    connectionString: order.database,
    monitorStateIntervalSeconds: 1,
    maintenanceIntervalSeconds: 1
  }).start()
  for (let count = 0; count < 32; count++) {
    await boss.work<InboxClient.Request>("send", { pollingIntervalSeconds: 0.5 }, async ([job]) => {
      if (job === undefined) return
      await runtime.runPromise(Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(job.data)))
    })
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  if (line === "usage") return tell()
  const order = Schema.decodeUnknownSync(Schema.parseJson(Order))(line)
  if (order.engine === "pg-boss") naive(order).catch((error: unknown) => say(`failed ${String(error)}`))
  else Effect.runFork(outbox(order)).addObserver((exit) => say(`failed ${String(exit)}`))
})
