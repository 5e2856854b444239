/**
 * The time by which a request has to be begun, and the mark of a transport that looks at it while it writes.
 */
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"

/** The time by the monotonic clock, in nanoseconds, and by the wall clock, in milliseconds. */
export interface Deadline {
  /** Tells a deadline from a duration. */
  readonly _tag: "StartDeadline"
  /** The duration that the deadline was made of. */
  readonly duration: Duration.Duration
  /** Deadline by the monotonic clock, in nanoseconds. */
  readonly nanos: bigint
  /** Deadline by the wall clock, in milliseconds since the Unix epoch. */
  readonly millis: number
}

/** As long as this, a hundred years in milliseconds, is without end. */
const endless = 100 * 365 * 86_400_000

/** The deadline a duration from now. */
export const after = (clock: Clock.Clock, duration: Duration.Duration): Deadline => {
  const millis = Math.min(Duration.toMillis(duration), endless)
  return {
    _tag: "StartDeadline",
    duration,
    nanos: clock.unsafeCurrentTimeNanos() + BigInt(Math.round(millis * 1e6)),
    millis: clock.unsafeCurrentTimeMillis() + millis
  }
}

/** The time that is left, in milliseconds, by the clock that has less. */
export const left = (clock: Clock.Clock, { millis, nanos }: Deadline): number =>
  Math.min(millis - clock.unsafeCurrentTimeMillis(), Number(nanos - clock.unsafeCurrentTimeNanos()) / 1e6)

const isDeadline = (input: unknown): input is Deadline => Predicate.isTagged(input, "StartDeadline")

/** The deadline of a send that begins now. */
export const of = (clock: Clock.Clock, input: Deadline | Duration.DurationInput): Deadline =>
  isDeadline(input) ? input : after(clock, Duration.decode(input))

const kept: unique symbol = Symbol.for("@inbox-effect/client/KeepsStartWithin") as never

/** Marks an `HttpClient` whose transport asks `mayStart` of the slip at the moment of writing. */
export const keeping = <A extends object>(client: A): A => Object.assign(client, { [kept]: true })

/** Tells whether an `HttpClient` has the mark. */
export const isKept = (client: unknown): boolean => Predicate.hasProperty(client, kept) && client[kept] === true
