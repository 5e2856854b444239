/**
 * Runs sends in virtual time, and holds what the gateway says against what the platform has.
 */
import { strict as assert } from "node:assert"
import { Message } from "@inbox-effect/client"
import type { Gateway, Journal } from "@inbox-effect/gateway"
import { Effect, Either, Schema } from "effect"
import type { Fault } from "../v2/faults.js"
import type { Named } from "../v2/readings.js"
import { Simulator } from "../v2/Simulator.js"
import * as Simulated from "./simulated.js"
import * as VirtualTime from "./virtualTime.js"

export type Result = Either.Either<Gateway.Answer, Gateway.Refusal>

/** What came of a send, beside what the platform has of it. */
export interface Observed {
  readonly result: Result
  readonly delivered: ReadonlyArray<{ readonly id: string; readonly content: string }>
  /** The number of attempts that reached v2. */
  readonly attempts: number
}

export const content = "On my way"

/** Sends one message through a gateway of its own. */
export const sendOnce = (
  simulator: Simulator,
  options: Gateway.Options & { readonly key?: string; readonly journal?: Journal.Service } = {}
) =>
  Effect.gen(function* () {
    const { journal, key, ...rest } = options
    const gateway = yield* Simulated.gateway(simulator, rest, journal)
    const caller = yield* gateway.authorize(Simulated.token)
    const request = { threadId: "thread1", content }
    return yield* Effect.either(gateway.send(caller, request, { idempotencyKey: key }))
  }).pipe(Effect.scoped, VirtualTime.run)

/** The promises that an outcome breaks. */
export const broken = ({ delivered, result }: Pick<Observed, "delivered" | "result">): ReadonlyArray<string> => {
  const once = delivered.length <= 1
  const truth = Either.match(result, {
    onLeft: (refusal) => refusal.delivery === "Unknown" || delivered.length === 0,
    onRight: () => delivered.length >= 1
  })
  return [...(once ? [] : ["Once"]), ...(truth ? [] : ["Truth"])]
}

/** One send with some faults under one reading. */
export const observe = (
  { reading }: Pick<Named, "reading">,
  faults: ReadonlyArray<Fault | undefined>,
  options?: Gateway.Options
): Effect.Effect<Observed> =>
  Effect.gen(function* () {
    const simulator = new Simulator({ reading })
    simulator.faults.push(...faults)
    const result = yield* Effect.orDie(sendOnce(simulator, options))
    return { result, delivered: simulator.delivered("thread1"), attempts: simulator.sends.length }
  })

/** Number of times that a caller asks under its own key. */
const tries = 3

/**
 * Tells whether a caller that asks under its own key until it has a 200 gets one, with one fault at its first attempt. Ids of
 * threads are those of v1.
 */
export const getsThrough = ({ reading }: Pick<Named, "reading">, fault: Fault): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const simulator = new Simulator({ reading })
    simulator.faults.push(fault)
    const gateway = yield* Simulated.gateway(simulator)
    const caller = yield* gateway.authorize(Simulated.token)
    for (let asked = 0; asked < tries; asked++) {
      const result = yield* Effect.either(
        gateway.send(caller, { threadId: "thread1", content }, { idempotencyKey: "k" })
      )
      if (Either.isRight(result)) return true
      yield* Effect.sleep("5 seconds")
    }
    return false
  }).pipe(Effect.scoped, Effect.orDie, VirtualTime.run)

export const statusOf = (result: Either.Either<unknown, Gateway.Refusal>): number =>
  Either.match(result, { onLeft: ({ status }) => status, onRight: () => 200 })

const isMessage = (json: unknown) => Either.isRight(Schema.decodeUnknownEither(Message.Message, { exact: true })(json))

/** A 200 has all 21 keys, each as v1 wants it, and nothing else. */
export const assertMessage = (result: Result, hasIdsOfV1: boolean): void => {
  if (Either.isLeft(result)) return
  assert.deepEqual(Object.keys(result.right.json), [...Message.keys])
  assert.equal(isMessage(result.right.json), hasIdsOfV1)
}
