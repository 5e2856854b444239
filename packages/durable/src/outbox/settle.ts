/** Decisions of people about messages in doubt. */
import type * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { NotInDoubt, type StoreUnavailable } from "../DurableError.js"
import { decode, type Row } from "../store/row.js"
import type { Store } from "../store/store.js"
import { noticeOf } from "./notice.js"

export const Decision = Schema.Literal("Delivered", "SendAgain", "GiveUp")

export type Decision = typeof Decision.Type

const maxNameLength = 200

const change = ({ sql }: Store, decision: Decision, now: Statement.Fragment): Statement.Fragment =>
  ({
    Delivered: () => sql`state = 'sent', settled_at = ${now}`,
    SendAgain: () => sql`state = 'queued', due_at = ${now}, error = NULL, evidence = NULL, unknown_since = NULL`,
    GiveUp: () => sql`state = 'abandoned', settled_at = ${now}`
  })[decision]()

const wake = ({ run, sql }: Store, row: Row): Effect.Effect<void, StoreUnavailable> =>
  sql.onDialectOrElse({
    pg: () => Effect.asVoid(run("tell of a decision", () => sql`SELECT ${noticeOf(sql, row.thread_id)}`)),
    orElse: () => Effect.void
  })

/** Settles a message in doubt, and gives its row. */
export const settle = (
  store: Store,
  key: string,
  decision: Decision,
  by: string
): Effect.Effect<Row, NotInDoubt | StoreUnavailable> =>
  Effect.gen(function* () {
    const { run, sql } = store
    const name = by.slice(0, maxNameLength)
    const [settled] = yield* run(
      "settle a message",
      (now) => sql`UPDATE inbox_sends SET ${change(store, decision, now)}, settled_by = ${name}, changed_at = ${now}
        WHERE key = ${key} AND state = 'doubt' RETURNING *, ${now} AS now`
    )
    if (settled === undefined) {
      const [known] = yield* run(
        "find a message",
        () => sql<{ readonly state: string }>`SELECT state FROM inbox_sends WHERE key = ${key}`
      )
      return yield* new NotInDoubt({ key, state: known?.state ?? null })
    }
    const row = decode(settled)
    yield* wake(store, row)
    return row
  })
