import * as SqlClient from "@effect/sql/SqlClient"
import { SqliteClient } from "@inbox-effect/sqlite"
import { Effect } from "effect"

export const program = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT 1 AS one`).pipe(
  Effect.provide(SqliteClient.layer({ filename: ":memory:", applicationId: 1_852_797_029 }))
)
