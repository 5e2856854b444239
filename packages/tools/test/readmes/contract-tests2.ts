import { Conformance, Terminal } from "@inbox-effect/contract-tests"
import { Effect } from "effect"

const program = Effect.gen(function* () {
  const report = yield* Conformance.run({ url: "http://127.0.0.1:8787/api/v1", token: "secret", threadId: "thread1" })
  yield* Effect.log(Terminal.render(report))
})
