/** The second mark: what may have been sent is not sent again before the thread says that it is not there. */
import { randomUUID } from "node:crypto"
import type * as Statement from "@effect/sql/Statement"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { StoreUnavailable } from "../DurableError.js"
import * as clock from "../store/clock.js"
import { around } from "../store/point.js"
import { decode, evidenceToText, type Row, windowOf } from "../store/row.js"
import type { Duplicate } from "../store/store.js"
import type { Core } from "./core.js"
import { text } from "./entry.js"
import { hour, identify, knownIds, siblingsOf } from "./siblings.js"
import { conclude, Verdict } from "./verdict.js"

type Changed = Effect.Effect<Row | undefined, StoreUnavailable>

const firstOf = (rows: ReadonlyArray<object>): Row | undefined => (rows[0] === undefined ? undefined : decode(rows[0]))

/** Gives up the holder of an attempt that is past its deadline: the message may have been delivered. */
export const giveUpHolder = (core: Core, row: Row): Changed => {
  const { sql } = core.store
  return Effect.map(
    core.store.run(
      "give up the holder of a message",
      (now) => sql`UPDATE inbox_sends SET state = 'unknown', holder = NULL, due_at = ${now},
        unknown_since = COALESCE(unknown_since, ${now}), changed_at = ${now}
        WHERE key = ${row.key} AND attempt = ${row.attempt} AND holder = ${row.holder} AND state = 'sending'
        AND due_at < ${now} RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/** Duration of the hold of a look on its message, from one renewal to the next, in milliseconds. */
const holdOf = ({ settings }: Core): number => settings.lease + settings.margin

/**
 * Takes a message whose delivery is unknown, to look for it. While another send of the same request is under way, its
 * message could be mistaken for this one's.
 */
const take = (core: Core, row: Row, holder: string): Changed => {
  const { sql } = core.store
  return Effect.map(
    core.store.run(
      "take a message to look for it",
      (now) => sql`UPDATE inbox_sends SET state = 'reconciling', holder = ${holder},
        due_at = ${now} + ${holdOf(core)}, changed_at = ${now}
        WHERE key = ${row.key} AND attempt = ${row.attempt} AND state IN ('unknown', 'reconciling') AND due_at <= ${now}
        AND NOT EXISTS (SELECT 1 FROM inbox_sends other
          WHERE other.digest = ${row.digest} AND other.key <> ${row.key} AND other.state = 'sending')
        RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

const unreadable = (row: Row, retryAfter: Duration.Duration | undefined): Verdict =>
  Verdict.Unreadable({
    evidence: { reasons: ["Unreachable"], window: windowOf(row), candidates: [], messageIds: [], readAt: null },
    retryAfter: retryAfter === undefined ? undefined : Duration.toMillis(retryAfter)
  })

/**
 * Renews the hold on a message while an effect looks for it, so that a process that is killed meanwhile holds it for a
 * short time only. Only the holder enters what was found out, so one that has lost it does no harm.
 */
const holding = <A, E>(core: Core, row: Row, effect: Effect.Effect<A, E>): Effect.Effect<A, E> => {
  const { run, sql } = core.store
  const hold = holdOf(core)
  const renew = run(
    "hold a message that is looked for",
    (now) => sql`UPDATE inbox_sends SET due_at = ${now} + ${hold}
      WHERE key = ${row.key} AND holder = ${row.holder} AND state = 'reconciling'`
  )
  const renewing = Effect.ignore(renew).pipe(Effect.schedule(Schedule.spaced(hold / 3)))
  return Effect.acquireUseRelease(
    Effect.interruptible(Effect.fork(renewing)),
    () => effect,
    (fiber) => Fiber.interrupt(fiber)
  )
}

/**
 * Runs an effect by the clock of the database, which wrote the times that the effect compares with its own. It goes on
 * from when the row was read at the pace of the monotonic clock: setting the clock of this machine changes nothing.
 */
const byClockOf = <A, E, R>(row: Row, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((machine) => Effect.withClock(effect, clock.steady(machine, row.now)))

/**
 * Reads the thread back to before this send, and before those whose messages could be taken for its own; those are
 * known by `since`.
 */
const look = (core: Core, row: Row, since: number | undefined): Effect.Effect<Verdict, StoreUnavailable> =>
  Effect.gen(function* () {
    const { unidentified } = yield* siblingsOf(core, row)
    const window = windowOf(row)
    const from = Math.min(DateTime.toEpochMillis(window.from), ...unidentified.map((send) => send.from))
    const except = yield* knownIds(core, row, since ?? from - hour)
    const request = {
      threadId: row.thread_id,
      content: row.content ?? "",
      ...(row.reply_to === null ? {} : { replyToMessageId: row.reply_to })
    }
    const outcome = yield* around(
      "look for a message",
      core.reconciler.reconcile(request, { from: DateTime.unsafeMake(from), until: window.until }, { except })
    ).pipe(Effect.timeoutOption(core.settings.reconcileTimeout))
    if (Option.isNone(outcome)) return unreadable(row, undefined)
    const siblings = yield* siblingsOf(core, row)
    return siblings.unidentified.some((send) => send.from < from)
      ? Verdict.Outdated()
      : conclude(outcome.value, window, siblings)
  }).pipe(Effect.catchTag("ReconcileError", (error) => Effect.succeed(unreadable(row, error.retryAfter))))

/**
 * Enters what was concluded. What was found may be the message of a send of the same request that began in the meantime:
 * then it is looked for again later.
 */
const enter = (
  core: Core,
  row: Row,
  verdict: Extract<Verdict, { readonly _tag: "Delivered" | "NotDelivered" | "Doubtful" }>
): Effect.Effect<Row | undefined, StoreUnavailable | Duplicate> => {
  const { sql } = core.store
  const held = sql`key = ${row.key} AND holder = ${row.holder} AND state = 'reconciling'`
  const change = (now: Statement.Fragment): Statement.Statement<object> => {
    switch (verdict._tag) {
      case "Delivered":
        return sql`UPDATE inbox_sends SET state = 'sent', message_id = ${verdict.messageId}, holder = NULL, error = NULL,
          settled_at = ${now}, changed_at = ${now}, ${text(core)}
          WHERE ${held} AND NOT EXISTS (SELECT 1 FROM inbox_sends other WHERE other.digest = ${row.digest}
            AND other.key <> ${row.key} AND (other.state = 'sending' OR other.window_from >= ${row.now}))
          RETURNING *, ${now} AS now`
      case "NotDelivered":
        return sql`UPDATE inbox_sends SET state = 'queued', holder = NULL, due_at = ${now}, unknown_since = NULL,
          changed_at = ${now} WHERE ${held} RETURNING *, ${now} AS now`
      case "Doubtful":
        return sql`UPDATE inbox_sends SET state = 'doubt', holder = NULL, evidence = ${evidenceToText(verdict.evidence)},
          changed_at = ${now} WHERE ${held} RETURNING *, ${now} AS now`
    }
  }
  return Effect.flatMap(core.store.runUnique("enter what was found out", change), (rows) =>
    rows.length === 0 && verdict._tag === "Delivered" ? later(core, row, shortDelay) : Effect.succeed(firstOf(rows))
  )
}

const shortDelay = 1_000

/** Looks again after a delay in milliseconds. */
const later = ({ store }: Core, row: Row, delay: number): Changed => {
  const { sql } = store
  return Effect.map(
    store.run(
      "put off looking for a message",
      (now) => sql`UPDATE inbox_sends SET state = 'unknown', holder = NULL, due_at = ${now} + ${Math.ceil(delay)},
        changed_at = ${now} WHERE key = ${row.key} AND holder = ${row.holder} AND state = 'reconciling'
        RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/** Looks again, less and less often, until it has taken so long that a person should be asked. */
const laterOrDoubt = (
  core: Core,
  row: Row,
  { evidence, retryAfter }: Extract<Verdict, { readonly _tag: "Unreadable" }>
): Effect.Effect<Row | undefined, StoreUnavailable | Duplicate> => {
  const since = row.now - (row.unknown_since ?? row.now)
  if (since >= core.settings.doubtAfter) {
    return enter(core, row, Verdict.Doubtful({ evidence }))
  }
  const longest = Math.min(core.settings.maxDelay, Math.max(core.settings.baseDelay, since))
  return Effect.flatMap(Random.nextIntBetween(Math.ceil(longest / 2), Math.ceil(longest) + 1), (delay) =>
    later(core, row, Math.max(retryAfter ?? 0, delay))
  )
}

const lookAndEnter = (core: Core, row: Row, since?: number): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.gen(function* () {
    const verdict = yield* look(core, row, since)
    switch (verdict._tag) {
      case "Outdated":
        return yield* lookAndEnter(core, row, 0)
      case "Identified":
        yield* identify(core, verdict.sends, verdict.messageIds)
        return yield* lookAndEnter(core, row, since)
      case "Unreadable":
        return yield* laterOrDoubt(core, row, verdict)
      default:
        return yield* enter(core, row, verdict)
    }
  }).pipe(
    // Another send of this text has taken the message for its own, just now or long ago.
    Effect.catchTag("Duplicate", () => lookAndEnter(core, row, 0))
  )

/**
 * Looks for a message whose delivery is unknown, and gives its row as it is afterwards; `undefined` where another run
 * looks for it, or it has to wait for another send of the same text.
 */
export const investigate = (core: Core, row: Row): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.flatMap(take(core, row, randomUUID()), (taken) =>
    taken === undefined
      ? Effect.succeed(undefined)
      : holding(core, taken, byClockOf(taken, lookAndEnter(core, taken))).pipe(
          Effect.onInterrupt(() => Effect.ignore(later(core, taken, 0)))
        )
  )
