/**
 * Tries every fault, every pair of faults and a crash at every moment under every reading of what nobody knows about
 * API v2, and runs the kit under every reading, in both ways. Ends with 1 where something else breaks than the readings
 * say, or less.
 */
import { Effect, Logger, LogLevel } from "effect"
import { readings } from "../v2/readings.js"
import * as Trials from "./trials.js"

const print = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith("-"))

const program = Effect.gen(function* () {
  let surprises = 0
  for (const named of readings.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    const seen = yield* Trials.all(named)
    surprises += seen.surprises.length
    const verdict = seen.surprises.length === 0 ? "as said " : "SURPRISE"
    const broken = [...seen.broken].join(", ") || "nothing"
    yield* print(`${verdict}  ${named.name}: ${seen.trials} trials, breaks ${broken}`)
    for (const surprise of seen.surprises.slice(0, 10)) yield* print(`            ${surprise}`)
  }
  yield* print(surprises === 0 ? "Nothing breaks but what the readings say" : `${surprises} surprises`)
  process.exitCode = surprises === 0 ? 0 : 1
}).pipe(Logger.withMinimumLogLevel(LogLevel.None))

Effect.runPromise(program)
