import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"

const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* sandbox.addFault(Fault.Status.make({ status: 503, stored: false }), { times: 2 })
})
