/** A worker of the chaos suite: an engine that is disturbed at one of its points. */
import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { InboxClient, Reconcile } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { OutboxEngine, Tables } from "@inbox-effect/durable"
import { Clock, Context, DateTime, Effect, Layer, Logger, LogLevel, Redacted, Schema } from "effect"
import { Point } from "../src/store/point.js"
import { type Action, Arming, type Disturbance, Order, times } from "./order.js"

const say = (line: string) => writeSync(1, `${line}\n`)

const hour = 3_600_000

let offset = 0

/** The clock of a machine that can be set. */
const clock: Clock.Clock = (() => {
  const machine = Clock.make()
  const millis = () => machine.unsafeCurrentTimeMillis() + offset
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    currentTimeMillis: Effect.sync(millis),
    currentTimeNanos: machine.currentTimeNanos,
    unsafeCurrentTimeMillis: millis,
    unsafeCurrentTimeNanos: () => machine.unsafeCurrentTimeNanos(),
    sleep: (duration) => machine.sleep(duration)
  }
})()

const actions: Record<Action, () => void> = {
  kill: () => process.kill(process.pid, "SIGKILL"),
  stop: () => {
    say("reached")
    process.kill(process.pid, "SIGSTOP")
  },
  cut: () => say("reached"),
  restart: () => say("reached"),
  forward: () => {
    offset = hour
    say("reached")
  },
  back: () => {
    offset = -hour
    say("reached")
  }
}

let armed: Disturbance | null = null

const visits = new Map<string, number>()

/** Takes on the next disturbance, in a world whose clock is right again. */
const arm = ({ disturbance, number }: Arming) => {
  offset = 0
  visits.clear()
  armed = disturbance
  say(`armed ${number}`)
}

/** What is seen or done at each point. */
const pointOf = ({ record }: Order): Point["Type"] => ({
  reach: (name) =>
    Effect.suspend(() => {
      const visit = (visits.get(name) ?? 0) + 1
      visits.set(name, visit)
      if (record) say(`point ${name} ${visit}`)
      if (armed === null || armed.point !== name || armed.occurrence !== visit) return Effect.void
      const { action, delay } = armed
      armed = null
      if (delay > 0) {
        setTimeout(actions[action], delay)
        return Effect.void
      }
      actions[action]()
      // A process that was stopped goes on here; one whose connections are to be cut waits until they are.
      return action === "cut" || action === "restart" ? Effect.sleep(200) : Effect.void
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

const inboxOf = ({ token, url, without }: Order) => {
  const reach = { token: Redacted.make(token), baseUrl: url }
  const client = InboxClient.layer(reach)
  return Layer.merge(
    without === "c" ? withoutLease(client) : client,
    without === "b"
      ? Layer.succeed(Reconcile.Reconciler, neverFound)
      : Reconcile.layer({ ...reach, settle: times.settle, retries: 1 })
  ).pipe(Layer.provide(Undici.layer({ connectTimeout: "1 second" })))
}

const engineOf = (order: Order) => {
  const database = PgClient.layer({
    url: Redacted.make(order.database),
    applicationName: order.name,
    maxConnections: 6,
    connectTimeout: "2 seconds"
  })
  const before = order.without === "a" ? Layer.effectDiscard(Effect.orDie(forgetting)) : Layer.empty
  return OutboxEngine.layer({
    lease: times.lease,
    attemptTimeout: times.attemptTimeout,
    margin: times.margin,
    failover: times.failover,
    baseDelay: "50 millis",
    maxDelay: "500 millis",
    pollInterval: times.pollInterval,
    databasePatience: "10 seconds",
    unsafeSendAfterLease: order.without === "c"
  }).pipe(Layer.provide(Layer.provide(before, Tables.layer)), Layer.provide(inboxOf(order)), Layer.provide(database))
}

const run = (order: Order) =>
  Layer.launch(engineOf(order)).pipe(
    Effect.provideService(Point, pointOf(order)),
    Effect.withClock(clock),
    Effect.provide(Logger.minimumLogLevel(LogLevel.None)),
    Effect.tapErrorCause((cause) => Effect.sync(() => say(`failed ${String(cause).split("\n")[0]}`)))
  )

const decodeOrder = Schema.decodeUnknownSync(Schema.parseJson(Order))

const decodeArming = Schema.decodeUnknownSync(Schema.parseJson(Arming))

let isRunning = false

createInterface({ input: process.stdin })
  .on("line", (line) => {
    if (isRunning) return arm(decodeArming(line))
    isRunning = true
    Effect.runFork(run(decodeOrder(line))).addObserver(() => process.exit(1))
  })
  .on("close", () => process.exit(0))
