/** Lists of messages, read page by page. */
import type * as Statement from "@effect/sql/Statement"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { StoreUnavailable } from "../DurableError.js"
import { decode, type Row } from "../store/row.js"
import type { Store } from "../store/store.js"

const pageSize = 200

type Place = { readonly at: number; readonly number: number } | undefined

const listBy = (
  { run, sql }: Store,
  operation: string,
  where: Statement.Fragment,
  column: "changed_at" | "settled_at",
  order: "ASC" | "DESC"
): Stream.Stream<Row, StoreUnavailable> => {
  const by = sql(column)
  const sign = sql.literal(order === "ASC" ? ">" : "<")
  const direction = sql.literal(order)
  return Stream.paginateChunkEffect<Place, Row, StoreUnavailable, never>(undefined, (after) =>
    Effect.map(
      run(operation, (now) => {
        const from = after === undefined ? sql`1 = 1` : sql`(${by}, number) ${sign} (${after.at}, ${after.number})`
        return sql`SELECT *, ${now} AS now FROM inbox_sends WHERE ${where} AND ${from}
          ORDER BY ${by} ${direction}, number ${direction} LIMIT ${pageSize}`
      }),
      (found) => {
        const rows = found.map(decode)
        const last = rows[rows.length - 1]
        const next =
          rows.length < pageSize || last === undefined
            ? Option.none()
            : Option.some({ at: last[column] ?? 0, number: last.number })
        return [Chunk.unsafeFromArray(rows), next]
      }
    )
  )
}

/** Messages in doubt, the oldest doubt first. */
export const doubts = (store: Store): Stream.Stream<Row, StoreUnavailable> =>
  listBy(store, "list the messages in doubt", store.sql`state = 'doubt'`, "changed_at", "ASC")

/** Messages that were refused, the latest refusal first. */
export const deadLetters = (store: Store): Stream.Stream<Row, StoreUnavailable> =>
  listBy(store, "list the messages that were refused", store.sql`state = 'refused'`, "settled_at", "DESC")
