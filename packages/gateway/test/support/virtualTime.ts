/**
 * A clock that jumps to the next instant somebody waits for, as soon as nobody has anything else to do. It is for
 * programs without input and output: with a scheduler that uses no timers, all they do are microtasks, and a turn of
 * the event loop brings those to their end.
 */
import { Clock, Duration, Effect, Fiber, Logger, LogLevel, Option, Scheduler } from "effect"

const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))

/** Runs fibers in microtasks alone, however long they go on. */
const scheduler = new Scheduler.MixedScheduler(Number.MAX_SAFE_INTEGER)

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
    const fiber = yield* Effect.fork(effect.pipe(quiet, Effect.withClock(clock), Effect.withScheduler(scheduler)))
    while (Option.isNone(yield* Fiber.poll(fiber))) {
      yield* turn
      clock.advance()
    }
    return yield* Fiber.join(fiber)
  })
