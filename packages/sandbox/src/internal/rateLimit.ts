import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** How many requests a team may make in a time that slides along, in milliseconds. */
interface Window {
  readonly limit: number
  readonly millis: number
}

/** The windows that the vendor documents. They hold together. */
export const windows: ReadonlyArray<Window> = [
  { limit: 300, millis: 60_000 },
  { limit: 10_000, millis: 3_600_000 },
  { limit: 100_000, millis: 86_400_000 }
]

/** How the tightest window stands: what is left of it, and when (in Unix seconds) its oldest request leaves it. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/** What becomes of a request: `retryAfter` is there where it is refused, in seconds until it would not be. */
export interface Verdict {
  readonly standing: Standing
  readonly retryAfter: number | undefined
}

/**
 * What a window holds: how many requests, when the oldest of them was made, and when the one was made that has to leave
 * before there is room, if one has.
 */
export interface Holding {
  readonly window: Window
  readonly count: number
  readonly oldest: number | undefined
  readonly edge: number | undefined
}

const standingOf = ({ count, oldest, window }: Holding, now: number): Standing => ({
  limit: window.limit,
  remaining: Math.max(0, window.limit - count),
  resetSeconds: Math.ceil(((oldest ?? now) + window.millis) / 1_000)
})

const tightest = (holdings: ReadonlyArray<Holding>, now: number): Standing =>
  holdings
    .map((holding) => standingOf(holding, now))
    .reduce((tight, other) => (other.remaining < tight.remaining ? other : tight))

/** How a team stands that has made no request. */
export const untouched = (now: number): Standing =>
  tightest(
    windows.map((window) => ({ window, count: 0, oldest: undefined, edge: undefined })),
    now
  )

/** How long until every window has room, in seconds; `undefined` where each has. */
const retryAfterOf = (holdings: ReadonlyArray<Holding>, now: number): number | undefined => {
  const waits = holdings
    .map(({ edge, window }) => (edge === undefined ? 0 : edge + window.millis - now))
    .filter((wait) => wait > 0)
  return waits.length === 0 ? undefined : Math.ceil(Math.max(...waits) / 1_000)
}

/** What holds after a request that counts. */
const withOneMore = (holding: Holding, now: number): Holding => ({
  ...holding,
  count: holding.count + 1,
  oldest: holding.oldest ?? now
})

const judge = (holdings: ReadonlyArray<Holding>, now: number, isEnforced: boolean): Verdict => {
  const retryAfter = isEnforced ? retryAfterOf(holdings, now) : undefined
  const after = retryAfter === undefined ? holdings.map((holding) => withOneMore(holding, now)) : holdings
  return { standing: tightest(after, now), retryAfter }
}

/** The most that any window looks back at. */
const maxKept = Math.max(...windows.map(({ limit }) => limit))

/** A queue of instants, in ascending order, that forgets those that no window looks at. */
class Instants {
  #instants: Array<number> = []
  #start = 0

  get latest(): number {
    return this.#instants.at(-1) ?? 0
  }

  push(instant: number): void {
    this.#instants.push(instant)
    if (this.#instants.length - this.#start > maxKept) this.#start++
    if (this.#start > maxKept) {
      this.#instants = this.#instants.slice(this.#start)
      this.#start = 0
    }
  }

  holdingOf(window: Window, now: number): Holding {
    const first = this.#firstAfter(now - window.millis)
    return {
      window,
      count: this.#instants.length - first,
      oldest: this.#instants[first],
      edge: this.#instants[this.#instants.length - window.limit]
    }
  }

  #firstAfter(instant: number): number {
    let low = this.#start
    let high = this.#instants.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#instants[middle] ?? 0) > instant) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** Counts requests by team. */
export interface RateLimit {
  /** Counts a request, or refuses it where limits are enforced. One that is refused does not count. */
  readonly take: (teamId: string, isEnforced: boolean) => Effect.Effect<Verdict, SqlError>
}

/** Counts in the memory of this process. */
export const makeLocal = (): RateLimit => {
  const byTeam = new Map<string, Instants>()

  const instantsOf = (teamId: string): Instants => {
    const instants = byTeam.get(teamId) ?? new Instants()
    byTeam.set(teamId, instants)
    return instants
  }

  return {
    take: (teamId, isEnforced) =>
      Effect.map(Clock.currentTimeMillis, (millis) => {
        const instants = instantsOf(teamId)
        const now = Math.max(millis, instants.latest)
        const holdings = windows.map((window) => instants.holdingOf(window, now))
        const verdict = judge(holdings, now, isEnforced)
        if (verdict.retryAfter === undefined) instants.push(now)
        return verdict
      })
  }
}

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
        FROM (VALUES ${sql.csv(windows.map(({ limit, millis }) => sql`(${limit}::bigint, ${millis}::bigint)`))})
          AS windows (size, millis)
        LEFT JOIN LATERAL (
          SELECT number, at FROM requests
          WHERE team_id = ${teamId} AND at > ${now}::bigint - millis ORDER BY at, number LIMIT 1
        ) AS oldest ON TRUE
        LEFT JOIN requests AS edge ON edge.team_id = ${teamId} AND edge.number = ${requests}::bigint - size + 1`,
      (rows) =>
        windows.map((window): Holding => {
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
      forgotten AS (DELETE FROM requests WHERE team_id = ${teamId} AND number <= ${number - maxKept})
      INSERT INTO requests ${sql.insert({ team_id: teamId, number, at: now })}`

  const take = (teamId: string, isEnforced: boolean) =>
    Effect.gen(function* () {
      const [counter] = yield* lockCounter(teamId)
      const requests = Number(counter?.requests ?? 0)
      const now = Math.max(yield* Clock.currentTimeMillis, orUndefined(counter?.latest) ?? 0)
      const verdict = judge(yield* holdingsOf(teamId, requests, now), now, isEnforced)
      if (verdict.retryAfter === undefined) yield* count(teamId, requests + 1, now)
      return verdict
    })

  return { take: (teamId, isEnforced) => Effect.uninterruptible(sql.withTransaction(take(teamId, isEnforced))) }
}

/**
 * Counts in the database where that is shared and limits are enforced; else in the memory of this process, which costs
 * nothing.
 */
export const make: Effect.Effect<RateLimit, never, SqlClient.SqlClient> = Effect.map(SqlClient.SqlClient, (sql) => {
  const local = makeLocal()
  const shared = sql.onDialectOrElse({ pg: () => makeShared(sql), orElse: () => local })
  return { take: (teamId, isEnforced) => (isEnforced ? shared : local).take(teamId, isEnforced) }
})

export const toHeaders = ({ limit, remaining, resetSeconds }: Standing): Record<string, string> => ({
  "x-ratelimit-limit": String(limit),
  "x-ratelimit-remaining": String(remaining),
  "x-ratelimit-reset": String(resetSeconds)
})
