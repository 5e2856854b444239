/** The second mark: what may have been sent is not sent again before the thread says that it is not there. */
import { randomUUID } from "node:crypto"
import type * as Statement from "@effect/sql/Statement"
import type * as Reconcile from "@inbox-effect/client/Reconcile"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { StoreUnavailable } from "../DurableError.js"
import type * as Outcome from "../Outcome.js"
import { around } from "../store/point.js"
import { decode, evidenceToText, type Row, windowOf } from "../store/row.js"
import type { Duplicate } from "../store/store.js"
import type { Core } from "./core.js"
import { text } from "./entry.js"
import { hour, knownIds, type Siblings, siblingsOf } from "./siblings.js"

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

/**
 * Takes a message whose delivery is unknown, to look for it. While another send of the same request is under way, its
 * message could be mistaken for this one's.
 */
const take = (core: Core, row: Row, holder: string): Changed => {
  const { settings, store } = core
  const { sql } = store
  return Effect.map(
    store.run(
      "take a message to look for it",
      (now) => sql`UPDATE inbox_sends SET state = 'reconciling', holder = ${holder},
        due_at = ${now} + ${settings.reconcileTimeout + settings.margin}, changed_at = ${now}
        WHERE key = ${row.key} AND attempt = ${row.attempt} AND state IN ('unknown', 'reconciling') AND due_at <= ${now}
        AND NOT EXISTS (SELECT 1 FROM inbox_sends other
          WHERE other.digest = ${row.digest} AND other.key <> ${row.key} AND other.state = 'sending')
        RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/** What is concluded about a message. */
type Verdict = Data.TaggedEnum<{
  Delivered: { readonly messageId: string }
  NotDelivered: Record<never, never>
  /** The thread was read before another send of this text found its message: it has to be read again. */
  Outdated: Record<never, never>
  Doubtful: { readonly evidence: Outcome.Evidence }
  /** Nothing is certain yet: the thread has to be read again, in `retryAfter` milliseconds at the earliest. */
  Unreadable: { readonly evidence: Outcome.Evidence; readonly retryAfter: number | undefined }
}>

const Verdict = Data.taggedEnum<Verdict>()

const evidenceOf = (
  outcome: Reconcile.Outcome,
  reasons: ReadonlyArray<Outcome.DoubtReason>,
  candidates: ReadonlyArray<string>
): Outcome.Evidence => ({
  reasons,
  candidates,
  window: outcome.evidence.window,
  messageIds: outcome.evidence.messageIds,
  readAt: outcome.evidence.readAt
})

/**
 * Concludes from what the thread says. Where as many messages fit as sends of this text are unknown, or fewer, each of
 * them is one of those sends, and which one does not matter: the texts are equal.
 */
const conclude = (outcome: Reconcile.Outcome, siblings: Siblings): Verdict => {
  switch (outcome._tag) {
    case "NotFound":
      return Verdict.NotDelivered()
    case "Found":
      return siblings.unidentified === 0
        ? Verdict.Delivered({ messageId: outcome.message.id })
        : Verdict.Doubtful({ evidence: evidenceOf(outcome, ["Unidentified"], [outcome.message.id]) })
    case "Ambiguous": {
      const { candidates, doubts } = outcome
      if (candidates.some((id) => siblings.taken.has(id))) return Verdict.Outdated()
      const [candidate] = candidates
      const evidence = evidenceOf(outcome, doubts, candidates)
      const onlySeveral = doubts.every((doubt) => doubt === "Several")
      if (onlySeveral && siblings.unidentified === 0 && candidates.length <= siblings.unknown + 1 && candidate) {
        return Verdict.Delivered({ messageId: candidate })
      }
      return doubts.every((doubt) => doubt === "Syncing")
        ? Verdict.Unreadable({ evidence, retryAfter: undefined })
        : Verdict.Doubtful({ evidence })
    }
  }
}

const unreadable = (row: Row, retryAfter: Duration.Duration | undefined): Verdict =>
  Verdict.Unreadable({
    evidence: { reasons: ["Unreachable"], window: windowOf(row), candidates: [], messageIds: [], readAt: null },
    retryAfter: retryAfter === undefined ? undefined : Duration.toMillis(retryAfter)
  })

/**
 * Runs an effect by the clock of the database, which wrote the times that the effect compares with its own. It goes on
 * from when the row was read at the pace of the monotonic clock: setting the clock of this machine changes nothing.
 */
const byClockOf = <A, E, R>(row: Row, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.clockWith((clock) => {
    const nanos = clock.unsafeCurrentTimeNanos()
    const millis = (): number => row.now + Math.round(Number(clock.unsafeCurrentTimeNanos() - nanos) / 1e6)
    return Effect.withClock(effect, {
      [Clock.ClockTypeId]: Clock.ClockTypeId,
      currentTimeMillis: Effect.sync(millis),
      currentTimeNanos: clock.currentTimeNanos,
      unsafeCurrentTimeMillis: millis,
      unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
      sleep: (duration) => clock.sleep(duration)
    })
  })

const look = (core: Core, row: Row, except: ReadonlyArray<string>): Effect.Effect<Verdict, StoreUnavailable> => {
  const request = {
    threadId: row.thread_id,
    content: row.content ?? "",
    ...(row.reply_to === null ? {} : { replyToMessageId: row.reply_to })
  }
  return around(
    "look for a message",
    byClockOf(row, core.reconciler.reconcile(request, windowOf(row), { except }))
  ).pipe(
    Effect.timeoutOption(core.settings.reconcileTimeout),
    Effect.map(Option.getOrUndefined),
    Effect.flatMap((outcome) =>
      outcome === undefined
        ? Effect.succeed(unreadable(row, undefined))
        : Effect.map(siblingsOf(core, row), (siblings) => conclude(outcome, siblings))
    ),
    Effect.catchTag("ReconcileError", (error) => Effect.succeed(unreadable(row, error.retryAfter)))
  )
}

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

const lookAndEnter = (
  core: Core,
  row: Row,
  since = (row.window_from ?? 0) - hour
): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.gen(function* () {
    const verdict = yield* look(core, row, yield* knownIds(core, row, since))
    switch (verdict._tag) {
      case "Outdated":
        return yield* lookAndEnter(core, row, 0)
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
      : Effect.onInterrupt(lookAndEnter(core, taken), () => Effect.ignore(later(core, taken, 0)))
  )
