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

/** One run: a worker is disturbed, and who replaces it as well where there is a second disturbance. */
export interface Case {
  readonly disturbances: ReadonlyArray<Disturbance>
  readonly situation: Situation
  readonly workers: 1 | 3
}

const actions: ReadonlyArray<Action> = ["kill", "stop", "cut", "forward", "back"]

/** Milliseconds after a point at which what is waited for is under way. */
const underWay = 25

/** Points by name, with how often a worker was there in one case. */
export type Points = ReadonlyMap<string, number>

/** What workers do in a situation. */
export interface Recorded {
  readonly situation: Situation
  readonly calm: Points
  /** Points that only a worker meets that takes over from one that was killed. */
  readonly afterwards: Points
}

export const killed: Disturbance = {
  point: "enter that a message was sent: before",
  occurrence: 1,
  delay: 0,
  action: "kill"
}

/** The first times at a point, as far as they are certain to come again. */
const occurrences = (visits: number): ReadonlyArray<number> => Arr.range(1, visits >= 12 ? 3 : visits >= 6 ? 2 : 1)

const disturbancesAt = (points: Points, actions: ReadonlyArray<Action>): ReadonlyArray<Disturbance> =>
  [...points].flatMap(([point, visits]) =>
    occurrences(visits).flatMap((occurrence) =>
      actions.flatMap((action) =>
        (point.endsWith(": before") ? [0, underWay] : [0]).map((delay) => ({ point, occurrence, delay, action }))
      )
    )
  )

/**
 * All cases, in an order that mixes them: any part of it from the beginning is a fair sample. Of three workers, each
 * has a third of the threads, so one of them is at a point for the first time only.
 */
export const cases = (
  recorded: ReadonlyArray<Recorded>,
  seed: number,
  chosen: ReadonlyArray<Action> = actions
): ReadonlyArray<Case> =>
  shuffled(
    recorded.flatMap(({ afterwards, calm, situation }) => {
      const once = disturbancesAt(calm, chosen)
      const first = once.filter(({ occurrence }) => occurrence === 1)
      return [
        ...once.map((disturbance): Case => ({ disturbances: [disturbance], situation, workers: 1 })),
        ...first.map((disturbance): Case => ({ disturbances: [disturbance], situation, workers: 3 })),
        ...disturbancesAt(afterwards, chosen).map(
          (disturbance): Case => ({ disturbances: [killed, disturbance], situation, workers: 1 })
        )
      ]
    }),
    seed
  )

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
  disturbances: [{ point, occurrence: 1, delay: 0, action }],
  situation: quietly,
  workers: 1
})

/** For each mark, the case that goes wrong without it, whatever the speed of the machine. */
export const proofs: Readonly<Record<Mark, Case>> = {
  a: at("enter that a message was sent: before", "kill"),
  b: at("enter that a message was sent: before", "kill"),
  c: at("send a message: before", "stop")
}
