/** Starts the sandbox in this runtime, and lets the kit test it, in this runtime as well. */
import { Conformance, Terminal } from "@inbox-effect/contract-tests"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"

const program = Effect.gen(function* () {
  const { threads, token, url } = yield* Sandbox.Sandbox
  const report = yield* Conformance.run({ url, token, threadId: threads.map(({ id }) => id), budget: "quick" })
  const passed = report.requirements.filter(({ status }) => status === "passed").length
  process.stdout.write(`${Terminal.render(report)}\n${report.verdict}: ${passed} of ${report.requirements.length}\n`)
  if (report.verdict !== "conforms" || passed !== report.requirements.length) process.exitCode = 1
})

await Effect.runPromise(Effect.provide(program, Sandbox.layer()))
process.exit()
