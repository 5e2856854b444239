import { contractTests } from "@inbox-effect/contract-tests/vitest"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Exit, Scope } from "effect"
import { afterAll } from "vitest"

const scope = Effect.runSync(Scope.make())
const { threads, token, url } = await Effect.runPromise(Scope.extend(Sandbox.make(), scope))
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const [first, second] = threads.map(({ id }) => id)
contractTests({ url, token, threadId: [first ?? "", second ?? ""], runs: 5, only: ["semantics", "auth"] })
