import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { maxRemembered } from "./remembering.js"
import { headMessage, type MessageRow, toMessage } from "./rows.js"

/** Finds a message of a thread. */
export const message = (sql: SqlClient) => (threadId: string, messageId: string) =>
  Effect.map(sql<MessageRow>`SELECT * FROM messages WHERE id = ${messageId} AND thread_id = ${threadId}`, headMessage)

/** Finds the oldest message that the other side wrote. */
export const firstInbound = (sql: SqlClient) => (threadId: string) =>
  Effect.map(
    sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} AND origin = 'external' ORDER BY sequence LIMIT 1`,
    headMessage
  )

/** Lists every message of a thread, oldest first. */
export const messages = (sql: SqlClient) => (threadId: string) =>
  Effect.map(sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} ORDER BY sequence`, (rows) =>
    rows.map(toMessage)
  )

/** Lists messages of a thread, newest first. */
export const page =
  (sql: SqlClient) =>
  (threadId: string, { before, limit }: { readonly before: Option.Option<string>; readonly limit: number }) =>
    Effect.map(
      Option.match(before, {
        onNone: () =>
          sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} ORDER BY sequence DESC LIMIT ${limit}`,
        onSome: (id) =>
          sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} AND sequence < (SELECT sequence FROM messages WHERE id = ${id}) ORDER BY sequence DESC LIMIT ${limit}`
      }),
      (rows) => rows.map(toMessage)
    )

/** Tells which threads hold a message. That one does is remembered until all is cleared. */
export const makeWritten = (sql: SqlClient) => {
  const known = new Set<string>()

  const add = (threadId: string): void => {
    if (known.size >= maxRemembered) known.clear()
    known.add(threadId)
  }

  return {
    add,
    clear: (): void => known.clear(),
    has: (threadId: string): Effect.Effect<boolean, SqlError> =>
      known.has(threadId)
        ? Effect.succeed(true)
        : Effect.uninterruptible(
            Effect.map(sql`SELECT 1 FROM messages WHERE thread_id = ${threadId} LIMIT 1`, (rows) => {
              if (rows.length > 0) add(threadId)
              return rows.length > 0
            })
          )
  }
}
