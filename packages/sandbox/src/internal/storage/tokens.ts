import { createHash } from "node:crypto"
import type { SqlClient } from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Token } from "../../Storage.js"
import type { Instants } from "./instants.js"
import { remembering } from "./remembering.js"
import { type BigInteger, instantOf } from "./rows.js"

const hash = (token: Redacted.Redacted): string =>
  createHash("sha256").update(Redacted.value(token), "utf8").digest("hex")

/** Number of hexadecimal digits of a hash that name its token: 96 bits. */
const idLength = 24

/** Names a token where it must not be shown. */
export const idOf = (token: Redacted.Redacted): string => hash(token).slice(0, idLength)

interface TokenRow {
  readonly hash: string
  readonly team_id: string
  readonly created_at: BigInteger
}

const toToken = (row: TokenRow): Token => ({
  id: row.hash.slice(0, idLength),
  teamId: row.team_id,
  createdAt: instantOf(row.created_at)
})

/** Time that a token is accepted without a look into the database, in milliseconds. */
const acceptedMillis = 5_000

/** Finds the team of a token, and forgets one that was found. */
export const makeTeamOf = (sql: SqlClient) => {
  const byHash = remembering(
    (key) =>
      Effect.map(sql<{ readonly team_id: string }>`SELECT team_id FROM tokens WHERE hash = ${key}`, (rows) =>
        Option.map(Option.fromNullable(rows[0]), (row) => row.team_id)
      ),
    acceptedMillis
  )
  return Object.assign((token: Redacted.Redacted) => byHash(hash(token)), { forget: byHash.forget })
}

/** Lists every token, oldest first. */
export const tokens = (sql: SqlClient) =>
  Effect.map(sql<TokenRow>`SELECT hash, team_id, created_at FROM tokens ORDER BY created_at, hash`, (rows) =>
    rows.map(toToken)
  )

/** Adds a token unless it is known. */
export const addToken =
  (sql: SqlClient, { tick }: Instants) =>
  (teamId: string, token: Redacted.Redacted) =>
    Effect.flatMap(tick, (created_at) =>
      Effect.asVoid(
        sql`INSERT INTO tokens ${sql.insert({ hash: hash(token), team_id: teamId, created_at })} ON CONFLICT DO NOTHING`
      )
    )

/** Deletes a token, and tells whether there was one. */
export const revokeToken = (sql: SqlClient, teamOf: ReturnType<typeof makeTeamOf>) => (id: string) =>
  Effect.map(
    sql<{ readonly hash: string }>`DELETE FROM tokens WHERE SUBSTR(hash, 1, ${idLength}) = ${id} RETURNING hash`,
    (rows) => {
      for (const { hash } of rows) teamOf.forget(hash)
      return rows.length > 0
    }
  )
