/** One run: messages are enqueued, a worker is disturbed, and the sandbox is asked what it stored. */
import type { SqlClient } from "@effect/sql"
import { Array as Arr, Clock, Effect, Schedule } from "effect"
import type { Postgres } from "../../sandbox/test/support/postgres.js"
import { longestSince } from "./lag.js"
import { type Disturbance, times } from "./order.js"
import type { Case } from "./plan.js"
import type { Worker } from "./processes.js"
import { make, type Options, restore, type Session, setFaults, threads } from "./session.js"

/** What a run showed. */
export interface Result {
  /** Whether the worker was at the point of each disturbance. */
  readonly reached: boolean
  /** Number of messages that are said to be sent, and are not there. */
  readonly lost: number
  /** Number of messages that are there once more than they were asked for. */
  readonly doubled: number
  /** Number of messages that are there before one that was enqueued earlier into their thread. */
  readonly disordered: number
  /** Evidence of the messages that are in doubt. */
  readonly doubts: ReadonlyArray<string>
  /** From the last disturbance until the last message was settled, in seconds. */
  readonly seconds: number
  /** The longest time for which the sandbox was held up by a busy machine, in milliseconds. */
  readonly lag: number
  /** Why a run failed, where it did. */
  readonly problem: string | undefined
}

/** Tells whether a run proves nothing: the sandbox may have stored a message later than any server should. */
export const isVoid = ({ lag }: Result): boolean => lag > times.settle / 2

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

const untilOver = ({ sql }: Session, messages: ReadonlyArray<Message>, seconds: number): Effect.Effect<boolean> =>
  rowsOf(sql, messages).pipe(
    Effect.map(isOver),
    Effect.repeat({ until: (over) => over, schedule: Schedule.spaced("80 millis") }),
    Effect.timeoutTo({ duration: `${seconds} seconds`, onSuccess: () => true, onTimeout: () => false })
  )

const cutConnections = ({ sql }: Session, { name }: Worker): Effect.Effect<void> =>
  Effect.ignore(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ${name}`)

/** When the worker was at its point, and when all messages were settled: milliseconds since the Unix epoch. */
interface Recovery {
  begin: number
  over: number | undefined
}

/** Does what has to be done from outside once a worker is at its point, and gives who replaces it, if anybody does. */
const disturb = (
  session: Session,
  messages: ReadonlyArray<Message>,
  victim: Worker,
  { action }: Disturbance,
  recovery: Recovery
): Effect.Effect<Worker | undefined> => {
  const replace = session.size === 1 ? session.startWorker : Effect.succeed(undefined)
  switch (action) {
    case "kill":
      return Effect.zipRight(victim.ended, replace)
    case "stop":
      return Effect.gen(function* () {
        const other = yield* replace
        // The others have all the time that they need to send in its place.
        if (yield* untilOver(session, messages, 40)) recovery.over = yield* Clock.currentTimeMillis
        yield* Effect.sync(() => victim.child.kill("SIGCONT"))
        yield* Effect.sleep(times.lease + times.attemptTimeout)
        return other
      })
    case "cut":
      return Effect.as(cutConnections(session, victim), undefined)
    case "restart":
      return Effect.as(session.server.restart, undefined)
    default:
      return Effect.succeed(undefined)
  }
}

/** Disturbs one worker after the other: who replaces the first is disturbed next. Tells whether all points were reached. */
const disturbAll = (
  session: Session,
  messages: ReadonlyArray<Message>,
  victim: Worker,
  reached: Effect.Effect<void>,
  [disturbance, ...others]: ReadonlyArray<Disturbance>,
  recovery: Recovery
): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const isThere = yield* Effect.raceFirst(
      Effect.as(reached, true),
      Effect.as(untilOver(session, messages, 60), false)
    )
    recovery.begin = yield* Clock.currentTimeMillis
    if (!isThere || disturbance === undefined) return isThere
    const replacement = yield* disturb(session, messages, victim, disturbance, recovery)
    const [next] = others
    if (next === undefined) return true
    if (replacement === undefined) return false
    return yield* disturbAll(session, messages, replacement, yield* replacement.arm(next), others, recovery)
  })

/** Compares what the outbox says with what the sandbox has. Of equal texts the number counts. */
const count = (session: Session, messages: ReadonlyArray<Message>) =>
  Effect.gen(function* () {
    const texts = new Map<string, ReadonlyArray<string>>()
    for (const threadId of threads) {
      const all = yield* Effect.orDie(session.sandbox.messages(threadId))
      texts.set(
        threadId,
        all.flatMap(({ content, origin }) => (origin === "api" ? [content] : []))
      )
    }
    const rows = yield* rowsOf(session.sql, messages)
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

/** Runs one case in a session. After a problem the session is of no use any more. */
export const runIn = (session: Session, one: Case): Effect.Effect<Result> =>
  Effect.gen(function* () {
    const number = yield* session.next
    const messages = messagesOf(number)
    yield* restore(session)
    yield* setFaults(session, one.situation.faults)
    // The one that has been there for the longest time has threads for certain.
    const [victim] = session.workers
    if (victim === undefined) return yield* Effect.dieMessage("A session without a worker")
    const start = performance.now()
    const reached = yield* victim.arm(one.disturbances[0] ?? null)
    yield* Effect.orDie(Effect.forEach(messages, ({ key, ...request }) => session.outbox.enqueue(key, request)))
    const recovery: Recovery = { begin: yield* Clock.currentTimeMillis, over: undefined }
    const isThere =
      one.disturbances.length === 0 ||
      (yield* disturbAll(session, messages, victim, reached, one.disturbances, recovery))
    const over = yield* untilOver(session, messages, 240)
    const end = recovery.over ?? (yield* Clock.currentTimeMillis)
    const rows = over ? [] : yield* rowsOf(session.sql, messages)
    return {
      ...(yield* count(session, messages)),
      reached: isThere,
      seconds: (end - recovery.begin) / 1000,
      lag: longestSince(start),
      problem: over ? undefined : `not over after four minutes: ${rows.map(({ state }) => state).join(" ")}`
    }
  })

/** Runs one case in a session of its own. */
export const run = (file: string, server: Postgres, one: Case, options: Options = {}): Effect.Effect<Result> =>
  Effect.scoped(Effect.flatMap(make(file, server, one.workers, options), (session) => runIn(session, one)))
