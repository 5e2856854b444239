import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Sandbox, SandboxError } from "@inbox-effect/sandbox"
import { Array as Arr, Deferred, Effect, Exit, Fiber, Redacted, Scope } from "effect"
import { inspector } from "./suites/inspector.js"
import { listMessages } from "./suites/listMessages.js"
import { storage } from "./suites/storage.js"
import { teams } from "./suites/teams.js"
import { inDatabase } from "./support/databases.js"
import { ask, firstThread, send } from "./support/http.js"
import * as Postgres from "./support/postgres.js"

describe.skipIf(!Postgres.installed)("PostgreSQL", () => {
  const scope = Effect.runSync(Scope.make())
  let server: Postgres.Postgres
  beforeAll(async () => {
    server = await Effect.runPromise(Scope.extend(Postgres.start, scope))
  })
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  const fresh = Effect.suspend(() => server.fresh)
  const withSandbox = inDatabase(() => fresh)

  listMessages(withSandbox)
  inspector(withSandbox)
  teams(withSandbox)
  storage(fresh)

  it.scopedLive("keeps the numbers, instants and limits of several processes in one order", () =>
    Effect.gen(function* () {
      const database = yield* fresh
      // Both start at once, and find an empty database.
      const fleet = yield* Effect.all(
        Arr.makeBy(4, () => Sandbox.make({ database, rateLimits: true })),
        {
          concurrency: "unbounded"
        }
      )
      const [first] = fleet
      assert.strictEqual(new Set(fleet.map(({ teams }) => teams[0]?.id)).size, 1)
      assert.strictEqual(new Set(fleet.map((sandbox) => firstThread(sandbox).inboundMessageId)).size, 1)
      const answers = yield* Effect.forEach(
        Arr.range(1, 320),
        (n) => send(fleet[n % 4] ?? first, { content: `message ${n}` }),
        { concurrency: 32 }
      )
      const accepted = answers.filter(({ status }) => status === 200).map(({ text }) => JSON.parse(text))
      assert.strictEqual(accepted.length, 300)
      assert.strictEqual(answers.filter(({ status }) => status === 429).length, 20)
      const remaining = answers
        .filter(({ status }) => status === 200)
        .map(({ headers }) => headers["x-ratelimit-remaining"])
      assert.strictEqual(new Set(remaining).size, 300)
      const stored = (yield* first.messages(firstThread(first).id)).slice(1)
      assert.deepStrictEqual(new Set(stored.map(({ id }) => id)), new Set(accepted.map(({ id }) => id)))
      const instants = stored.map(({ createdAt }) => createdAt.epochMillis)
      assert.deepStrictEqual(
        instants,
        [...instants].sort((a, b) => a - b)
      )
    })
  )

  it.scopedLive(
    "that somebody else has locked is a 503 for whoever asks for it, and nothing is missing afterwards",
    () =>
      Effect.gen(function* () {
        const database = `${yield* fresh}&lock_timeout=200`
        const sandbox = yield* Sandbox.make({ database })
        const isHeld = yield* Deferred.make<void>()
        const mayEnd = yield* Deferred.make<void>()
        const holding = yield* Effect.flatMap(SqlClient.SqlClient, (sql) =>
          sql.withTransaction(
            sql`LOCK TABLE messages IN ACCESS EXCLUSIVE MODE`.pipe(
              Effect.zipRight(Deferred.succeed(isHeld, undefined)),
              Effect.zipRight(Deferred.await(mayEnd))
            )
          )
        ).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(database) })), Effect.fork)
        yield* Deferred.await(isHeld)
        const asked = [
          send(sandbox, { content: "one" }),
          ask(sandbox, "GET", "/threads"),
          ask(sandbox, "POST", "/threads", { id: "opened" }),
          ask(sandbox, "DELETE", "/messages")
        ]
        const refused = yield* Effect.all(asked, { concurrency: "unbounded" })
        assert.deepStrictEqual(
          refused.map(({ headers, status }) => [status, headers["retry-after"]]),
          refused.map(() => [503, "1"])
        )
        assert.strictEqual((yield* ask(sandbox, "GET", "/settings")).status, 200)
        yield* Deferred.succeed(mayEnd, undefined)
        yield* Fiber.join(holding)
        assert.strictEqual((yield* send(sandbox, { content: "two" })).status, 200)
        const stored = yield* sandbox.messages(firstThread(sandbox).id)
        assert.deepStrictEqual(
          stored.slice(1).map(({ content }) => content),
          ["two"]
        )
        assert.strictEqual((yield* ask(sandbox, "POST", "/threads", { id: "opened" })).status, 200)
      })
  )

  it.scopedLive("that cannot be reached is a failure with a sentence, without the password", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(Sandbox.make({ database: "postgres://me:hunter2@127.0.0.1:1/inbox?x=1" }))
      assert.instanceOf(refused, SandboxError.SandboxError)
      assert.strictEqual(refused.reason, "Database")
      assert.match(
        refused.message,
        /^The database postgres:\/\/me@127\.0\.0\.1:1\/inbox cannot be opened: .*ECONNREFUSED/
      )
      assert.notInclude(JSON.stringify(refused), "hunter2")
    })
  )
})
