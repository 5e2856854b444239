/** Which runs there are: each point, with each action, in each of the situations. */
import { Fault } from "@inbox-effect/sandbox"
import { Array as Arr } from "effect"
import type { Action, Disturbance, Mark } from "./order.js"

/** What goes wrong besides: the first sends of a run meet it. */
export interface Situation {
  readonly name: string
  readonly faults: ReadonlyArray<Fault.Fault>
}

export const situations: ReadonlyArray<Situation> = [
  { name: "nothing else", faults: [] },
  { name: "answers lost", faults: [Fault.Reset.make({ when: "after" })] },
  { name: "resets before storing", faults: [Fault.Reset.make({ when: "before" })] },
  { name: "502 after storing", faults: [Fault.Status.make({ status: 502, stored: true })] },
  { name: "429 with Retry-After", faults: [Fault.RateLimited.make({ retryAfter: 1, format: "seconds" })] },
  { name: "stalls", faults: [Fault.Stall.make({ at: "head" })] },
  { name: "cut bodies", faults: [Fault.Truncated.make()] }
]

/** One run. */
export interface Case {
  readonly disturbance: Disturbance
  readonly situation: Situation
  readonly workers: 1 | 3
}

const actions: ReadonlyArray<Action> = ["kill", "stop", "cut", "forward", "back"]

/** Milliseconds after a point at which what is waited for is under way. */
const underWay = 25

/**
 * All cases of the points that were recorded, in an order that mixes them: any part of it from the beginning is a fair
 * sample. Restarts of the database disturb everybody, so they are planned apart.
 */
export const cases = (
  points: ReadonlyArray<readonly [name: string, visits: number]>,
  seed: number,
  chosen: ReadonlyArray<Action> = actions
): ReadonlyArray<Case> => {
  const all = points.flatMap(([point, visits]) =>
    Arr.range(1, Math.min(visits, 3)).flatMap((occurrence) =>
      chosen.flatMap((action) =>
        (point.endsWith(": before") ? [0, underWay] : [0]).flatMap((delay) =>
          situations.flatMap((situation) =>
            ([1, 3] as const).map((workers) => ({
              disturbance: { point, occurrence, delay, action },
              situation,
              workers
            }))
          )
        )
      )
    )
  )
  return shuffled(all, seed)
}

/** Shuffles by a seed, so that a run can be repeated. */
const shuffled = <A>(items: ReadonlyArray<A>, seed: number): ReadonlyArray<A> => {
  let state = seed >>> 0
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return items
    .map((item) => [next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

const quietly: Situation = { name: "nothing else", faults: [] }

const at = (point: string, action: Action): Case => ({
  disturbance: { point, occurrence: 1, delay: 0, action },
  situation: quietly,
  workers: 1
})

/** For each mark, the case that goes wrong without it, whatever the speed of the machine. */
export const proofs: Readonly<Record<Mark, Case>> = {
  a: at("enter that a message was sent: before", "kill"),
  b: at("enter that a message was sent: before", "kill"),
  c: at("send a message: before", "stop")
}
