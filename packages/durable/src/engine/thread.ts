/** One thread of the outbox: its messages in their order, one at a time. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { StoreUnavailable } from "../DurableError.js"
import { turn } from "../ledger/advance.js"
import { attempt } from "../ledger/attempt.js"
import { type Claim, claimHead } from "../ledger/claim.js"
import type { Core } from "../ledger/core.js"
import { expired } from "../ledger/entry.js"
import { giveUpHolder, investigate } from "../ledger/investigate.js"
import { decode, type Row } from "../store/row.js"

/** The rest of a thread's work: nothing for now, or more. */
export type Left = "Nothing" | "More"

/** The engine, as a thread sees it. Times in milliseconds. */
export interface Driver extends Core {
  /** Time after which a message that waits is not sent any more. */
  readonly maxAge: number
  /** Told of each row that has changed. */
  readonly onChange: (row: Row) => Effect.Effect<void>
}

/** The first open message of a thread. */
const headOf = ({ store }: Core, threadId: string): Effect.Effect<Row | undefined, StoreUnavailable> => {
  const { run, sql } = store
  return Effect.map(
    run(
      "find the first message of a thread",
      (now) => sql`SELECT *, ${now} AS now FROM inbox_sends
        WHERE thread_id = ${threadId} AND settled_at IS NULL AND driven = 1 ORDER BY number LIMIT 1`
    ),
    ([row]) => (row === undefined ? undefined : decode(row))
  )
}

/** Lets a claim and its attempt come to their end, whatever interrupts this: nobody should have to look for the message. */
const toItsEnd = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.uninterruptible(Effect.flatMap(Effect.forkDaemon(Effect.interruptible(effect)), Fiber.join))

const sendClaimed = (driver: Driver, claim: Claim): Effect.Effect<Row | undefined, StoreUnavailable> =>
  claim.row.now - claim.row.created_at > driver.maxAge ? expired(driver, claim) : attempt(driver, claim)

const isDue = (row: Row): boolean => row.due_at <= row.now

/** Goes on with a message that cannot be claimed: looks for it where its delivery is unknown. */
const goOn = (driver: Driver, row: Row): Effect.Effect<Row | undefined, StoreUnavailable> => {
  if (!isDue(row)) return Effect.succeed(undefined)
  switch (row.state) {
    case "sending":
      return row.due_at === row.now || driver.alive.has(row.holder ?? "")
        ? Effect.succeed(undefined)
        : giveUpHolder(driver, row)
    case "unknown":
    case "reconciling":
      return investigate(driver, row)
    default:
      return Effect.succeed(undefined)
  }
}

/** Claims and sends the first message, without a look at it before, where no limiter makes that cost a turn. */
const sendHead = (driver: Driver, threadId: string): Effect.Effect<Row | undefined, StoreUnavailable> =>
  toItsEnd(
    Effect.flatMap(claimHead(driver, threadId), (claim) =>
      claim === undefined ? Effect.succeed(undefined) : sendClaimed(driver, claim)
    )
  )

const step = (driver: Driver, threadId: string): Effect.Effect<Row | undefined, StoreUnavailable> =>
  Effect.gen(function* () {
    if (driver.limiter === undefined) {
      const sent = yield* sendHead(driver, threadId)
      if (sent !== undefined) return sent
    }
    const row = yield* headOf(driver, threadId)
    if (row === undefined) return undefined
    if (row.state !== "queued") return yield* goOn(driver, row)
    return isDue(row) ? yield* Effect.zipRight(turn(driver), sendHead(driver, threadId)) : undefined
  })

/** Tells that a row that has changed lets its thread go on at once. */
const goesOn = (row: Row): boolean => row.settled_at !== null || (row.state !== "doubt" && isDue(row))

/** Takes a thread on by so many steps at most; a thread has to give way to others. */
export const drive = (driver: Driver, threadId: string, steps: number): Effect.Effect<Left, StoreUnavailable> =>
  Effect.gen(function* () {
    for (let taken = 0; taken < steps; taken++) {
      const row = yield* step(driver, threadId)
      if (row === undefined) return "Nothing"
      yield* driver.onChange(row)
      if (!goesOn(row)) return "Nothing"
    }
    return "More"
  })
