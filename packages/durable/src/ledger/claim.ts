/** The first mark: a row is committed before the first byte of a request may leave. */
import { randomUUID } from "node:crypto"
import type * as Statement from "@effect/sql/Statement"
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import * as StartWithin from "@inbox-effect/client/StartWithin"
import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../DurableError.js"
import { decode, type Row } from "../store/row.js"
import type { Core } from "./core.js"

/** A message that this run may send, once, until the deadline. */
export interface Claim {
  readonly row: Row
  readonly holder: string
  readonly deadline: StartWithin.Deadline
}

interface Times {
  /** The request leaves within this time, or never. */
  readonly open: number
  /** The attempt is over after this time, or its process is gone. */
  readonly held: number
}

/** Times after a claim until which its message may be under way, in milliseconds. */
const timesOf = ({ keepsLease, settings }: Core): Times => {
  const all = settings.lease + settings.attemptTimeout
  return { open: keepsLease ? settings.lease : all, held: all + settings.margin }
}

/** The columns that a claim sets. */
const claimed = (core: Core, now: Statement.Fragment, holder: string) => {
  const { sql } = core.store
  const { held, open } = timesOf(core)
  return sql`state = 'sending', attempt = inbox_sends.attempt + 1, holder = ${holder},
    due_at = ${now} + ${held}, window_from = ${now}, window_until = ${now} + ${open},
    unknown_since = NULL, changed_at = ${now}`
}

/**
 * Claims a message by a statement that gives its row, or none where the message cannot be sent now. The deadline counts
 * from before the statement, so that whatever stops this process later cannot outlast it. A statement that was tried
 * again may have done its work the first time: then the row has this holder.
 */
const claimBy = (
  core: Core,
  statement: (set: Statement.Fragment, now: Statement.Fragment, holder: string) => Statement.Statement<object>,
  mine: (holder: string) => Statement.Fragment
): Effect.Effect<Claim | undefined, StoreUnavailable> =>
  Effect.gen(function* () {
    const { store, settings } = core
    const holder = randomUUID()
    const deadline = yield* StartWithin.fromNow(settings.lease)
    core.alive.add(holder)
    let tries = 0
    const rows = yield* store
      .run("claim a message", (now) => {
        tries++
        return statement(claimed(core, now, holder), now, holder)
      })
      .pipe(Effect.onError(() => Effect.sync(() => core.alive.delete(holder))))
    const [row] =
      rows.length > 0 || tries === 1
        ? rows
        : yield* store.run(
            "find a claim again",
            (now) => store.sql`SELECT *, ${now} AS now FROM inbox_sends WHERE ${mine(holder)}`
          )
    if (row === undefined) {
      core.alive.delete(holder)
      return undefined
    }
    return { row: decode(row), holder, deadline }
  })

/** Claims the message of a key that is queued and due. */
export const claimKey = (core: Core, key: string): Effect.Effect<Claim | undefined, StoreUnavailable> => {
  const { sql } = core.store
  return claimBy(
    core,
    (set, now) => sql`UPDATE inbox_sends SET ${set}
      WHERE key = ${key} AND state = 'queued' AND due_at <= ${now} RETURNING *, ${now} AS now`,
    (holder) => sql`key = ${key} AND holder = ${holder}`
  )
}

/** Claims the first open message of a thread of the outbox, if it is queued and due. */
export const claimHead = (core: Core, threadId: string): Effect.Effect<Claim | undefined, StoreUnavailable> => {
  const { sql } = core.store
  return claimBy(
    core,
    (set, now) => sql`UPDATE inbox_sends SET ${set}
      WHERE number = (SELECT number FROM inbox_sends
        WHERE thread_id = ${threadId} AND settled_at IS NULL AND driven = 1 ORDER BY number LIMIT 1)
      AND state = 'queued' AND due_at <= ${now} RETURNING *, ${now} AS now`,
    (holder) => sql`thread_id = ${threadId} AND settled_at IS NULL AND driven = 1 AND holder = ${holder}`
  )
}

/** Claims a message that may not be known yet. */
export const claimNew = (
  core: Core,
  key: string,
  request: InboxClient.Request,
  digest: string
): Effect.Effect<Claim | undefined, StoreUnavailable> => {
  const { sql } = core.store
  const { held, open } = timesOf(core)
  return claimBy(
    core,
    (set, now, holder) => sql`INSERT INTO inbox_sends
      (key, thread_id, digest, content, reply_to, driven, state, attempt, holder, due_at, window_from, window_until,
        created_at, changed_at)
      VALUES (${key}, ${request.threadId}, ${digest}, ${JSON.stringify(request.content)},
        ${request.replyToMessageId ?? null}, 0, 'sending', 1, ${holder}, ${now} + ${held}, ${now},
        ${now} + ${open}, ${now}, ${now})
      ON CONFLICT (key) DO UPDATE SET ${set}
      WHERE inbox_sends.state = 'queued' AND inbox_sends.due_at <= ${now} AND inbox_sends.digest = ${digest}
      RETURNING *, ${now} AS now`,
    (holder) => sql`key = ${key} AND holder = ${holder}`
  )
}
