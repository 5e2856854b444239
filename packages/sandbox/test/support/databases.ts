import { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import type { Running } from "./http.js"

/** Runs a test against a sandbox of its own. */
export type WithSandbox = <A, E>(
  body: (sandbox: Running) => Effect.Effect<A, E>,
  options?: Sandbox.Options
) => () => Effect.Effect<A, unknown>

/** A new database for each test, wherever it comes from. */
export const inDatabase =
  (database: () => Effect.Effect<string>): WithSandbox =>
  (body, options) =>
  () =>
    Effect.flatMap(database(), (fresh) =>
      Effect.provide(Effect.flatMap(Sandbox.Sandbox, body), Sandbox.layer({ ...options, database: fresh }))
    )

export const inMemory: WithSandbox = inDatabase(() => Effect.succeed(":memory:"))
