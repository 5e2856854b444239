import { afterAll, beforeAll } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { type Postgres, start } from "../../../sandbox/test/support/postgres.js"
import * as Databases from "./databases.js"

/** A PostgreSQL for the tests of a suite, which is started before them and ended after them. */
export const serverOfSuite = (): (() => Postgres) => {
  let running: Postgres | undefined
  const scope = Effect.runSync(Scope.make())
  beforeAll(async () => {
    running = await Effect.runPromise(Scope.extend(start, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))
  return () => {
    if (running === undefined) throw new Error("PostgreSQL does not run yet")
    return running
  }
}

/** Databases of such a server. */
export const postgresOfSuite = (): Databases.PostgresPlace => Databases.postgres(serverOfSuite())
