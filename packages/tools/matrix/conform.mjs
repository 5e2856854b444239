/**
 * Starts the sandbox in this runtime, and lets the kit test it, in this runtime as well. A requirement that the HTTP server
 * of the runtime itself breaks may be named: the kit then has to find just that.
 */
import { Conformance, Terminal } from "@inbox-effect/contract-tests"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"

const [excused] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const { threads, token, url } = yield* Sandbox.Sandbox
  const report = yield* Conformance.run({ url, token, threadId: threads.map(({ id }) => id), budget: "quick" })
  const broken = report.requirements.filter(({ status }) => status !== "passed").map(({ id }) => id)
  process.stdout.write(`${Terminal.render(report)}\n${report.verdict}: ${broken.join(", ") || "all hold"}\n`)
  if (broken.join() !== (excused ?? "")) process.exitCode = 1
})

await Effect.runPromise(Effect.provide(program, Sandbox.layer()))
process.exit()
