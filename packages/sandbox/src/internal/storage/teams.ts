import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Id from "../model/id.js"
import type { Instants } from "./instants.js"
import { type TeamRow, toTeam } from "./rows.js"

/** Lists every team, oldest first. */
export const teams = (sql: SqlClient) =>
  Effect.map(sql<TeamRow>`SELECT id, outbound_addon FROM teams ORDER BY created_at, id`, (rows) => rows.map(toTeam))

/** Makes a team. */
export const addTeam = (sql: SqlClient, { tick }: Instants) =>
  Effect.flatMap(tick, (created_at) => {
    const id = Id.make()
    return Effect.as(sql`INSERT INTO teams ${sql.insert({ id, created_at })}`, id)
  })

/** Finds the team that was made first, and makes one where there is none. */
export const firstTeam = (sql: SqlClient, instants: Instants) =>
  Effect.flatMap(sql<{ readonly id: string }>`SELECT id FROM teams ORDER BY created_at, id LIMIT 1`, ([team]) =>
    team === undefined ? addTeam(sql, instants) : Effect.succeed(team.id)
  )

/** Tells whether a team may write first. */
export const hasOutboundAddon = (sql: SqlClient) => (teamId: string) =>
  Effect.map(sql<TeamRow>`SELECT id, outbound_addon FROM teams WHERE id = ${teamId}`, ([row]) =>
    row === undefined ? false : toTeam(row).outboundAddon
  )

/** Lets a team write first, or not. */
export const setOutboundAddon = (sql: SqlClient) => (teamId: string, has: boolean) =>
  Effect.asVoid(sql`UPDATE teams SET outbound_addon = ${Number(has)} WHERE id = ${teamId}`)
