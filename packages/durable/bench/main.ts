/** Measures the engine: `npm run bench`. Rates depend on the machine; CPU a send and counts do so less. */
import { Array as Arr, Clock, Effect } from "effect"
import PgBoss from "pg-boss"
import { start as startPostgres } from "../../sandbox/test/support/postgres.js"
import { bundleOf } from "../chaos/bundle.js"
import * as World from "./world.js"

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const sends = 600

const sumOf = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, number) => sum + number, 0)

const quantile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Lets workers get to know each other, and get warm. */
const warmUp = (world: World.World) =>
  Effect.gen(function* () {
    yield* World.enqueue(world, "warm", 100)
    yield* World.untilStored(world, 100)
    yield* Effect.sleep("5 seconds")
  })

const rate = (server: Parameters<typeof World.make>[0], file: string, count: number) =>
  Effect.gen(function* () {
    const world = yield* World.make(server, file)
    const workers = yield* world.start(count)
    yield* warmUp(world)
    const before = yield* Effect.forEach(workers, ({ usage }) => usage)
    const begin = yield* Clock.currentTimeMillis
    yield* World.enqueue(world, "m", sends)
    yield* World.untilStored(world, 100 + sends)
    const seconds = ((yield* Clock.currentTimeMillis) - begin) / 1000
    const after = yield* Effect.forEach(workers, ({ usage }) => usage)
    const cpu = sumOf(after.map((usage) => usage.cpu)) - sumOf(before.map((usage) => usage.cpu))
    yield* print(`| ${count} | ${(sends / seconds).toFixed(0)} | ${((cpu * 1000) / sends).toFixed(1)} |`)
  }).pipe(Effect.scoped)

const idle = (server: Parameters<typeof World.make>[0], file: string) =>
  Effect.gen(function* () {
    const world = yield* World.make(server, file)
    yield* world.start(1)
    yield* warmUp(world)
    const waits = yield* Effect.forEach(Arr.range(1, 60), (number) =>
      Effect.gen(function* () {
        const content = `idle${number}`
        const begin = yield* Clock.currentTimeMillis
        yield* world.outbox.enqueue(content, { threadId: World.threads[number] ?? "", content })
        yield* Effect.sleep("250 millis")
        const message = (yield* World.stored(world)).find((each) => each.content === content)
        return message === undefined ? 250 : message.createdAt.epochMillis - begin
      })
    )
    yield* print(
      `From enqueuing to stored, one worker that has nothing else to do: ${quantile(waits, 0.5)} ms at the median, ${quantile(waits, 0.95)} ms at 95 %.`
    )
  }).pipe(Effect.scoped)

const recover = (server: Parameters<typeof World.make>[0], file: string) =>
  Effect.gen(function* () {
    const world = yield* World.make(server, file)
    const [victim] = yield* world.start(2)
    yield* warmUp(world)
    yield* World.enqueue(world, "m", 300)
    yield* World.untilStored(world, 200)
    const killed = yield* Clock.currentTimeMillis
    yield* Effect.sync(() => victim?.child.kill("SIGKILL"))
    yield* World.untilStored(world, 400)
    const all = yield* World.stored(world)
    const last = Math.max(...all.map(({ createdAt }) => createdAt.epochMillis))
    return { seconds: (last - killed) / 1000, doubled: all.length - 400 }
  }).pipe(Effect.scoped)

const recovery = (server: Parameters<typeof World.make>[0], file: string) =>
  Effect.gen(function* () {
    const all = yield* Effect.replicateEffect(recover(server, file), 5)
    const seconds = all.map((each) => each.seconds)
    yield* print(
      `kill -9 of one of two workers in the middle of 300, ${all.length} times: the last message is stored ${quantile(seconds, 0.5).toFixed(1)} s later at the median, ${Math.max(...seconds).toFixed(1)} s at the most; ${sumOf(all.map((each) => each.doubled))} doubled.`
    )
  })

const naive = (server: Parameters<typeof World.make>[0], file: string) =>
  Effect.gen(function* () {
    const world = yield* World.make(server, file)
    const boss = yield* Effect.acquireRelease(
      Effect.promise(() => new PgBoss(world.database).start()),
      (running) => Effect.promise(() => running.stop({ graceful: false }))
    )
    yield* Effect.promise(() => boss.createQueue("send"))
    const [victim] = yield* world.start(2, "pg-boss")
    yield* Effect.forEach(Arr.range(1, 300), (number) =>
      Effect.promise(() =>
        boss.send(
          "send",
          { threadId: World.threads[number % World.threads.length], content: `m${number}` },
          { retryLimit: 5, expireInSeconds: 5 }
        )
      )
    )
    yield* World.untilStored(world, 100)
    yield* Effect.sync(() => victim?.child.kill("SIGKILL"))
    yield* World.untilStored(world, 300)
    // What was under way in the worker that was killed expires, and is run again.
    yield* Effect.sleep("15 seconds")
    const all = yield* World.stored(world)
    yield* print(
      `The same with pg-boss and a worker without a ledger: ${all.length - new Set(all.map(({ content }) => content)).size} of 300 doubled.`
    )
  }).pipe(Effect.scoped)

/** Rows that wait, and sends of them that are measured, from the first one on. */
const queues = [
  { rows: 1_000, measured: 900 },
  { rows: 100_000, measured: 1_500 },
  { rows: 1_000_000, measured: 1_500 }
]

const million = (server: Parameters<typeof World.make>[0], file: string) =>
  Effect.gen(function* () {
    const fill = ({ sql }: World.World, count: number) =>
      sql`INSERT INTO inbox_sends
        (key, thread_id, digest, content, driven, state, attempt, due_at, created_at, changed_at)
        SELECT 'k' || n, 'benchthread' || (n % 100), 'digest' || n, '"m' || n || '"', 1, 'queued', 0, 0, t, t
        FROM generate_series(1, ${count}) n, (SELECT (extract(epoch FROM now()) * 1000)::bigint AS t) now`.pipe(
        Effect.zipRight(sql`VACUUM ANALYZE inbox_sends`),
        Effect.orDie
      )
    yield* print(
      "| rows queued | until the first is sent, s | sends a second | CPU of the worker a send, its start included, ms | its memory, MiB |\n| --- | --- | --- | --- | --- |"
    )
    yield* Effect.forEach(queues, ({ measured, rows }) =>
      Effect.gen(function* () {
        const world = yield* World.make(server, file)
        yield* fill(world, rows)
        const start = yield* Clock.currentTimeMillis
        const [worker] = yield* world.start(1)
        if (worker === undefined) return
        yield* World.untilSent(world, 1)
        const before = yield* worker.usage
        const until = yield* World.untilSent(world, measured)
        const after = yield* worker.usage
        const times = (yield* World.stored(world)).map(({ createdAt }) => createdAt.epochMillis).sort((a, b) => a - b)
        const [first = 0] = times
        const last = times[measured - 1] ?? first
        yield* print(
          `| ${rows.toLocaleString("en")} | ${((first - start) / 1000).toFixed(1)} | ${((measured * 1000) / (last - first)).toFixed(0)} | ${((after.cpu * 1000) / until).toFixed(1)} | ${Math.round(before.memory / 2 ** 20)}, ${Math.round(after.memory / 2 ** 20)} after ${until} sends |`
        )
      }).pipe(Effect.scoped)
    )
  })

const program = Effect.gen(function* () {
  const file = yield* bundleOf(new URL("worker.ts", import.meta.url))
  const server = yield* startPostgres
  const chosen = process.argv.slice(2)
  const wanted = (name: string) => chosen.length === 0 || chosen.includes(name)
  if (wanted("rate")) {
    yield* print(`| workers | sends a second | CPU of the workers a send, ms |\n| --- | --- | --- |`)
    yield* Effect.forEach([1, 2, 4], (count) => rate(server, file, count))
  }
  if (wanted("idle")) yield* idle(server, file)
  if (wanted("recovery")) yield* recovery(server, file)
  if (wanted("naive")) yield* naive(server, file)
  if (wanted("million")) yield* million(server, file)
}).pipe(Effect.scoped)

Effect.runPromise(program).then(() => process.exit(0))
