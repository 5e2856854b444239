import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** A clock that tells the time by `millis`, and is the machine's in all else. */
export const telling = (machine: Clock.Clock, millis: () => number): Clock.Clock => ({
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  currentTimeMillis: Effect.sync(millis),
  currentTimeNanos: machine.currentTimeNanos,
  unsafeCurrentTimeMillis: millis,
  unsafeCurrentTimeNanos: () => machine.unsafeCurrentTimeNanos(),
  sleep: (duration) => machine.sleep(duration)
})

/** A clock that goes on from an instant at the pace of the monotonic one: setting the clock of the machine changes nothing. */
export const steady = (machine: Clock.Clock, instant: number): Clock.Clock => {
  const begin = machine.unsafeCurrentTimeNanos()
  return telling(machine, () => instant + Math.round(Number(machine.unsafeCurrentTimeNanos() - begin) / 1e6))
}
