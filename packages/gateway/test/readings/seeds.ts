/**
 * Runs the kit over both ways with many seeds: `npm run seeds -w packages/gateway`, with their number behind it. Ends
 * with 1 where the kit finds anything.
 */
import { Effect, Logger, LogLevel } from "effect"
import { documented } from "../v2/readings.js"
import * as Trials from "./trials.js"

const count = Number(process.argv.at(-1)) || 20

const program = Effect.gen(function* () {
  let surprises = 0
  for (let seed = 1; seed <= count; seed++) {
    const seen = yield* Trials.withKit(documented, { budget: "quick", seed })
    surprises += seen.surprises.length
    process.stdout.write(`seed ${seed}: ${seen.surprises.join("; ") || "conforms, in both ways"}\n`)
  }
  process.exitCode = surprises === 0 ? 0 : 1
}).pipe(Logger.withMinimumLogLevel(LogLevel.None))

Effect.runPromise(program)
