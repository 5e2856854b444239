import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Local from "@inbox-effect/server/RateLimit"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Counts requests by team. */
export interface RateLimit extends Local.RateLimit<SqlError> {}

interface CounterRow {
  readonly requests: number | string
  readonly latest: number | string | null
}

interface HoldingRow {
  readonly size: number
  readonly first: number | string | null
  readonly oldest: number | string | null
  readonly edge: number | string | null
}

const orUndefined = (value: number | string | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value)

/**
 * Counts in the database, so that all processes behind it count together. The requests of a team have numbers without a
 * gap, so every question is answered by the row of a number.
 */
const makeShared = (sql: SqlClient.SqlClient): RateLimit => {
  const lockCounter = (teamId: string) =>
    sql<CounterRow>`SELECT requests, (
        SELECT at FROM requests WHERE team_id = teams.id AND number = teams.requests
      ) AS latest
      FROM teams WHERE id = ${teamId} FOR NO KEY UPDATE`

  const holdingsOf = (teamId: string, requests: number, now: number) =>
    Effect.map(
      sql<HoldingRow>`SELECT size, oldest.number AS first, oldest.at AS oldest, edge.at AS edge
        FROM (VALUES ${sql.csv(Local.windows.map(({ limit, millis }) => sql`(${limit}::bigint, ${millis}::bigint)`))})
          AS windows (size, millis)
        LEFT JOIN LATERAL (
          SELECT number, at FROM requests
          WHERE team_id = ${teamId} AND at > ${now}::bigint - millis ORDER BY at, number LIMIT 1
        ) AS oldest ON TRUE
        LEFT JOIN requests AS edge ON edge.team_id = ${teamId} AND edge.number = ${requests}::bigint - size + 1`,
      (rows) =>
        Local.windows.map((window): Local.Holding => {
          const row = rows.find(({ size }) => Number(size) === window.limit)
          const first = orUndefined(row?.first)
          return {
            window,
            count: first === undefined ? 0 : requests - first + 1,
            oldest: orUndefined(row?.oldest),
            edge: orUndefined(row?.edge)
          }
        })
    )

  const count = (teamId: string, number: number, now: number) =>
    sql`WITH counted AS (UPDATE teams SET requests = ${number} WHERE id = ${teamId}),
      forgotten AS (DELETE FROM requests WHERE team_id = ${teamId} AND number <= ${number - Local.maxKept})
      INSERT INTO requests ${sql.insert({ team_id: teamId, number, at: now })}`

  const take = (teamId: string, isEnforced: boolean) =>
    Effect.gen(function* () {
      const [counter] = yield* lockCounter(teamId)
      const requests = Number(counter?.requests ?? 0)
      const now = Math.max(yield* Clock.currentTimeMillis, orUndefined(counter?.latest) ?? 0)
      const verdict = Local.judge(yield* holdingsOf(teamId, requests, now), now, isEnforced)
      if (verdict.retryAfter === undefined) yield* count(teamId, requests + 1, now)
      return verdict
    })

  return { take: (teamId, isEnforced) => Effect.uninterruptible(sql.withTransaction(take(teamId, isEnforced))) }
}

/**
 * Counts in the database where that is shared and limits are enforced; else in the memory of this process, which costs
 * nothing.
 */
export const make: Effect.Effect<RateLimit, never, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const clock = yield* Effect.clock
  const local = Local.make()
  // Known at once: a request that is counted so needs no fiber for it.
  const take = (teamId: string, isEnforced: boolean) =>
    Effect.succeed(local.unsafeTake(teamId, isEnforced, clock.unsafeCurrentTimeMillis()))
  return sql.onDialectOrElse({
    pg: () => {
      const shared = makeShared(sql)
      return { take: (teamId, isEnforced) => (isEnforced ? shared.take(teamId, true) : take(teamId, false)) }
    },
    orElse: (): RateLimit => ({ take })
  })
})
