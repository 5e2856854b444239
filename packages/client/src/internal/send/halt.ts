/**
 * The end of many sends before their time: nothing new is begun, and what is under way may finish.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"

/** State of the end: whether it is reached, and what went wrong on the way, which comes last. */
export class Halt<E> {
  readonly reached: Deferred.Deferred<void> = Deferred.unsafeMake(FiberId.none)
  failure: Cause.Cause<E> = Cause.empty
  isReached = false

  /** Reaches the end. */
  readonly reach: Effect.Effect<void> = Effect.suspend(() => {
    this.isReached = true
    return Effect.asVoid(Deferred.succeed(this.reached, undefined))
  })

  /** Notes what went wrong. */
  readonly note = (cause: Cause.Cause<E>): Effect.Effect<void> =>
    Effect.sync(() => {
      this.failure = Cause.isEmpty(this.failure) ? cause : Cause.parallel(this.failure, cause)
    })
}

/** Makes a part of something that cannot be interrupted as interruptible as it is around it. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Runs sends in such a way that an interruption reaches the end, and leaves all that are under way one time together in
 * which to finish. Without such a time it interrupts them at once.
 */
export const finishing = (within: Duration.DurationInput | undefined, halt: Pick<Halt<never>, "reach">) => {
  const time = within === undefined ? Duration.zero : Duration.decode(within)
  let deadline: bigint | undefined
  const timeLeft = Effect.map(Clock.currentTimeNanos, (now) => {
    const nanos = Duration.toNanos(time)
    // Without end there is nothing to wait for but the sends.
    if (nanos._tag === "None") return Duration.infinity
    deadline ??= now + nanos.value
    return Duration.nanos(deadline > now ? deadline - now : 0n)
  })
  /** Whoever waits here is interrupted already, and can wait for a time only by way of another fiber. */
  const finish = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): Effect.Effect<Exit.Exit<A, E>> =>
    Effect.gen(function* () {
      yield* halt.reach
      const timer = yield* Effect.forkDaemon(
        Effect.interruptible(Effect.zipRight(Effect.flatMap(timeLeft, Effect.sleep), Fiber.interrupt(fiber)))
      )
      const exit = yield* Fiber.await(fiber)
      yield* Fiber.interruptFork(timer)
      return exit
    })
  return <A, E>(send: Effect.Effect<A, E>, restore: Restore): Effect.Effect<Exit.Exit<A, E>> =>
    within === undefined
      ? Effect.exit(restore(send))
      : // A daemon, as whoever interrupts would end any other as well.
        Effect.flatMap(Effect.forkDaemon(Effect.interruptible(send)), (fiber) =>
          Effect.catchAllCause(restore(Fiber.await(fiber)), () => finish(fiber))
        )
}
