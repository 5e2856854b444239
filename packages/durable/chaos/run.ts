/** Runs, one in each world of a group: messages are enqueued, a process is disturbed, the sandboxes are counted. */
import type { SqlClient } from "@effect/sql"
import { Array as Arr, Clock, Effect, Exit, Fiber, Option, Schedule } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { type Group, make, type Options, patiently, restore, setFaults, threads, type World } from "./group.js"
import { longestSince } from "./lag.js"
import type { Disturbance } from "./order.js"
import type { Case } from "./plan.js"
import type { Worker } from "./processes.js"

/** The result of a run. */
export interface Result {
  /** True where the worker was at its point. */
  readonly reached: boolean
  /** Number of messages that are said to be sent, and are not there. */
  readonly lost: number
  /** Number of messages that are there once more than they were asked for. */
  readonly doubled: number
  /** Number of messages that are there before one that was enqueued earlier into their thread. */
  readonly disordered: number
  /** Evidence of the messages that are in doubt. */
  readonly doubts: ReadonlyArray<string>
  /** From the disturbance until the last message was settled, in seconds. */
  readonly seconds: number
  /** The run proves nothing: a busy machine held the sandbox up, and it may have stored later than any server should. */
  readonly isVoid: boolean
  /** Why a run failed, where it did. */
  readonly problem: string | undefined
}

const [first = "", second = "", third = "", fourth = "", fifth = ""] = threads

/** Two texts are equal, and in one thread. */
const contents = [
  { threadId: first, content: "Twin" },
  { threadId: first, content: "Twin" },
  { threadId: second, content: "Third" },
  { threadId: second, content: "Fourth" },
  { threadId: third, content: "Fifth" },
  { threadId: fourth, content: "Sixth" },
  { threadId: fifth, content: "Seventh" }
]

interface Message {
  readonly key: string
  readonly threadId: string
  readonly content: string
}

const messagesOf = (number: number): ReadonlyArray<Message> =>
  contents.map(({ content, threadId }, index) => ({
    key: `${number}:${index}`,
    threadId,
    content: `${content} ${number}`
  }))

interface Settled {
  readonly key: string
  readonly state: string
  readonly evidence: string | null
}

const rowsOf = (sql: SqlClient.SqlClient, messages: ReadonlyArray<Message>): Effect.Effect<ReadonlyArray<Settled>> =>
  sql<Settled>`SELECT key, state, evidence FROM inbox_sends
    WHERE ${sql.in(
      "key",
      messages.map(({ key }) => key)
    )}`.pipe(Effect.catchAll(() => Effect.succeed([])))

const isOver = (rows: ReadonlyArray<Settled>): boolean =>
  rows.length === contents.length &&
  (rows.every(({ state }) => state === "sent" || state === "doubt") ||
    // A thread behind a doubt is as far as it gets.
    (rows.some(({ state }) => state === "doubt") &&
      rows.every(({ state }) => state === "sent" || state === "doubt" || state === "queued")))

const untilOver = ({ sql }: World, messages: ReadonlyArray<Message>, seconds: number): Effect.Effect<boolean> =>
  rowsOf(sql, messages).pipe(
    Effect.map(isOver),
    Effect.repeat({ until: (over) => over, schedule: Schedule.spaced("300 millis") }),
    Effect.timeoutTo({ duration: `${seconds} seconds`, onSuccess: () => true, onTimeout: () => false })
  )

/** Waits for the end of each world, and tells when that was. */
const allOver = ({ worlds }: Group, messages: ReadonlyArray<Message>, seconds: number) =>
  Effect.forEach(worlds, (world) => Effect.zip(untilOver(world, messages, seconds), Clock.currentTimeMillis), {
    concurrency: "unbounded"
  })

const cutConnections = ({ server }: Group, { name }: Worker): Effect.Effect<unknown> =>
  patiently(server.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`))

/** Wait for a process that goes on. */
const patience = "20 seconds"

/** Does what has to be done once all engines of a process are at their points. */
const disturb = (
  group: Group,
  messages: ReadonlyArray<Message>,
  victim: Worker,
  action: Disturbance["action"],
  areThere: ReadonlyArray<boolean>
): Effect.Effect<void> => {
  const standing = areThere.flatMap((isThere, index) => (isThere ? [index] : []))
  const replace = group.size === 1 ? Effect.asVoid(group.startWorker) : Effect.void
  switch (action) {
    case "kill":
      return Effect.sync(() => victim.child.kill("SIGKILL")).pipe(
        Effect.zipRight(victim.ended),
        Effect.zipRight(replace)
      )
    case "stop":
      return Effect.sync(() => victim.child.kill("SIGSTOP")).pipe(
        Effect.zipRight(replace),
        // The others have all the time that they need to send in its place.
        Effect.zipRight(allOver(group, messages, 60)),
        Effect.zipRight(Effect.sync(() => victim.child.kill("SIGCONT"))),
        // What they do then has been done by their next points. Some have none.
        Effect.zipRight(Effect.raceFirst(victim.go(standing), Effect.sleep(patience)))
      )
    case "cut":
      return Effect.zipRight(cutConnections(group, victim), victim.go([]))
    case "restart":
      return Effect.zipRight(group.server.restart, victim.go([]))
    default:
      return Effect.void
  }
}

/** Compares what the outbox says with what the sandbox has. Of equal texts the number counts. */
const count = (world: World, messages: ReadonlyArray<Message>) =>
  Effect.gen(function* () {
    const texts = new Map<string, ReadonlyArray<string>>()
    for (const threadId of threads) {
      const all = yield* Effect.orDie(world.sandbox.messages(threadId))
      texts.set(
        threadId,
        all.flatMap(({ content, origin }) => (origin === "api" ? [content] : []))
      )
    }
    const rows = yield* rowsOf(world.sql, messages)
    const sent = new Set(rows.flatMap(({ key, state }) => (state === "sent" ? [key] : [])))
    const differences = Arr.dedupeWith(messages, (a, b) => a.content === b.content).map(({ content, threadId }) => {
      const alike = messages.filter((message) => message.content === content)
      const there = (texts.get(threadId) ?? []).filter((text) => text === content).length
      return { missing: alike.filter(({ key }) => sent.has(key)).length - there, more: there - alike.length }
    })
    const places = messages.slice(2, 4).map(({ content, threadId }) => (texts.get(threadId) ?? []).indexOf(content))
    const [before = -1, after = -1] = places
    return {
      lost: differences.reduce((sum, { missing }) => sum + Math.max(0, missing), 0),
      doubled: differences.reduce((sum, { more }) => sum + Math.max(0, more), 0),
      disordered: before >= 0 && after >= 0 && before > after ? 1 : 0,
      doubts: rows.flatMap(({ evidence, key, state }) => (state === "doubt" ? [`${key} ${evidence ?? ""}`] : []))
    }
  })

/** Wait for those that are not at their points yet once the first is. */
const gathering = 5_000

/** Waits until all engines are at their points, or their messages are sent; tells which were. */
const gather = (
  group: Group,
  messages: ReadonlyArray<Message>,
  reached: ReadonlyArray<Effect.Effect<void>>
): Effect.Effect<ReadonlyArray<boolean>> =>
  Effect.gen(function* () {
    const fibers = yield* Effect.forEach(Arr.zip(group.worlds, reached), ([world, there]) =>
      Effect.fork(Effect.raceFirst(Effect.as(there, true), Effect.as(untilOver(world, messages, 60), false)))
    )
    const firstOfAll = Effect.raceAll(fibers.map(Fiber.join))
    yield* Effect.raceFirst(
      Effect.zipRight(firstOfAll, Effect.sleep(gathering + group.times.settle)),
      Fiber.joinAll(fibers)
    )
    const exits = yield* Effect.forEach(fibers, Fiber.poll)
    yield* Fiber.interruptAll(fibers)
    return exits.map((exit) => Option.exists(exit, (ended) => Exit.isSuccess(ended) && ended.value))
  })

/** Runs a case in each world. All have one action and number of workers. After a problem the group is worn out. */
export const runAll = (group: Group, all: ReadonlyArray<Case>): Effect.Effect<ReadonlyArray<Result>> =>
  Effect.gen(function* () {
    const messages = messagesOf(yield* group.next)
    const places = Arr.zip(group.worlds, all)
    yield* restore(group)
    yield* Effect.forEach(places, ([world, { situation }]) => setFaults(world, situation.faults, group.times.latency))
    // The one that has been there for the longest time has threads for certain.
    const [victim] = group.workers
    if (victim === undefined) return yield* Effect.dieMessage("A group without a worker")
    const start = performance.now()
    const reached = yield* victim.arm(all.map(({ disturbance }) => disturbance))
    yield* Effect.forEach(
      group.worlds,
      ({ outbox }) => Effect.orDie(Effect.forEach(messages, ({ key, ...request }) => outbox.enqueue(key, request))),
      { concurrency: "unbounded" }
    )
    const action = all[0]?.disturbance?.action
    const areThere = action === undefined ? all.map(() => true) : yield* gather(group, messages, reached)
    const begin = yield* Clock.currentTimeMillis
    const watching = yield* Effect.fork(allOver(group, messages, 240))
    if (action !== undefined && areThere.includes(true)) yield* disturb(group, messages, victim, action, areThere)
    const ended = yield* Fiber.join(watching)
    const isVoid = longestSince(start) > group.times.settle / 2
    return yield* Effect.forEach(places, ([world], index) =>
      Effect.gen(function* () {
        const [over = false, end = begin] = ended[index] ?? []
        const rows = over ? [] : yield* rowsOf(world.sql, messages)
        return {
          ...(yield* count(world, messages)),
          reached: areThere[index] ?? false,
          seconds: (end - begin) / 1000,
          isVoid,
          problem: over ? undefined : `not over after four minutes: ${rows.map(({ state }) => state).join(" ")}`
        }
      })
    )
  })

/** Runs one case in a group of its own. */
export const run = (file: string, server: Postgres, one: Case, options: Options = {}): Effect.Effect<Result> =>
  make(file, server, one.workers, options).pipe(
    Effect.flatMap((group) => runAll(group, [one])),
    Effect.flatMap(([result]) =>
      result === undefined ? Effect.dieMessage("A group without a world") : Effect.succeed(result)
    ),
    Effect.scoped
  )
