import { Clock, Duration, Effect, Exit, type Fiber, Scheduler } from "effect"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that moves only when it is told to. */
const makeClock = () => {
  let now = 0
  const sleepers: Array<Sleeper> = []

  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => now,
    unsafeCurrentTimeNanos: () => BigInt(now) * 1_000_000n,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanos: Effect.sync(() => BigInt(now) * 1_000_000n),
    sleep: (duration) =>
      Effect.async<void>((resume) => {
        const sleeper = { at: now + Duration.toMillis(duration), wake: () => resume(Effect.void) }
        sleepers.push(sleeper)
        return Effect.sync(() => void sleepers.splice(sleepers.indexOf(sleeper), 1))
      })
  }

  /** Moves to the instant that is waited for next and wakes who waits; `false` where nobody does. */
  const advance = (): boolean => {
    const next = sleepers.reduce<Sleeper | undefined>(
      (first, sleeper) => (first === undefined || sleeper.at < first.at ? sleeper : first),
      undefined
    )
    if (next === undefined) return false
    sleepers.splice(sleepers.indexOf(next), 1)
    now = Math.max(now, next.at)
    next.wake()
    return true
  }

  return { clock, advance }
}

/**
 * Runs an effect to its end in a time of its own, which stands still while anything runs and then moves to whatever is
 * slept for next. Days pass in no time, and what happens does not depend on the machine. For effects that wait for
 * nothing but the clock and each other.
 */
export const runInVirtualTime = <A, E>(effect: Effect.Effect<A, E>): A => {
  const { advance, clock } = makeClock()
  const scheduler = new Scheduler.ControlledScheduler()
  const run = () => {
    while (scheduler.tasks.buckets.length > 0) scheduler.step()
  }
  const fiber: Fiber.RuntimeFiber<A, E> = Effect.runFork(Effect.withClock(effect, clock), { scheduler })
  let exit: Exit.Exit<A, E> | undefined
  fiber.addObserver((ended) => {
    exit = ended
  })
  run()
  while (exit === undefined && advance()) run()
  if (exit === undefined) throw new Error("The effect waits for something that never comes")
  return Exit.getOrElse(exit, (cause) => {
    throw new Error(String(cause), { cause })
  })
}
