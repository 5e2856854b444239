import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import type { BigInteger } from "./rows.js"

/** Number of messages that one statement deletes at most: it holds the loop up for a few milliseconds. */
const sliceSize = 500

/** Deletes the oldest messages of a thread up to a number, one slice of them, but for the first inbound one. */
const deleteSlice = (sql: SqlClient) => (threadId: string, upTo: BigInteger) => {
  const slice = sql`SELECT sequence FROM messages WHERE thread_id = ${threadId} AND sequence <= ${upTo}
    AND sequence <> COALESCE(
      (SELECT MIN(sequence) FROM messages WHERE thread_id = ${threadId} AND origin = 'external'), -1
    ) ORDER BY sequence LIMIT ${sliceSize}`
  return sql.onDialectOrElse({
    // The row of the thread is locked first, as by a send.
    pg: () => sql`WITH locked AS (SELECT id FROM threads WHERE id = ${threadId} FOR UPDATE),
      gone AS (DELETE FROM messages WHERE thread_id IN (SELECT id FROM locked) AND sequence IN (${slice}) RETURNING id, origin),
      counted AS (
        UPDATE threads SET
          message_count = message_count - (SELECT COUNT(*) FROM gone),
          inbound_count = inbound_count - (SELECT COUNT(*) FROM gone WHERE origin = 'external')
        WHERE id = ${threadId}
      )
      SELECT id FROM gone`,
    orElse: () => sql`DELETE FROM messages WHERE sequence IN (${slice}) RETURNING id`
  })
}

/** Deletes messages a slice at a time. Between two slices everybody else goes on. */
const clearThread = (sql: SqlClient) => {
  const next = deleteSlice(sql)
  return (threadId: string, upTo: BigInteger) =>
    Effect.iterate(
      { deleted: 0, last: sliceSize },
      {
        while: ({ last }) => last === sliceSize,
        body: ({ deleted }) =>
          Effect.map(next(threadId, upTo), (rows) => ({ deleted: deleted + rows.length, last: rows.length }))
      }
    ).pipe(Effect.map(({ deleted }) => deleted))
}

/** Deletes every message that is there now, but for the first inbound one of each thread. */
export const clear = (sql: SqlClient) => {
  const clearOne = clearThread(sql)
  return Effect.gen(function* () {
    const [newest] = yield* sql<{ readonly upTo: BigInteger | null }>`SELECT MAX(sequence) AS "upTo" FROM messages`
    const found = yield* sql<{ readonly id: string }>`SELECT id FROM threads WHERE message_count > 0 ORDER BY id`
    const deleted = yield* Effect.forEach(found, ({ id }) => clearOne(id, newest?.upTo ?? 0))
    return deleted.reduce((sum, each) => sum + each, 0)
  })
}
