/** Changes of messages, as a stream. */
import * as Chunk from "effect/Chunk"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { StoreUnavailable } from "../DurableError.js"
import { decode, type Row } from "../store/row.js"
import type { Store } from "../store/store.js"

const pageSize = 500

/**
 * Time from a change to its commit, at the most, in milliseconds. What has changed within this time is read
 * again, so that no change is missed because an earlier one was committed later.
 */
const overlap = 2_000

interface Place {
  readonly changedAt: number
  readonly number: number
}

const page = ({ run, sql }: Store, after: Place): Effect.Effect<ReadonlyArray<Row>, StoreUnavailable> =>
  Effect.map(
    run(
      "read what has changed",
      (now) => sql`SELECT *, ${now} AS now FROM (
        SELECT * FROM inbox_sends WHERE settled_at IS NOT NULL AND settled_at >= ${after.changedAt}
        UNION ALL SELECT * FROM inbox_sends WHERE state = 'doubt' AND changed_at >= ${after.changedAt}) changed
        WHERE changed_at > ${after.changedAt} OR number > ${after.number}
        ORDER BY changed_at, number LIMIT ${pageSize}`
    ),
    (rows) => rows.map(decode)
  )

const timeOf = ({ run, sql }: Store): Effect.Effect<number, StoreUnavailable> =>
  Effect.map(
    run("ask for the time", (now) => sql<{ readonly now: number | string }>`SELECT ${now} AS now`),
    ([row]) => Number(row?.now)
  )

const nameOf = (row: Row): string => `${row.number}:${row.changed_at}`

/** Each row that has changed since a time, once. */
export const changes = (
  store: Store,
  since: number | undefined,
  pollInterval: Duration.DurationInput
): Stream.Stream<Row, StoreUnavailable> =>
  Stream.unwrap(
    Effect.map(since === undefined ? timeOf(store) : Effect.succeed(since), (begin) => {
      const seen = new Map<string, number>()
      return Stream.paginateChunkEffect<Place, Row, StoreUnavailable, never>({ changedAt: begin, number: 0 }, (after) =>
        Effect.gen(function* () {
          const rows = yield* page(store, after)
          const fresh = rows.filter((row) => row.changed_at >= begin && !seen.has(nameOf(row)))
          for (const row of rows) seen.set(nameOf(row), row.changed_at)
          const last = rows[rows.length - 1]
          if (rows.length === pageSize && last !== undefined) {
            return [Chunk.unsafeFromArray(fresh), Option.some({ changedAt: last.changed_at, number: last.number })]
          }
          yield* fresh.length === 0 ? Effect.sleep(pollInterval) : Effect.void
          const newest = Math.max(begin, ...seen.values(), last?.changed_at ?? 0)
          const from = Math.max(begin, newest - overlap)
          for (const [name, changedAt] of seen) if (changedAt < from) seen.delete(name)
          return [Chunk.unsafeFromArray(fresh), Option.some({ changedAt: from, number: 0 })]
        })
      )
    })
  )
