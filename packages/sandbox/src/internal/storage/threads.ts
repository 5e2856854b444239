import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Draft, Thread } from "../../Storage.js"
import * as Id from "../model/id.js"
import type { Instants } from "./instants.js"
import { remembering } from "./remembering.js"
import { type ThreadRow, toThread } from "./rows.js"

/** Finds a thread. */
export const thread = (sql: SqlClient) =>
  remembering((threadId) =>
    Effect.map(sql<ThreadRow>`SELECT * FROM threads WHERE id = ${threadId}`, (rows) =>
      Option.map(Option.fromNullable(rows[0]), toThread)
    )
  )

/** Lists the threads of a team, oldest first. */
export const threads = (sql: SqlClient) => (teamId: string) =>
  Effect.map(sql<ThreadRow>`SELECT * FROM threads WHERE team_id = ${teamId} ORDER BY created_at, id`, (rows) =>
    rows.map(toThread)
  )

/** Adds a thread; `None` where there is one with this id. */
const insert =
  (sql: SqlClient, { tick }: Instants) =>
  (teamId: string, threadId: string): Effect.Effect<Option.Option<Thread>, SqlError> =>
    Effect.flatMap(tick, (created_at) => {
      const row = { id: threadId, team_id: teamId, account_link_id: Id.make(), external_id: Id.make() }
      return Effect.map(
        sql`INSERT INTO threads ${sql.insert({ ...row, created_at })} ON CONFLICT DO NOTHING RETURNING id`,
        (rows) => (rows.length === 0 ? Option.none() : Option.some(toThread(row)))
      )
    })

/**
 * Opens a thread with a message of its other side, or without: both or neither. `None` where there is a thread with this
 * id.
 */
export const openThread = (
  sql: SqlClient,
  instants: Instants,
  append: (draft: Draft) => Effect.Effect<Message.Message, SqlError>
) => {
  const add = insert(sql, instants)
  const open = (teamId: string, threadId: string, greeting: Option.Option<string>) =>
    Effect.flatMap(add(teamId, threadId), (added): Effect.Effect<Option.Option<Message.Message | null>, SqlError> => {
      if (Option.isNone(added)) return Effect.succeedNone
      if (Option.isNone(greeting)) return Effect.succeedSome(null)
      const draft: Draft = { thread: added.value, content: greeting.value, origin: "external", replyTo: Option.none() }
      return Effect.asSome(append(draft))
    })
  return (teamId: string, threadId: string, greeting: Option.Option<string>) =>
    sql.withTransaction(open(teamId, threadId, greeting))
}

/** Adds a thread unless there is one with this id. */
export const addThread = (sql: SqlClient, instants: Instants) => {
  const add = insert(sql, instants)
  return (teamId: string, threadId: string) => Effect.asVoid(add(teamId, threadId))
}
