import { Conformance, Har } from "@inbox-effect/contract-tests"
import { Effect } from "effect"

const target = { url: "http://127.0.0.1:8787/api/v1", token: "secret" }
export const program = Effect.gen(function* () {
  const recorder = yield* Har.recorder("traffic.har", target)
  const report = yield* Conformance.run({ ...target, threadId: "t1", onExchange: recorder.record })
  yield* recorder.finish
  return report
}).pipe(Effect.scoped)
