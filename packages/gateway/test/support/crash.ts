/**
 * Ends a gateway as a crash does, and asks the one that comes after it under the same key.
 */
import { Journal } from "@inbox-effect/gateway"
import { Effect, Exit, Scope } from "effect"
import type { Fault } from "../v2/faults.js"
import type { Named } from "../v2/readings.js"
import { Simulator } from "../v2/Simulator.js"
import { content, type Observed, sendOnce } from "./outcomes.js"
import * as Simulated from "./simulated.js"
import * as VirtualTime from "./virtualTime.js"

/** When the process ends: at this attempt, before v2 gets it or after v2 has answered. */
export interface Moment {
  readonly at: number
  readonly after: boolean
}

export const moments: ReadonlyArray<Moment> = [1, 2, 3].flatMap((at) => [false, true].map((after) => ({ at, after })))

/** A simulator that from that moment on is not heard any more, until it is revived. */
export const crashing = (simulator: Simulator, { after, at }: Moment) => {
  const handle = simulator.handle.bind(simulator)
  let posts = 0
  let dead = false
  return Object.assign(simulator, {
    handle: (request: Parameters<typeof handle>[0]) =>
      Effect.suspend(() => {
        if (dead) return Effect.never
        if (request.method !== "POST" || ++posts < at) return handle(request)
        dead = true
        return after ? Effect.zipRight(handle(request), Effect.never) : Effect.never
      }),
    revive: () => {
      dead = false
      posts = Number.NEGATIVE_INFINITY
    }
  })
}

/** The faults that are tried: what a crash interrupts is the attempt or the wait behind it. */
export const crashed: ReadonlySet<string> = new Set([
  "rate limited for a second",
  "internal error before storing",
  "reset after storing",
  "no answer after storing",
  "unconfirmed, delivered",
  "slower than an attempt may take",
  "201 without a body"
])

const request = { threadId: "thread1", content }

/** Outcome of the message, and number of times it was sent with nobody asking. */
export interface AfterCrash extends Pick<Observed, "delivered" | "result"> {
  readonly byItself: number
}

/** Sends under a key of the caller's, crashes, waits a while, and sends again under that key. */
export const observe = ({ reading }: Pick<Named, "reading">, fault: Fault, moment: Moment): Effect.Effect<AfterCrash> =>
  Effect.gen(function* () {
    const simulator = crashing(new Simulator({ reading }), moment)
    simulator.faults.push(fault, fault)
    const journal = yield* Journal.makeMemory()
    const scope = yield* Scope.make()
    const first = yield* Simulated.gateway(simulator, { grace: 1 }, journal).pipe(Scope.extend(scope))
    const caller = yield* first.authorize(Simulated.token)
    yield* Effect.fork(first.send(caller, request, { idempotencyKey: "k" }))
    yield* Effect.sleep("40 seconds")
    yield* Scope.close(scope, Exit.void)
    const sends = simulator.sends.length
    yield* Effect.sleep("10 seconds")
    const byItself = simulator.sends.length - sends
    simulator.revive()
    const result = yield* sendOnce(simulator, { key: "k", journal })
    return { result, delivered: simulator.delivered("thread1"), byItself }
  }).pipe(Effect.orDie, VirtualTime.run)
