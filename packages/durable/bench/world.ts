/** A sandbox that answers after a while, a database, and workers in processes of their own. */
import { type ChildProcess, spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Context, Effect, Layer, Redacted, Schedule } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import type { Order } from "./order.js"

export const threads = Arr.makeBy(100, (index) => `benchthread${index}`)

/** Milliseconds from storing a message to its answer. */
export const latency = 80

export interface Usage {
  /** Seconds. */
  readonly cpu: number
  /** Bytes. */
  readonly memory: number
}

export interface Worker {
  readonly child: ChildProcess
  readonly usage: Effect.Effect<Usage>
}

const startWorker = (file: string, order: Order) =>
  Effect.acquireRelease(
    Effect.sync((): Worker => {
      const child = spawn(process.execPath, ["--no-deprecation", file], { stdio: ["pipe", "pipe", "inherit"] })
      const lines = createInterface({ input: child.stdout })
      lines.on("line", (line) => {
        if (line.startsWith("failed")) process.stderr.write(`${line}\n`)
      })
      child.stdin.write(`${JSON.stringify(order)}\n`)
      const usage = Effect.async<Usage>((resume) => {
        const read = (line: string) => {
          const [, cpu, memory] = /^usage (\d+) (\d+)$/.exec(line) ?? []
          if (cpu === undefined) return
          lines.off("line", read)
          resume(Effect.succeed({ cpu: Number(cpu) / 1e6, memory: Number(memory) }))
        }
        lines.on("line", read)
        child.stdin.write("usage\n")
      })
      return { child, usage }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** A place for one measurement. */
export const make = (server: Postgres, file: string) =>
  Effect.gen(function* () {
    const database = yield* server.fresh
    const sandbox = yield* Effect.orDie(Sandbox.make({ threads, inspector: false }))
    yield* sandbox.addFault(Fault.Latency.make({ millis: latency }))
    const context = yield* Layer.build(
      Outbox.layer().pipe(
        Layer.provideMerge(PgClient.layer({ url: Redacted.make(database), maxConnections: 4 })),
        Layer.orDie
      )
    )
    const order = { database, url: sandbox.url, token: Redacted.value(sandbox.token) }
    return {
      sandbox,
      database,
      sql: Context.get(context, SqlClient.SqlClient),
      outbox: Context.get(context, Outbox.Outbox),
      start: (count: number, engine: Order["engine"] = "outbox") =>
        Effect.replicateEffect(startWorker(file, { ...order, engine }), count)
    }
  })

export type World = Effect.Effect.Success<ReturnType<typeof make>>

/** All texts that the sandbox stored. */
export const stored = ({ sandbox }: World) =>
  Effect.map(
    Effect.forEach(threads, (threadId) => Effect.orDie(sandbox.messages(threadId))),
    (all) => all.flat().filter(({ origin }) => origin === "api")
  )

/** Waits until as many different texts are stored. */
export const untilStored = (world: World, count: number) =>
  stored(world).pipe(
    Effect.map((all) => new Set(all.map(({ content }) => content)).size >= count),
    Effect.repeat({ until: (enough) => enough, schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutTo({ duration: "4 minutes", onSuccess: () => true, onTimeout: () => false })
  )

/** Waits until so many messages are stored, and gives their number. The database is left to the worker. */
export const untilSent = (world: World, count: number): Effect.Effect<number> =>
  Effect.flatMap(stored(world), (all) =>
    all.length >= count
      ? Effect.succeed(all.length)
      : Effect.delay(
          Effect.suspend(() => untilSent(world, count)),
          "250 millis"
        )
  )

export const enqueue = ({ outbox }: World, prefix: string, count: number) =>
  Effect.forEach(
    Arr.range(1, count),
    (number) =>
      outbox.enqueue(`${prefix}${number}`, {
        threadId: threads[number % threads.length] ?? "",
        content: `${prefix}${number}`
      }),
    { concurrency: 4, discard: true }
  ).pipe(Effect.orDie)
