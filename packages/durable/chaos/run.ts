/** One run: messages are enqueued, workers send them, one is disturbed, and the sandbox is asked what it stored. */
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Outbox } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Array as Arr, Clock, Effect, Layer, Redacted, Schedule, type Scope } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { type Mark, type Order, times } from "./order.js"
import type { Case } from "./plan.js"
import { start, type Worker } from "./processes.js"

/** What came of a run. */
export interface Result {
  readonly reached: boolean
  readonly lost: number
  readonly doubled: number
  readonly inDoubt: number
  /** From the disturbance until the last message was settled, in seconds. */
  readonly seconds: number
  /** Why a run is no proof, where it is none. */
  readonly problem: string | undefined
}

const threads = ["chaosthread1", "chaosthread2", "chaosthread3"]

/** Two texts are equal, and in one thread. */
const messages = [
  { key: "a", threadId: "chaosthread1", content: "Twin" },
  { key: "b", threadId: "chaosthread1", content: "Twin" },
  { key: "c", threadId: "chaosthread2", content: "Third" },
  { key: "d", threadId: "chaosthread2", content: "Fourth" },
  { key: "e", threadId: "chaosthread3", content: "Fifth" }
]

interface World {
  readonly sandbox: Sandbox.Sandbox["Type"]
  readonly sql: SqlClient.SqlClient
  readonly order: Omit<Order, "name" | "disturbance">
  readonly file: string
}

/** A name that no other run has: the runs share a server. PostgreSQL cuts names after 63 bytes. */
const nameOf = ({ order }: World, name: string): string => `${name} ${order.url.split(":")[2]?.split("/")[0]}`

const startWorker = (world: World, name: string, disturbance: Order["disturbance"]) =>
  start(world.file, { ...world.order, name: nameOf(world, name), disturbance })

interface Counted {
  readonly state: string
}

const states = ({ sql }: World): Effect.Effect<ReadonlyArray<string>> =>
  sql<Counted>`SELECT state FROM inbox_sends ORDER BY number`.pipe(
    Effect.map((rows) => rows.map(({ state }) => state)),
    Effect.catchAll(() => Effect.succeed([]))
  )

const isOver = (all: ReadonlyArray<string>): boolean =>
  all.length === messages.length && all.every((state) => state === "sent" || state === "doubt")

/** A thread behind a doubt is as far as it gets. */
const untilOver = (world: World, seconds: number): Effect.Effect<boolean> =>
  states(world).pipe(
    Effect.map((all) => isOver(all) || (all.includes("doubt") && all.every((state) => state !== "sending"))),
    Effect.repeat({ until: (over) => over, schedule: Schedule.spaced("40 millis") }),
    Effect.timeoutTo({ duration: `${seconds} seconds`, onSuccess: () => true, onTimeout: () => false })
  )

const cutConnections = (sql: SqlClient.SqlClient, name: string): Effect.Effect<void> =>
  Effect.ignore(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${name}`)

/** What has to be done from outside once the worker is at its point. */
const disturb = (
  world: World,
  { disturbance, workers }: Case,
  victim: Worker,
  server: Postgres | undefined
): Effect.Effect<void, never, Scope.Scope> => {
  const replace = workers === 1 ? Effect.asVoid(startWorker(world, "replacement", null)) : Effect.void
  switch (disturbance.action) {
    case "kill":
      return Effect.zipRight(victim.ended, replace)
    case "stop":
      return Effect.gen(function* () {
        yield* replace
        // The others have all the time that they need to send in its place.
        yield* untilOver(world, 40)
        yield* Effect.sync(() => victim.child.kill("SIGCONT"))
        yield* Effect.sleep(times.lease + times.attemptTimeout)
      })
    case "cut":
      return cutConnections(world.sql, nameOf(world, "victim"))
    case "restart":
      return server === undefined ? Effect.void : server.restart
    default:
      return Effect.void
  }
}

interface Settled {
  readonly key: string
  readonly state: string
}

/** Compares what the outbox says with what the sandbox has. Of equal texts the number counts. */
const count = (world: World): Effect.Effect<Pick<Result, "lost" | "doubled" | "inDoubt">> =>
  Effect.gen(function* () {
    const stored = yield* Effect.orDie(Effect.forEach(threads, world.sandbox.messages))
    const texts = stored.flat().flatMap(({ content, origin }) => (origin === "api" ? [content] : []))
    const rows = yield* Effect.orDie(world.sql<Settled>`SELECT key, state FROM inbox_sends`)
    const keys = (state: string) => new Set(rows.flatMap((row) => (row.state === state ? [row.key] : [])))
    const sent = keys("sent")
    const differences = Arr.dedupe(messages.map(({ content }) => content)).map((content) => {
      const alike = messages.filter((message) => message.content === content)
      const there = texts.filter((text) => text === content).length
      return { missing: alike.filter(({ key }) => sent.has(key)).length - there, more: there - alike.length }
    })
    return {
      lost: differences.reduce((sum, { missing }) => sum + Math.max(0, missing), 0),
      doubled: differences.reduce((sum, { more }) => sum + Math.max(0, more), 0),
      inDoubt: keys("doubt").size
    }
  })

/** Runs one case on a database and a sandbox of its own. */
export const run = (
  file: string,
  server: Postgres,
  one: Case,
  options: { readonly without: Mark | null; readonly record?: boolean } = { without: null }
): Effect.Effect<Result & { readonly points: ReadonlyMap<string, number> }> =>
  Effect.gen(function* () {
    const database = yield* server.fresh
    const sandbox = yield* Effect.orDie(Sandbox.make({ threads }))
    // The first rule that fits is applied, and latency is for all.
    yield* Effect.forEach(one.situation.faults, (fault) => sandbox.addFault(fault, { times: 2 }))
    yield* sandbox.addFault(Fault.Latency.make({ millis: times.latency }))
    const context = yield* Layer.build(
      Outbox.layer().pipe(
        Layer.provideMerge(PgClient.layer({ url: Redacted.make(database), maxConnections: 2 })),
        Layer.orDie
      )
    )
    const [sql, outbox] = yield* Effect.provide(Effect.all([SqlClient.SqlClient, Outbox.Outbox]), context)
    const world: World = {
      sandbox,
      sql,
      file,
      order: {
        database,
        url: sandbox.url,
        token: Redacted.value(sandbox.token),
        record: options.record ?? false,
        without: options.without
      }
    }
    yield* Effect.orDie(Effect.forEach(messages, ({ key, ...request }) => outbox.enqueue(key, request)))
    const victim = yield* startWorker(world, "victim", one.disturbance)
    yield* Effect.forEach(Arr.range(2, Math.max(2, one.workers)).slice(0, one.workers - 1), (number) =>
      startWorker(world, `other ${number}`, null)
    )
    const quiet = one.disturbance.action === "forward" || one.disturbance.action === "back"
    const reached = quiet
      ? true
      : yield* Effect.raceFirst(Effect.as(victim.reached, true), Effect.as(untilOver(world, 60), false))
    const begin = yield* Clock.currentTimeMillis
    if (reached && !quiet) yield* disturb(world, one, victim, server)
    const over = yield* untilOver(world, 240)
    const end = yield* Clock.currentTimeMillis
    return {
      ...(yield* count(world)),
      reached,
      seconds: (end - begin) / 1000,
      problem: over ? undefined : `not over after four minutes: ${(yield* states(world)).join(" ")}`,
      points: victim.points
    }
  }).pipe(Effect.scoped)
