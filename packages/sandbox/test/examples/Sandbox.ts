import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"

export const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  yield* Effect.log(sandbox.url, sandbox.threads)
}).pipe(Effect.provide(Sandbox.layer()))
