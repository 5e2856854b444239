import * as SqlClient from "@effect/sql/SqlClient"
import { SqliteClient } from "@inbox-effect/sqlite"
import { Effect } from "effect"

const program = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS notes (text TEXT NOT NULL)`
  yield* sql`INSERT INTO notes ${sql.insert({ text: "On my way" })}`
  return yield* sql`SELECT text FROM notes`
})

const NotesLive = SqliteClient.layer({ filename: "notes.db", applicationId: 1_852_797_029 })

Effect.runPromise(Effect.provide(program, NotesLive))
