/** Which runs there are: each point, with each action, in each of the situations. */
import { Fault } from "@inbox-effect/sandbox"
import { Array as Arr } from "effect"
import { Action, type Disturbance, type Mark } from "./order.js"

/** Faults besides: the first sends of a run meet them. */
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

/** One run; `null` disturbs nothing. */
export interface Case {
  readonly disturbance: Disturbance | null
  readonly situation: Situation
  readonly workers: 1 | 3
}

/** Milliseconds after a point at which what is waited for is under way. */
const underWay = 25

/** A point that workers were at in a situation: how often, and when for the first time, in milliseconds. */
export interface Recorded {
  readonly situation: Situation
  readonly point: string
  readonly visits: number
  readonly at: number
}

/** The first times at a point, as far as they are certain to come again. */
const occurrences = (visits: number): ReadonlyArray<number> => Arr.range(1, visits >= 12 ? 3 : visits >= 6 ? 2 : 1)

/** Cases of one action are run at once, and those whose points come at about the same time. */
export interface Kind {
  readonly action: Action
  readonly workers: 1 | 3
  readonly isLate: boolean
}

/** Milliseconds after which a point is a late one: it comes where something was looked for or waited for. */
const late = 900

/**
 * All cases of a kind, in an order that mixes them: any part of it from the beginning is a fair sample. Of three workers
 * each has a third of the threads, so one of them is at a point for the first time only.
 */
export const casesOf = (
  { action, isLate, workers }: Kind,
  recorded: ReadonlyArray<Recorded>,
  seed: number
): ReadonlyArray<Case> =>
  shuffled(
    recorded
      .filter(({ at }) => at > late === isLate)
      .flatMap(({ point, situation, visits }) =>
        (workers === 3 ? [1] : occurrences(visits)).flatMap((occurrence) =>
          (point.endsWith(": before") ? [0, underWay] : [0]).map(
            (delay): Case => ({ disturbance: { point, occurrence, delay, action }, situation, workers })
          )
        )
      ),
    seed
  )

/** All kinds of cases. */
export const kinds: ReadonlyArray<Kind> = Action.literals.flatMap((action) =>
  ([1, 3] as const).flatMap((workers) => [false, true].map((isLate): Kind => ({ action, workers, isLate })))
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
