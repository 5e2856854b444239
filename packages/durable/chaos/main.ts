/**
 * The chaos suite: `npm run chaos -- [--runs N] [--minutes N] [--seed N] [--concurrency N] [--without a|b|c]`.
 *
 * `--marks` runs, for each of the three marks, the case that goes wrong without it, with it and without it.
 *
 * Ends with 0 where nothing was lost, doubled or left in doubt, and with 1 otherwise.
 */
import { parseArgs } from "node:util"
import { Clock, Effect, Schema } from "effect"
import { start as startPostgres } from "../../sandbox/test/support/postgres.js"
import { bundle } from "./bundle.js"
import { type Action, Mark } from "./order.js"
import { type Case, cases, proofs, situations } from "./plan.js"
import { run } from "./run.js"
import { Table } from "./table.js"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    minutes: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    concurrency: { type: "string", default: "4" },
    without: { type: "string" },
    action: { type: "string", multiple: true },
    point: { type: "string" },
    marks: { type: "boolean", default: false }
  }
})

const without = values.without === undefined ? null : Schema.decodeUnknownSync(Mark)(values.without)

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const calm = { point: "none", occurrence: 1, delay: 0, action: "kill" } as const

const describe = ({ disturbance, situation, workers }: Case): string =>
  `${disturbance.action} at "${disturbance.point}" ${disturbance.occurrence}${disturbance.delay > 0 ? ` + ${disturbance.delay} ms` : ""}, ${situation.name}, ${workers} worker(s)`

/** Shows that the suite notices when a mark is missing. */
const marks = Effect.gen(function* () {
  const file = yield* bundle
  const server = yield* startPostgres
  const results = yield* Effect.forEach(
    Mark.literals,
    (mark) =>
      Effect.all({
        mark: Effect.succeed(mark),
        present: run(file, server, proofs[mark], { without: null }),
        missing: run(file, server, proofs[mark], { without: mark })
      }),
    { concurrency: 3 }
  )
  yield* print("| mark | case | doubled with it | doubled without it |\n| --- | --- | --- | --- |")
  yield* Effect.forEach(results, ({ mark, missing, present }) =>
    print(`| (${mark}) | ${describe(proofs[mark])} | ${present.doubled} | ${missing.doubled} |`)
  )
  return results.every(({ missing, present }) => present.doubled + present.lost === 0 && missing.doubled > 0)
}).pipe(Effect.scoped)

/** Runs the cases that were planned, in as much time as there is. */
const chaos = Effect.gen(function* () {
  const file = yield* bundle
  const server = yield* startPostgres
  const points = new Map<string, number>()
  // Every point of every situation, without a disturbance.
  yield* Effect.forEach(
    situations,
    (situation) =>
      Effect.map(
        run(file, server, { disturbance: calm, situation, workers: 1 }, { without: null, record: true }),
        (result) => {
          for (const [name, visits] of result.points) points.set(name, Math.max(visits, points.get(name) ?? 0))
        }
      ),
    { concurrency: 2, discard: true }
  )
  yield* print(`${points.size} points:\n${[...points].map(([name, visits]) => `  ${name} (${visits})`).join("\n")}`)
  const planned = (chosen?: ReadonlyArray<Action>) =>
    cases([...points], Number(values.seed), chosen).filter(
      ({ disturbance }) => values.point === undefined || disturbance.point.includes(values.point)
    )
  const chosen = values.action as ReadonlyArray<Action> | undefined
  const ordinary = planned(chosen)
  const repeated = (some: ReadonlyArray<Case>, count: number) =>
    Array.from({ length: count }, (_, index) => some[index % some.length]).flatMap((one) =>
      one === undefined ? [] : [one]
    )
  const count = Number(values.runs)
  // A restart of the database disturbs every run that is under way, so those go one by one, at the end.
  const restarts = chosen === undefined ? Math.floor(count / 20) : 0
  const phases = [
    { all: repeated(ordinary, count - restarts), concurrency: Number(values.concurrency) },
    { all: repeated(planned(["restart"]), restarts), concurrency: 1 }
  ]
  yield* print(`${ordinary.length} cases, ${count} runs${without === null ? "" : `, without mark (${without})`}`)
  const table = new Table()
  const end = (yield* Clock.currentTimeMillis) + Number(values.minutes) * 60_000
  let done = 0
  const disturbed = (one: Case) =>
    Effect.gen(function* () {
      if ((yield* Clock.currentTimeMillis) > end) return
      const result = yield* run(file, server, one, { without })
      table.add(`${one.disturbance.action}, ${one.workers} worker(s)`, one.disturbance.point, result)
      done++
      if (result.lost + result.doubled + result.inDoubt > 0 || result.problem !== undefined) {
        yield* print(`${describe(one)}: ${JSON.stringify({ ...result, points: undefined })}`)
      }
      if (done % 50 === 0) yield* print(`${done} runs\n${table}`)
    })
  yield* Effect.forEach(
    phases,
    ({ all, concurrency }) => Effect.forEach(all, disturbed, { concurrency, discard: true }),
    {
      discard: true
    }
  )
  yield* print(`\n${done} runs, seed ${values.seed}\n\n${table}`)
  return table.isClean
}).pipe(Effect.scoped)

Effect.runPromise(values.marks ? marks : chaos).then((isClean) => process.exit(isClean ? 0 : 1))
