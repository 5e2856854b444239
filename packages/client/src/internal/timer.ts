/**
 * Runs a task once a clock has gone on for a while, at the cost of a timer and not of a fiber.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import { after } from "./http/web.js"

const live: unknown = Object.getPrototypeOf(Clock.make())

/** The longest time of a timer, in milliseconds. What is longer is without end, as `Effect.sleep` has it. */
const longest = 2 ** 31 - 1

const nothing = () => {}

/** Runs a task after a duration of a clock; the result cancels it. The clock of a test keeps time by its own sleep. */
export const schedule = (clock: Clock.Clock, duration: Duration.Duration, task: () => void): (() => void) => {
  if (Object.getPrototypeOf(clock) === live) {
    const millis = Duration.toMillis(duration)
    return millis > longest ? nothing : after(millis, task)
  }
  const sleeping = Effect.runFork(clock.sleep(duration))
  sleeping.addObserver((exit) => {
    if (Exit.isSuccess(exit)) task()
  })
  return () => sleeping.unsafeInterruptAsFork(FiberId.none)
}
