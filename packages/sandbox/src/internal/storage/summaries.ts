import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type SummaryRow, toSummary } from "./rows.js"

const select = (sql: SqlClient) => sql`SELECT t.id, t.team_id, t.created_at,
    t.message_count, t.inbound_count,
    l.id AS last_id, l.origin AS last_origin, l.created_at AS last_created_at, substr(l.content, 1, 200) AS last_content
  FROM threads t
  LEFT JOIN messages l ON l.sequence = (SELECT MAX(m.sequence) FROM messages m WHERE m.thread_id = t.id)`

/** Lists every thread with what is in it, the one with the newest activity first. */
export const summaries = (sql: SqlClient) =>
  Effect.map(sql<SummaryRow>`${select(sql)} ORDER BY COALESCE(l.created_at, t.created_at) DESC, t.id`, (rows) =>
    rows.map(toSummary)
  )

/** Finds a thread with what is in it. */
export const summary = (sql: SqlClient) => {
  const selected = select(sql)
  return (threadId: string) =>
    Effect.map(sql<SummaryRow>`${selected} WHERE t.id = ${threadId}`, (rows) =>
      Option.map(Option.fromNullable(rows[0]), toSummary)
    )
}
