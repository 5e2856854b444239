/** Orders for the workers of the chaos suite, and their disturbances. */
import { Schema } from "effect"

/** The marks that make sending safe. Taking one out is possible in this suite only. */
export const Mark = Schema.Literal("a", "b", "c")

export type Mark = typeof Mark.Type

/**
 * Disturbances at a point: the process is killed; it stands still for longer than its lease; its connections to the
 * database are cut; the database is stopped and started; the clock is set an hour forward or back.
 */
export const Action = Schema.Literal("kill", "stop", "cut", "restart", "forward", "back")

export type Action = typeof Action.Type

/** A point is the name of a place where the program waits, and how often it has been there. */
export const Disturbance = Schema.Struct({
  point: Schema.String,
  occurrence: Schema.Int,
  /** Milliseconds after the point: what is waited for is under way by then. */
  delay: Schema.Int,
  action: Action
})

export interface Disturbance extends Schema.Schema.Type<typeof Disturbance> {}

/** The place where an engine works, and the mark that it lacks there. */
export const Place = Schema.Struct({
  database: Schema.String,
  url: Schema.String,
  token: Schema.String,
  without: Schema.NullOr(Mark)
})

/** The first line for a process of workers: it runs an engine in each place. */
export const Order = Schema.Struct({
  places: Schema.Array(Place),
  name: Schema.String,
  record: Schema.Boolean,
  pace: Schema.Number
})

export interface Order extends Schema.Schema.Type<typeof Order> {}

/**
 * All lines from then on. `Arm` says where each engine is disturbed next, if at all: at its point, an engine says
 * so and stands still with all that it does, until the process is killed, or is told to `Go` on.
 */
export const Told = Schema.Union(
  Schema.TaggedStruct("Arm", { number: Schema.Int, disturbances: Schema.Array(Schema.NullOr(Disturbance)) }),
  Schema.TaggedStruct("Go", {})
)

export type Told = typeof Told.Type

/**
 * Short times, so that a run takes seconds. Milliseconds. A sandbox that takes longer than `settle` to store what it has
 * received would double messages, so that one is long enough for a busy machine; runs in which the sandbox was held up
 * for half of that time prove nothing, and are not counted. A pace of 3 makes all of them three times as long.
 */
const base = {
  lease: 700,
  attemptTimeout: 1_500,
  margin: 100,
  settle: 3_000,
  failover: 3_000,
  pollInterval: 400,
  latency: 60
}

export type Times = typeof base

/** The times at a pace: all but the latency of the sandbox. */
export const timesAt = (pace: number): Times => ({
  lease: base.lease * pace,
  attemptTimeout: base.attemptTimeout * pace,
  margin: base.margin * pace,
  settle: base.settle * pace,
  failover: base.failover * pace,
  pollInterval: base.pollInterval * pace,
  latency: base.latency
})
