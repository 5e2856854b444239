/** A process of the chaos suite: engines, each in a place of its own, that are disturbed at their points. */
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { OutboxEngine, Tables } from "@inbox-effect/durable"
import {
  Clock,
  Context,
  DateTime,
  Deferred,
  Effect,
  Equal,
  Exit,
  FiberId,
  Layer,
  Logger,
  LogLevel,
  Redacted,
  Schema
} from "effect"
import * as clock from "../src/store/clock.js"
import { Point } from "../src/store/point.js"
import { type Action, type Disturbance, Order, type Times, Told, timesAt } from "./order.js"

const say = (line: string) => writeSync(1, `${line}\n`)

const hour = 3_600_000

/** One engine of this process, and what happens to it. */
interface Seat {
  readonly index: number
  readonly place: Order["places"][number]
  readonly visits: Map<string, number>
  armed: Disturbance | null
  /** The one at whose point it was, until its time has come. */
  pending: Disturbance | null
  /** The fiber that was at the point, until it comes to another one. */
  fiber: FiberId.FiberId | undefined
  /** Milliseconds by which its clock is set forward. */
  offset: number
  /** The place where it stands still, if it does. */
  gate: Deferred.Deferred<void> | undefined
}

const seatOf = (place: Order["places"][number], index: number): Seat => ({
  index,
  place,
  visits: new Map(),
  armed: null,
  pending: null,
  fiber: undefined,
  offset: 0,
  gate: undefined
})

/** The clock of a machine that can be set. */
const clockOf = (seat: Seat): Clock.Clock => {
  const machine = Clock.make()
  return clock.telling(machine, () => machine.unsafeCurrentTimeMillis() + seat.offset)
}

const stand = (seat: Seat) => {
  seat.gate = Deferred.unsafeMake<void>(FiberId.none)
}

const actions: Record<Action, (seat: Seat) => void> = {
  kill: stand,
  stop: stand,
  cut: stand,
  restart: stand,
  forward: (seat) => {
    seat.offset = hour
  },
  back: (seat) => {
    seat.offset = -hour
  }
}

const act = (seat: Seat, disturbance: Disturbance) => {
  if (seat.pending !== disturbance) return
  seat.pending = null
  actions[disturbance.action](seat)
  say(`reached ${seat.index}`)
}

/** Goes on, also past a point that was not reached by now. */
const go = (seat: Seat) => {
  seat.armed = null
  seat.pending = null
  if (seat.gate !== undefined) Deferred.unsafeDone(seat.gate, Exit.void)
  seat.gate = undefined
}

/** Takes on the next disturbance, in a world whose clock is right again. */
const arm = (seat: Seat, disturbance: Disturbance | null) => {
  go(seat)
  seat.fiber = undefined
  seat.offset = 0
  seat.visits.clear()
  seat.armed = disturbance
}

const standing = ({ gate }: Seat): Effect.Effect<void> => (gate === undefined ? Effect.void : Deferred.await(gate))

/** Sees each point, and acts at that of the disturbance. */
const pointOf = (seat: Seat, record: boolean): Point["Type"] => ({
  reach: (name) =>
    Effect.withFiberRuntime((fiber) => {
      const visit = (seat.visits.get(name) ?? 0) + 1
      seat.visits.set(name, visit)
      if (record) say(`point ${visit} ${name}`)
      const { armed } = seat
      if (seat.fiber !== undefined && Equal.equals(seat.fiber, fiber.id())) {
        seat.fiber = undefined
        say(`went ${seat.index}`)
      }
      if (armed !== null && armed.point === name && armed.occurrence === visit) {
        seat.armed = null
        seat.pending = armed
        seat.fiber = fiber.id()
        if (armed.delay > 0) setTimeout(() => act(seat, armed), armed.delay)
        else act(seat, armed)
      }
      return standing(seat)
    })
})

/** Without mark (c): the client does not keep to the lease. */
const withoutLease = Layer.map((context: Context.Context<InboxClient.InboxClient>) =>
  Context.make(InboxClient.InboxClient, { ...Context.get(context, InboxClient.InboxClient), keepsStartWithin: false })
)

/** Without mark (b): what may have been sent is taken for not sent, without a look. */
const neverFound: Reconcile.Service = {
  reconcile: (_, window) =>
    Effect.succeed(
      Reconcile.NotFound.make({
        evidence: {
          window,
          readAt: DateTime.unsafeMake(0),
          messageIds: [],
          messages: 0,
          pages: 0,
          oldest: null,
          isSyncing: false
        }
      })
    )
}

/** Without mark (a): a run that begins leaves no trace, so the next one knows of nothing. */
const forgetting = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`UPDATE inbox_sends SET state = 'queued', holder = NULL, due_at = 0 WHERE state = 'sending'`
)

const inboxOf = ({ token, url, without }: Order["places"][number], times: Times) => {
  const reach = { token: Redacted.make(token), baseUrl: url }
  const client = InboxClient.layer(reach)
  return Layer.merge(
    without === "c" ? withoutLease(client) : client,
    without === "b"
      ? Layer.succeed(Reconcile.Reconciler, neverFound)
      : Reconcile.layer({ ...reach, settle: times.settle, retries: 1 })
  ).pipe(Layer.provide(Undici.layer({ connectTimeout: "1 second" })))
}

const engineOf = (place: Order["places"][number], { name, pace }: Order) => {
  const { without } = place
  const times = timesAt(pace)
  const database = PgClient.layer({
    url: Redacted.make(place.database),
    applicationName: name,
    maxConnections: 3,
    connectTimeout: "20 seconds"
  })
  const before = without === "a" ? Layer.effectDiscard(Effect.orDie(forgetting)) : Layer.empty
  return OutboxEngine.layer({
    lease: times.lease,
    attemptTimeout: times.attemptTimeout,
    margin: times.margin,
    failover: times.failover,
    baseDelay: "50 millis",
    // Attempts that a busy process makes too late must not keep it busy.
    maxDelay: "4 seconds",
    concurrency: 8,
    pollInterval: times.pollInterval,
    databasePatience: "10 seconds",
    unsafeSendAfterLease: without === "c"
  }).pipe(
    Layer.provide(Layer.provide(before, Tables.layer)),
    Layer.provide(inboxOf(place, times)),
    Layer.provide(database)
  )
}

const run = (seat: Seat, order: Order) =>
  Layer.launch(engineOf(seat.place, order)).pipe(
    Effect.provideService(Point, pointOf(seat, order.record)),
    Effect.withClock(clockOf(seat)),
    Effect.provide(Logger.minimumLogLevel(LogLevel.None)),
    Effect.tapErrorCause((cause) => Effect.sync(() => say(`failed ${String(cause).split("\n")[0]}`)))
  )

const decodeOrder = Schema.decodeUnknownSync(Schema.parseJson(Order))

const decodeTold = Schema.decodeUnknownSync(Schema.parseJson(Told))

let seats: ReadonlyArray<Seat> = []

const tell = (told: Told) => {
  if (told._tag === "Go") return seats.forEach(go)
  for (const seat of seats) arm(seat, told.disturbances[seat.index] ?? null)
  say(`armed ${told.number}`)
}

const begin = (order: Order) => {
  seats = order.places.map(seatOf)
  for (const seat of seats) Effect.runFork(run(seat, order)).addObserver(() => process.exit(1))
}

createInterface({ input: process.stdin })
  .on("line", (line) => (seats.length === 0 ? begin(decodeOrder(line)) : tell(decodeTold(line))))
  .on("close", () => process.exit(0))
