/**
 * The chaos suite: `npm run chaos -- [--runs N] [--minutes N] [--seed N] [--worlds N] [--pace N] [--workers 1|3] [--without a|b|c]`.
 *
 * `--marks` runs, for each of the three marks, the case that goes wrong without it, with it and without it.
 *
 * Ends with 0 where nothing was lost, doubled, out of order or left in doubt, and with 1 otherwise.
 */
import { parseArgs } from "node:util"
import { NodeRuntime } from "@effect/platform-node"
import { Array as Arr, Clock, Effect, Exit, Schema } from "effect"
import { type Postgres, start as startPostgres } from "../../sandbox/test/support/postgres.js"
import { bundle } from "./bundle.js"
import { make } from "./group.js"
import { Action, Mark } from "./order.js"
import { type Case, casesOf, kinds, proofs, type Recorded, situations } from "./plan.js"
import { prove } from "./prove.js"
import { type Result, runAll } from "./run.js"
import { Table } from "./table.js"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    minutes: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    worlds: { type: "string", default: "12" },
    pace: { type: "string", default: "1" },
    workers: { type: "string", multiple: true, default: ["1", "3"] },
    without: { type: "string" },
    action: { type: "string", multiple: true },
    marks: { type: "boolean", default: false }
  }
})

const without = values.without === undefined ? null : Schema.decodeUnknownSync(Mark)(values.without)

const chosen = values.action === undefined ? undefined : Schema.decodeUnknownSync(Schema.Array(Action))(values.action)

const pace = Number(values.pace)

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const describe = ({ disturbance, situation, workers }: Case): string =>
  disturbance === null
    ? situation.name
    : `${disturbance.action} at "${disturbance.point}" ${disturbance.occurrence}${disturbance.delay > 0 ? ` + ${disturbance.delay} ms` : ""}, ${situation.name}, ${workers} worker(s)`

/** Shows that the suite notices when a mark is missing. */
const marks = Effect.gen(function* () {
  const results = yield* prove(yield* bundle, yield* startPostgres, pace)
  yield* print("| mark | case | doubled with it | doubled without it |\n| --- | --- | --- | --- |")
  yield* Effect.forEach(results, ({ mark, missing, present }) =>
    print(`| (${mark}) | ${describe(proofs[mark])} | ${present.doubled} | ${missing.doubled} |`)
  )
  return results.every(({ missing, present }) => present.doubled + present.lost === 0 && missing.doubled > 0)
}).pipe(Effect.scoped)

/** Every point of each situation, recorded in one group: no worker is disturbed. */
const record = (file: string, server: Postgres): Effect.Effect<ReadonlyArray<Recorded>> =>
  Effect.forEach(
    situations,
    (situation) =>
      Effect.gen(function* () {
        const group = yield* make(file, server, 1, { pace, record: true })
        const begin = performance.now()
        yield* runAll(group, [{ disturbance: null, situation, workers: 1 }])
        const points = new Map<string, Recorded>()
        for (const { at, name, visits } of group.workers.flatMap((worker) => worker.visits)) {
          if (at < begin) continue
          points.set(name, { situation, point: name, at: points.get(name)?.at ?? at - begin, visits })
        }
        return [...points.values()]
      }).pipe(Effect.scoped),
    { concurrency: 2 }
  ).pipe(Effect.map((all) => all.flat()))

/** A group is worn out after so many cases: what is in its threads has to be read again for each question. */
const casesAGroup = 12

interface Plan {
  readonly file: string
  readonly server: Postgres
  readonly size: 1 | 3
  readonly worlds: number
  /** The next cases, one for each world. */
  readonly next: () => ReadonlyArray<Case>
  readonly goesOn: Effect.Effect<boolean>
  readonly add: (one: Case, result: Result) => Effect.Effect<void>
}

/** Runs cases in one group. */
const work = ({ add, file, goesOn, next, server, size, worlds }: Plan): Effect.Effect<void> =>
  Effect.gen(function* () {
    const group = yield* make(file, server, size, { pace, missing: Arr.replicate(without, worlds) })
    for (let done = 0; done < casesAGroup && (yield* goesOn); done++) {
      const all = next()
      const results = yield* runAll(group, all)
      yield* Effect.forEach(Arr.zip(all, results), ([one, result]) => add(one, result), { discard: true })
      if (results.some(({ problem }) => problem !== undefined)) return
    }
  }).pipe(Effect.scoped)

/** Gives cases of one kind after the other, over and over again. */
const supplyOf = (recorded: ReadonlyArray<Recorded>, size: 1 | 3, worlds: number): Plan["next"] => {
  const supplies = kinds
    .filter(({ action, workers }) => workers === size && (chosen === undefined || chosen.includes(action)))
    .map((kind) => casesOf(kind, recorded, Number(values.seed)))
    .filter((all) => all.length > 0)
  const places = supplies.map(() => 0)
  let turn = 0
  return () => {
    const index = turn++ % supplies.length
    const all = supplies[index] ?? []
    const place = places[index] ?? 0
    places[index] = place + worlds
    return Arr.makeBy(worlds, (offset) => all[(place + offset) % all.length]).filter((one) => one !== undefined)
  }
}

/** A server that many engines reach at once, and that is this suite's alone, since it is restarted. */
const startServer = Effect.tap(startPostgres, (server) =>
  Effect.zipRight(server.query("ALTER SYSTEM SET max_connections = 600"), server.restart)
)

/** Runs the cases that were planned, in as much time as there is. */
const chaos = Effect.gen(function* () {
  const file = yield* bundle
  const servers = yield* Effect.all({ 1: startServer, 3: startServer })
  const recorded = yield* record(file, servers[1])
  const points = [...new Set(recorded.map(({ point }) => point))].sort()
  yield* print(`${points.length} points:\n  ${points.join("\n  ")}`)
  const runs = Number(values.runs)
  const worlds = Number(values.worlds)
  const end = (yield* Clock.currentTimeMillis) + Number(values.minutes) * 60_000
  const table = new Table()
  const goesOn = Effect.map(Clock.currentTimeMillis, (now) => now < end && table.runs < runs)
  let printed = 0
  const add: Plan["add"] = (one, result) =>
    Effect.gen(function* () {
      table.add(`${one.disturbance?.action}, ${one.workers} worker(s)`, one.disturbance?.point ?? "", result)
      const { disordered, doubled, doubts, lost, problem } = result
      if (lost + doubled + disordered + doubts.length > 0 || problem !== undefined) {
        yield* print(`${describe(one)}: ${JSON.stringify(result)}`)
      }
      if (table.runs < printed + 10) return
      printed = table.runs
      yield* print(`${table.runs} runs\n${table}`)
    })
  const plans = ([1, 3] as const)
    .filter((size) => values.workers.includes(String(size)))
    .map((size): Plan => {
      // Three engines in a world ask three times as much of the machine.
      const count = size === 1 ? worlds : Math.ceil(worlds / 2)
      return { file, server: servers[size], size, worlds: count, next: supplyOf(recorded, size, count), goesOn, add }
    })
  yield* Effect.forEach(plans, (plan) => Effect.repeat(work(plan), { while: () => goesOn }), {
    concurrency: "unbounded",
    discard: true
  })
  yield* print(`\n${table.runs} runs, seed ${values.seed}\n\n${table}`)
  return table.isClean
}).pipe(Effect.scoped)

const program = Effect.map(values.marks ? marks : chaos, (isClean) => {
  process.exitCode = isClean ? 0 : 1
})

// One that is interrupted ends its processes and its servers first.
NodeRuntime.runMain(program, {
  teardown: (exit, onExit) => onExit(Exit.isSuccess(exit) ? Number(process.exitCode) : 1)
})
