/**
 * Cancels what is under way.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { interrupted, Stop } from "../model/Target.js"

interface UnderWay {
  /** Waits for something that calls back and can be broken off; rejects when the signal is aborted before. */
  readonly until: <A>(signal: AbortSignal, begin: (done: (value: A) => void) => () => void) => Promise<A>
}

export const makeUnderWay = (): UnderWay => {
  // One listener for each signal, since there are few signals and many waits.
  const waits = new WeakMap<AbortSignal, Set<() => void>>()
  const waitsOf = (signal: AbortSignal): Set<() => void> => {
    const known = waits.get(signal)
    if (known !== undefined) return known
    const made = new Set<() => void>()
    waits.set(signal, made)
    signal.addEventListener("abort", () => {
      for (const breakOff of made) breakOff()
    })
    return made
  }
  return {
    until: (signal, begin) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(interrupted())
        const all = waitsOf(signal)
        const breakOff = () => {
          all.delete(breakOff)
          end()
          reject(interrupted())
        }
        all.add(breakOff)
        const end = begin((value) => {
          all.delete(breakOff)
          resolve(value)
        })
      })
  }
}

/**
 * What is done until an interruption aborts its signal or a {@link Stop} ends it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const abortable = <A>(use: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, Stop> =>
  Effect.async((resume) => {
    const controller = new AbortController()
    use(controller.signal).then(
      (value) => resume(Effect.succeed(value)),
      (error) => {
        controller.abort()
        resume(error instanceof Stop ? Effect.fail(error) : Effect.die(error))
      }
    )
    return Effect.sync(() => controller.abort())
  })
