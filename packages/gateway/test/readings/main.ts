/**
 * Tries every fault, and every pair of faults, under every reading of what nobody knows about API v2, and runs the kit
 * under every reading. Ends with 1 where something else breaks than the readings say.
 */
import { Effect, Logger, LogLevel } from "effect"
import { idsWith, judge } from "../support/judge.js"
import { broken, observe } from "../support/outcomes.js"
import * as Ways from "../support/ways.js"
import { type Fault, faults } from "../v2/faults.js"
import { type Named, readings } from "../v2/readings.js"
import { Simulator } from "../v2/Simulator.js"

/** Every fault alone, with and without repeated attempts, and with every other one behind it. */
const trials: ReadonlyArray<{ readonly script: ReadonlyArray<Fault>; readonly repeat: "WithKey" | "Never" }> = [
  ...faults.flatMap((fault) => (["WithKey", "Never"] as const).map((repeat) => ({ script: [fault], repeat }))),
  ...faults.flatMap((first) => faults.map((second) => ({ script: [first, second], repeat: "WithKey" as const })))
]

interface Line {
  readonly sends: number
  readonly promises: ReadonlyArray<string>
  readonly violated: ReadonlyArray<string>
  readonly surprises: ReadonlyArray<string>
}

const sendAll = (named: Named) =>
  Effect.gen(function* () {
    const promises = new Set<string>()
    const surprises: Array<string> = []
    for (const { repeat, script } of trials) {
      for (const promise of broken(yield* observe(named, script, { repeat }))) {
        promises.add(promise)
        const isExpected = named.breaks.includes(promise as never) && !(promise === "Once" && repeat === "Never")
        if (!isExpected) surprises.push(`${promise} (${repeat}): ${script.map(({ name }) => name).join(", then ")}`)
      }
    }
    return { promises: [...promises], surprises }
  })

const judgeAll = (named: Named) =>
  Effect.gen(function* () {
    const violated = new Set<string>()
    const surprises: Array<string> = []
    const ways = [["in a process", Ways.inProcess] as const, ["as a server", Ways.asServer] as const]
    for (const [way, serve] of ways) {
      const simulator = new Simulator({ reading: named.reading })
      const report = yield* Effect.scoped(
        Effect.flatMap(serve(simulator), (url) => judge(url, simulator, { budget: "quick" }))
      )
      for (const id of idsWith(report, "failed", "warned")) {
        violated.add(id)
        if (named.violates?.includes(id) !== true) surprises.push(`${way}: ${id}`)
      }
      if (report.verdict === "inconclusive") surprises.push(`${way}: inconclusive`)
    }
    for (const id of named.violates ?? []) if (!violated.has(id)) surprises.push(`not violated: ${id}`)
    return { violated: [...violated], surprises }
  })

const tryOne = (named: Named): Effect.Effect<Line> =>
  Effect.gen(function* () {
    const sent = yield* sendAll(named)
    const judged = yield* Effect.orDie(judgeAll(named))
    return {
      sends: trials.length,
      promises: sent.promises,
      violated: judged.violated,
      surprises: [...sent.surprises, ...judged.surprises]
    }
  })

const print = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("-"))

const program = Effect.gen(function* () {
  let surprises = 0
  for (const named of readings.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    const line = yield* tryOne(named)
    surprises += line.surprises.length
    yield* print(
      `${line.surprises.length === 0 ? "as said " : "SURPRISE"}  ${named.name}: ${line.sends} sends, breaks ${
        [...line.promises, ...line.violated].join(", ") || "nothing"
      }`
    )
    for (const surprise of line.surprises.slice(0, 10)) yield* print(`            ${surprise}`)
  }
  yield* print(surprises === 0 ? "Nothing breaks but what the readings say" : `${surprises} surprises`)
  process.exitCode = surprises === 0 ? 0 : 1
}).pipe(Logger.withMinimumLogLevel(LogLevel.None))

Effect.runPromise(program)
