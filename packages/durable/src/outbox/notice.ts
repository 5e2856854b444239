/** The notices by which PostgreSQL tells the engines that a thread has something to do. */
import type * as SqlClient from "@effect/sql/SqlClient"
import type * as Statement from "@effect/sql/Statement"

export const channel = "inbox_outbox"

/** Stands for any thread. */
export const anyThread = "*"

/** A notice may have 8,000 bytes. */
const maxLength = 1_000

/** Gives the notice when the transaction is committed. */
export const noticeOf = (sql: SqlClient.SqlClient, threadId: string): Statement.Fragment =>
  sql`pg_notify(${channel}, ${threadId.length > maxLength ? anyThread : threadId})`
