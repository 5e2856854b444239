/** The threads that wait for a turn in this process: each once, however often it is asked for. */
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"

/** A queue of threads. */
export interface Ready {
  /** Lets a thread wait for a turn; one that has its turn gets another one afterwards. */
  readonly offer: (threadId: string) => Effect.Effect<void>
  /** Gives turns, one thread after the other, for ever. */
  readonly serve: (turn: (threadId: string) => Effect.Effect<"Again" | "Done">) => Effect.Effect<never>
  /** Number of threads that wait. */
  readonly size: Effect.Effect<number>
  /** Number of threads that have their turn. */
  readonly busy: Effect.Effect<number>
}

type State = "Waiting" | "Busy" | "BusyAndAsked"

/** Makes a place for `capacity` threads. What finds no room is found again later by who looks through the outbox. */
export const make = (capacity: number): Effect.Effect<Ready> =>
  Effect.map(Queue.unbounded<string>(), (queue) => {
    const states = new Map<string, State>()
    let waiting = 0

    const wait = (threadId: string) =>
      Effect.suspend(() => {
        states.set(threadId, "Waiting")
        waiting++
        return Queue.offer(queue, threadId)
      })

    const offer: Ready["offer"] = (threadId) =>
      Effect.suspend(() => {
        const state = states.get(threadId)
        if (state === "Busy") states.set(threadId, "BusyAndAsked")
        return state === undefined && waiting < capacity ? wait(threadId) : Effect.void
      })

    const serve: Ready["serve"] = (turn) =>
      Effect.forever(
        Effect.flatMap(Queue.take(queue), (threadId) => {
          waiting--
          states.set(threadId, "Busy")
          return Effect.onExit(turn(threadId), (exit) => {
            const again = states.get(threadId) === "BusyAndAsked" || (exit._tag === "Success" && exit.value === "Again")
            states.delete(threadId)
            return again ? wait(threadId) : Effect.void
          })
        })
      )

    return {
      offer,
      serve,
      size: Effect.sync(() => waiting),
      busy: Effect.sync(() => states.size - waiting)
    }
  })
