/**
 * A clock that jumps to the next instant somebody waits for, as soon as nobody has anything else to do. It is for
 * programs without input and output: there is nothing that a turn of the event loop does not bring to an end.
 */
import { Clock, Duration, Effect, Fiber, Logger, LogLevel, Option } from "effect"

/** How many turns of the event loop have to pass without anything to do. Reading a `Response` takes some. */
const quietTurns = 12

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

interface Timer {
  readonly at: number
  readonly ring: () => void
}

class VirtualClock implements Clock.Clock {
  readonly [Clock.ClockTypeId]: Clock.ClockTypeId = Clock.ClockTypeId
  readonly #timers = new Set<Timer>()
  #now: number

  constructor(start: number) {
    this.#now = start
  }

  unsafeCurrentTimeMillis(): number {
    return this.#now
  }

  unsafeCurrentTimeNanos(): bigint {
    return BigInt(Math.round(this.#now)) * 1_000_000n
  }

  readonly currentTimeMillis = Effect.sync(() => this.unsafeCurrentTimeMillis())

  readonly currentTimeNanos = Effect.sync(() => this.unsafeCurrentTimeNanos())

  sleep(duration: Duration.Duration): Effect.Effect<void> {
    return Effect.async<void>((resume) => {
      const timer: Timer = { at: this.#now + Duration.toMillis(duration), ring: () => resume(Effect.void) }
      this.#timers.add(timer)
      return Effect.sync(() => void this.#timers.delete(timer))
    })
  }

  /** Jumps to the next instant that somebody waits for. */
  advance(): void {
    const next = [...this.#timers].reduce<Timer | undefined>(
      (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
      undefined
    )
    if (next === undefined) return
    this.#now = Math.max(this.#now, next.at)
    this.#timers.delete(next)
    next.ring()
  }
}

const start = Date.parse("2026-12-04T09:00:00Z")

/** What the gateway logs has its own tests. */
const quiet = Logger.withMinimumLogLevel(LogLevel.None)

/** Runs an effect in virtual time, from 4 December 2026 on. */
export const run = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.gen(function* () {
    const clock = new VirtualClock(start)
    const fiber = yield* Effect.fork(Effect.withClock(quiet(effect), clock))
    while (Option.isNone(yield* Fiber.poll(fiber))) {
      for (let quiet = 0; quiet < quietTurns; quiet++) yield* turn
      clock.advance()
    }
    return yield* Fiber.join(fiber)
  })
