/**
 * The chaos suite: `npm run chaos -- [--runs N] [--minutes N] [--seed N] [--sessions N] [--without a|b|c]`.
 *
 * `--marks` runs, for each of the three marks, the case that goes wrong without it, with it and without it.
 *
 * Ends with 0 where nothing was lost, doubled, out of order or left in doubt, and with 1 otherwise.
 */
import { parseArgs } from "node:util"
import { Clock, Effect, Schema } from "effect"
import { type Postgres, start as startPostgres } from "../../sandbox/test/support/postgres.js"
import { bundle } from "./bundle.js"
import { Action, Mark } from "./order.js"
import { type Case, cases, killed, proofs, type Recorded, type Situation, situations } from "./plan.js"
import { run, runIn } from "./run.js"
import { make } from "./session.js"
import { Table } from "./table.js"

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "2000" },
    minutes: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    sessions: { type: "string", default: "6" },
    without: { type: "string" },
    action: { type: "string", multiple: true },
    point: { type: "string" },
    marks: { type: "boolean", default: false }
  }
})

const without = values.without === undefined ? null : Schema.decodeUnknownSync(Mark)(values.without)

const chosen = values.action === undefined ? undefined : Schema.decodeUnknownSync(Schema.Array(Action))(values.action)

const print = (line: string) => Effect.sync(() => process.stdout.write(`${line}\n`))

const describe = ({ disturbances, situation, workers }: Case): string =>
  `${disturbances
    .map(
      ({ action, delay, occurrence, point }) =>
        `${action} at "${point}" ${occurrence}${delay > 0 ? ` + ${delay} ms` : ""}`
    )
    .join(", then ")}, ${situation.name}, ${workers} worker(s)`

/** Shows that the suite notices when a mark is missing. */
const marks = Effect.gen(function* () {
  const file = yield* bundle
  const server = yield* startPostgres
  const results = yield* Effect.forEach(
    Mark.literals,
    (mark) =>
      Effect.all({
        mark: Effect.succeed(mark),
        present: run(file, server, proofs[mark]),
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

/** The points at which the workers of a case were. */
const pointsOf = (file: string, server: Postgres, situation: Situation, disturbances: Case["disturbances"]) =>
  Effect.gen(function* () {
    const session = yield* make(file, server, 1, { record: true })
    yield* runIn(session, { disturbances, situation, workers: 1 })
    const points = new Map<string, number>()
    for (const worker of session.workers) {
      for (const [name, visits] of worker.points) points.set(name, Math.max(visits, points.get(name) ?? 0))
    }
    return points
  }).pipe(Effect.scoped)

/** Every point of each situation. */
const record = (file: string, server: Postgres): Effect.Effect<ReadonlyArray<Recorded>> =>
  Effect.forEach(
    situations,
    (situation) =>
      Effect.gen(function* () {
        const calm = yield* pointsOf(file, server, situation, [])
        const afterwards = yield* pointsOf(file, server, situation, [killed])
        for (const name of calm.keys()) afterwards.delete(name)
        return { situation, calm, afterwards }
      }),
    { concurrency: 3 }
  )

const listOf = (recorded: ReadonlyArray<Recorded>): string =>
  [...new Set(recorded.flatMap(({ afterwards, calm }) => [...calm.keys(), ...afterwards.keys()]))].sort().join("\n  ")

/** Cases of a kind, one after the other, over and over again. */
class Supply {
  readonly #cases: ReadonlyArray<Case>
  #place = 0

  constructor(all: ReadonlyArray<Case>) {
    this.#cases = all
  }

  next(): Case | undefined {
    return this.#cases[this.#place++ % this.#cases.length]
  }
}

/** A session is worn out after so many cases: what is in its threads has to be read again for each question. */
const casesASession = 30

interface Plan {
  readonly file: string
  readonly server: Postgres
  readonly supply: Supply
  readonly size: 1 | 3
  readonly goesOn: Effect.Effect<boolean>
  readonly add: (one: Case, result: Effect.Effect.Success<ReturnType<typeof runIn>>) => Effect.Effect<void>
}

/** Runs cases in one session. */
const work = ({ add, file, goesOn, server, size, supply }: Plan): Effect.Effect<void> =>
  Effect.gen(function* () {
    const session = yield* make(file, server, size, { without })
    for (let done = 0; done < casesASession && (yield* goesOn); done++) {
      const one = supply.next()
      if (one === undefined) return
      const result = yield* runIn(session, one)
      yield* add(one, result)
      if (result.problem !== undefined) return
    }
  }).pipe(Effect.scoped)

/** Runs the cases that were planned, in as much time as there is. */
const chaos = Effect.gen(function* () {
  const file = yield* bundle
  const server = yield* startPostgres
  // A restart disturbs everybody, so those runs have a database server of their own.
  const restarted = yield* startPostgres
  const known = yield* record(file, server)
  yield* print(`Points:\n  ${listOf(known)}`)
  const planned = (workers: 1 | 3, actions: ReadonlyArray<Action> | undefined) =>
    cases(known, Number(values.seed), actions).filter(
      (one) => one.workers === workers && one.disturbances.some(({ point }) => point.includes(values.point ?? ""))
    )
  const runs = Number(values.runs)
  const end = (yield* Clock.currentTimeMillis) + Number(values.minutes) * 60_000
  const table = new Table()
  const goesOn = Effect.map(Clock.currentTimeMillis, (now) => now < end && table.runs < runs)
  let printed = 0
  const add: Plan["add"] = (one, result) =>
    Effect.gen(function* () {
      const name = one.disturbances.map(({ action }) => action).join(", ")
      table.add(`${name}, ${one.workers} worker(s)`, one.disturbances.map(({ point }) => point).join(), result)
      const { disordered, doubled, doubts, lost, problem } = result
      if (lost + doubled + disordered + doubts.length > 0 || problem !== undefined) {
        yield* print(`${describe(one)}: ${JSON.stringify(result)}`)
      }
      if (table.runs < printed + 50) return
      printed = table.runs
      yield* print(`${table.runs} runs\n${table}`)
    })
  const supplies = { 1: new Supply(planned(1, chosen)), 3: new Supply(planned(3, chosen)) }
  const restarts = { 1: new Supply(planned(1, ["restart"])), 3: new Supply(planned(3, ["restart"])) }
  const sessions = Number(values.sessions)
  const ordinary = Array.from({ length: sessions }, (_, index): Plan => {
    const size = index % 3 === 2 ? 3 : 1
    return { file, server, size, supply: supplies[size], goesOn, add }
  })
  const restarting = ([1, 3] as const).map(
    (size): Plan => ({ file, server: restarted, size, supply: restarts[size], goesOn, add })
  )
  yield* Effect.forEach(
    [...ordinary.map((plan) => [plan]), ...(chosen === undefined ? [restarting] : [])],
    (plans) => Effect.repeat(Effect.forEach(plans, work, { discard: true }), { while: () => goesOn }),
    { concurrency: "unbounded", discard: true }
  )
  yield* print(`\n${table.runs} runs, seed ${values.seed}\n\n${table}`)
  return table.isClean
}).pipe(Effect.scoped)

Effect.runPromise(values.marks ? marks : chaos).then((isClean) => process.exit(isClean ? 0 : 1))
