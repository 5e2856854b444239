/** Entries about an attempt. Only its holder makes them, as long as the row is its own. */
import type * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../DurableError.js"
import { decode, type Row } from "../store/row.js"
import type { Claim } from "./claim.js"
import type { Core } from "./core.js"

type Changed = Effect.Effect<Row | undefined, StoreUnavailable>

const firstOf = (rows: ReadonlyArray<object>): Row | undefined => (rows[0] === undefined ? undefined : decode(rows[0]))

/** A settled text goes at once where nobody wants to keep it. */
export const text = ({ settings, store: { sql } }: Core): Statement.Fragment =>
  settings.forgetAfter === 0 ? sql`content = NULL` : sql`content = content`

const held = ({ store: { sql } }: Core, { holder, row }: Claim): Statement.Fragment =>
  sql`key = ${row.key} AND holder = ${holder} AND state = 'sending'`

/**
 * The message was delivered. That is proof, so it counts also where the holder was given up in the meantime, as long as
 * nobody has claimed the message for another attempt.
 */
export const sent = (core: Core, claim: Claim, messageId: string | null): Changed => {
  const { sql } = core.store
  const { row } = claim
  const enter = (id: string | null) =>
    core.store.runUnique(
      "enter that a message was sent",
      (now) => sql`UPDATE inbox_sends SET state = 'sent', message_id = ${id}, holder = NULL, error = NULL,
        settled_at = ${now}, changed_at = ${now}, ${text(core)}
        WHERE (${held(core, claim)}) OR (key = ${row.key} AND attempt = ${row.attempt}
          AND state IN ('unknown', 'reconciling', 'queued', 'doubt'))
        RETURNING *, ${now} AS now`
    )
  return enter(messageId).pipe(
    Effect.map(firstOf),
    Effect.catchTag("Duplicate", () => taken(core, claim))
  )
}

/**
 * The message's id stands for another send of the same text, which was found in the thread while this one was under way.
 * One of the two is there, and which does not matter: this one is looked for among the rest.
 */
const taken = (core: Core, claim: Claim): Changed => unknown(core, claim, null)

/** The message was certainly not delivered, and never will be. */
export const refused = (core: Core, claim: Claim, error: string): Changed => {
  const { sql } = core.store
  return Effect.map(
    core.store.run(
      "enter that a message was refused",
      (now) => sql`UPDATE inbox_sends SET state = 'refused', holder = NULL, error = ${error}, settled_at = ${now},
        changed_at = ${now}, ${text(core)} WHERE ${held(core, claim)} RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/** The message has waited for longer than it may: it is not sent any more. */
export const expired = (core: Core, claim: Claim): Changed => {
  const { sql } = core.store
  core.alive.delete(claim.holder)
  return Effect.map(
    core.store.run(
      "enter that a message expired",
      (now) => sql`UPDATE inbox_sends SET state = 'refused', holder = NULL, settled_by = 'expiry', settled_at = ${now},
        changed_at = ${now}, ${text(core)} WHERE ${held(core, claim)} RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/**
 * The message was certainly not delivered, and is due after a delay in milliseconds. Where the holder was given up in
 * the meantime, that settles the doubt about this attempt.
 */
export const queued = (core: Core, claim: Claim, delay: number, error: string | null): Changed => {
  const { sql } = core.store
  const { row } = claim
  return Effect.map(
    core.store.run(
      "queue a message again",
      (now) => sql`UPDATE inbox_sends SET state = 'queued', holder = NULL, error = ${error}, evidence = NULL,
        due_at = ${now} + ${delay}, changed_at = ${now}
        WHERE (${held(core, claim)}) OR (key = ${row.key} AND attempt = ${row.attempt} AND state IN ('unknown', 'doubt'))
        RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}

/** The message may have been delivered, until now at the latest. */
export const unknown = (core: Core, claim: Claim, error: string | null): Changed => {
  const { sql } = core.store
  return Effect.map(
    core.store.run(
      "enter that a delivery is unknown",
      (now) => sql`UPDATE inbox_sends SET state = 'unknown', holder = NULL, error = ${error}, due_at = ${now},
        window_until = ${now}, unknown_since = ${now}, changed_at = ${now}
        WHERE ${held(core, claim)} RETURNING *, ${now} AS now`
    ),
    firstOf
  )
}
