/** One step of a message towards its outcome: from any state, by any run, as often as it likes. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { NotSettled, type StoreUnavailable } from "../DurableError.js"
import type { Outcome } from "../Outcome.js"
import { decode, outcomeOf, type Row } from "../store/row.js"
import { attempt } from "./attempt.js"
import { type Claim, claimKey } from "./claim.js"
import type { Core } from "./core.js"
import { giveUpHolder, investigate } from "./investigate.js"

const notSettled = (row: Row, reason: NotSettled["reason"], millis: number): NotSettled =>
  new NotSettled({
    key: row.key,
    reason,
    retryAfter: Duration.millis(Math.max(0, millis)),
    ...(row.error === null ? {} : { error: row.error })
  })

/** Wait for another run, which may be done with the message at any time, in milliseconds. */
const shortWait = 200

/** The row of a key. */
export const find = ({ store }: Core, key: string): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.map(
    store.run("find a message", (now) => store.sql`SELECT *, ${now} AS now FROM inbox_sends WHERE key = ${key}`),
    ([row]) => (row === undefined ? undefined : decode(row))
  )

/** Sends what was claimed, and goes on from there. */
export const advanceClaim = (core: Core, claim: Claim): Effect.Effect<Outcome, NotSettled | StoreUnavailable> =>
  Effect.flatMap(attempt(core, claim), (row) => goOn(core, claim.row, row))

const goOn = (
  core: Core,
  before: Row,
  after: Row | undefined
): Effect.Effect<Outcome, NotSettled | StoreUnavailable> =>
  after === undefined ? Effect.fail(notSettled(before, "Busy", shortWait)) : advance(core, after)

/** The limiter comes before the claim: while a message waits for its turn, nobody holds it. */
export const turn = ({ limiter }: Core): Effect.Effect<void> => limiter?.acquire ?? Effect.void

const claimAndSend = (core: Core, row: Row): Effect.Effect<Outcome, NotSettled | StoreUnavailable> =>
  Effect.zipRight(
    turn(core),
    Effect.flatMap(claimKey(core, row.key), (claim) =>
      claim === undefined ? Effect.fail(notSettled(row, "Busy", shortWait)) : advanceClaim(core, claim)
    )
  )

/** Takes a message from the state that its row is in to its outcome, or as far as it goes for now. */
export const advance = (core: Core, row: Row): Effect.Effect<Outcome, NotSettled | StoreUnavailable> => {
  const outcome = outcomeOf(row)
  if (outcome !== undefined) return Effect.succeed(outcome)
  const wait = row.due_at - row.now
  switch (row.state) {
    case "queued":
      return wait > 0 ? Effect.fail(notSettled(row, "Waiting", wait)) : claimAndSend(core, row)
    case "sending":
      return wait >= 0 || core.alive.has(row.holder ?? "")
        ? Effect.fail(notSettled(row, "Busy", shortWait))
        : Effect.flatMap(giveUpHolder(core, row), (after) => goOn(core, row, after))
    case "unknown":
      return wait > 0
        ? Effect.fail(notSettled(row, "Unreconciled", wait))
        : Effect.flatMap(investigate(core, row), (after) => goOn(core, row, after))
    default:
      return wait > 0
        ? Effect.fail(notSettled(row, "Busy", shortWait))
        : Effect.flatMap(investigate(core, row), (after) => goOn(core, row, after))
  }
}
