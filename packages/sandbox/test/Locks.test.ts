import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { HttpApi } from "@effect/platform"
import { SqlError } from "@effect/sql"
import { assert, describe, it } from "@effect/vitest"
import { Inspector, Sandbox, Storage } from "@inbox-effect/sandbox"
import { SqliteClient } from "@inbox-effect/sqlite"
import { Array as Arr, Effect, Fiber, Layer, Ref } from "effect"
import Database from "libsql"
import * as Busy from "../src/internal/http/busy.js"
import * as Server from "../src/internal/http/server.js"
import { type Answer, ask, errorOf, exchange, firstThread, pathOf, type Running, send } from "./support/http.js"

interface Request {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/** Bodies of the routes that take one. */
const bodies: Readonly<Record<string, unknown>> = {
  openThread: { id: "opened" },
  receive: { content: "inbound" },
  addFault: { fault: { _tag: "Truncated" }, threadId: null, times: null },
  changeSettings: { rateLimits: false }
}

/** A request for every route of the inspector, by the name of its endpoint. */
const requests = (threadId: string, messageId: string): Readonly<Record<string, Request>> => {
  const found: Record<string, Request> = {}
  HttpApi.reflect(Inspector.InspectorApi, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const path = endpoint.path
        .replace("/sandbox", "")
        .replace(":threadId", threadId)
        .replace(":messageId", messageId)
        .replace(":id", "nosuch")
      found[endpoint.name] = { method: endpoint.method, path, body: bodies[endpoint.name] }
    }
  })
  return found
}

/** Routes that ask the database nothing. */
const independent = [
  "exchanges",
  "exchange",
  "resend",
  "faults",
  "addFault",
  "clearFaults",
  "removeFault",
  "settings",
  "changeSettings"
]

const assertBusy = (answer: Answer, name: string) => {
  assert.deepStrictEqual([answer.status, answer.headers["retry-after"]], [503, "1"], `${name}: ${answer.text}`)
  assert.strictEqual(errorOf(answer).code, "SERVICE_UNAVAILABLE")
  assert.include(errorOf(answer).message, "Another process holds a lock on the database")
}

/** The failures by which drivers tell that a lock was waited for in vain. */
const codes = ["SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "55P03"]

const failureOf = (code: string) =>
  new SqlError.SqlError({ cause: Object.assign(new Error("locked"), { code }), message: "The statement failed" })

/** A storage whose every query fails, but for those that are given. */
const failing = (error: SqlError.SqlError, rest: Partial<typeof Storage.Storage.Service> = {}) => {
  const failure = Effect.fail(error)
  const query = () => failure
  const nothing: typeof Storage.Storage.Service = {
    teamOf: query,
    thread: query,
    message: query,
    firstInbound: query,
    messages: query,
    page: query,
    append: query,
    threads: query,
    hasMessages: query,
    firstTeam: failure,
    addTeam: failure,
    hasOutboundAddon: query,
    setOutboundAddon: query,
    addToken: query,
    tokens: failure,
    revokeToken: query,
    teams: failure,
    summaries: failure,
    summary: query,
    clear: failure,
    openThread: query,
    addThread: query
  }
  return Layer.succeed(Storage.Storage, { ...nothing, ...rest })
}

const memory = SqliteClient.layer({ filename: SqliteClient.memory, applicationId: 1 })

/** A server over a storage of its own, at the address of which its inspector is asked. */
const serving = (storage: Layer.Layer<Storage.Storage>) =>
  Effect.map(
    Effect.provide(
      Effect.flatMap(Effect.scope, () =>
        Server.serve({
          host: "127.0.0.1",
          port: 0,
          bodyLimit: 65_536,
          inspector: true,
          rateLimits: false,
          cors: []
        })
      ),
      Layer.merge(storage, memory)
    ),
    ({ port }) => `http://127.0.0.1:${port}`
  )

const asking = (url: string, { body, method, path }: Request) =>
  exchange(url, {
    method,
    path: `/sandbox${path}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: body === undefined ? {} : { "content-type": "application/json" }
  })

describe("a database that somebody else has locked", () => {
  it.scopedLive("is a 503 with Retry-After on every route that asks it, and no hindrance to the others", () =>
    Effect.forEach(codes, (code) =>
      Effect.gen(function* () {
        const url = yield* serving(failing(failureOf(code)))
        const { events, ...routes } = requests("thread1", "message1")
        assert.strictEqual(events?.path, "/events")
        for (const [name, request] of Object.entries(routes)) {
          const answer = yield* asking(url, request)
          if (independent.includes(name)) assert.isBelow(answer.status, 500, `${name}: ${answer.text}`)
          else assertBusy(answer, name)
        }
        const headers = { authorization: "Bearer sandbox-token", "content-type": "application/json" }
        for (const method of ["POST", "GET"]) {
          const body = method === "POST" ? JSON.stringify({ content: "x" }) : undefined
          assertBusy(yield* exchange(url, { method, path: pathOf("thread1"), headers, body }), `the API's ${method}`)
        }
      })
    )
  )

  it.scopedLive("is told from every other failure of it, which is a 500", () =>
    Effect.gen(function* () {
      const url = yield* serving(failing(failureOf("SQLITE_CORRUPT")))
      const answer = yield* asking(url, { method: "GET", path: "/threads", body: undefined })
      assert.strictEqual(answer.status, 500)
      assert.notInclude(answer.text, "locked")
    })
  )

  it.effect("is asked again for what those who watch have to be told", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make(0)
      const query = Effect.filterOrFail(
        Ref.updateAndGet(asked, (count) => count + 1),
        (count) => count > 3,
        () => failureOf("SQLITE_BUSY")
      )
      assert.strictEqual(yield* Busy.insist(query), 4)
    })
  )
})

const withFile = <A, E>(body: (file: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-locks-"))),
    (folder) => body(join(folder, "inbox.db")),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const stateOf = (sandbox: Running) =>
  Effect.forEach(["/threads", "/teams", "/tokens", `/threads/${firstThread(sandbox).id}/messages`], (path) =>
    Effect.map(ask(sandbox, "GET", path), ({ text }) => JSON.parse(text))
  )

describe("a file that another process has locked", () => {
  it.live("is a 503 for whoever writes, while others read; and nothing is missing or there twice", () =>
    withFile((database) =>
      Effect.scoped(
        Effect.gen(function* () {
          const sandbox = yield* Sandbox.make({ database })
          const { id, inboundMessageId } = firstThread(sandbox)
          const other = yield* Effect.acquireRelease(
            Effect.sync(() => new Database(database)),
            (opened) => Effect.sync(() => opened.close())
          )
          const [token] = JSON.parse((yield* ask(sandbox, "GET", "/tokens")).text).tokens
          const writing: ReadonlyArray<Request> = [
            { method: "POST", path: "/threads", body: { id: "opened" } },
            { method: "POST", path: `/threads/${id}/inbound`, body: { content: "inbound" } },
            { method: "DELETE", path: "/messages", body: undefined },
            { method: "DELETE", path: `/tokens/${token.id}`, body: undefined }
          ]
          const before = yield* stateOf(sandbox)

          other.exec("BEGIN IMMEDIATE")
          const refused = yield* Effect.fork(
            Effect.all(
              [
                ...writing.map(({ body, method, path }) => ask(sandbox, method, path, body)),
                ...["one", "two"].map((content) => send(sandbox, { content }))
              ],
              { concurrency: "unbounded" }
            )
          )
          assert.deepStrictEqual(yield* stateOf(sandbox), before)
          for (const answer of yield* Fiber.join(refused)) assertBusy(answer, answer.text)
          assert.deepStrictEqual(yield* stateOf(sandbox), before)

          const late = yield* Effect.fork(
            Effect.all([send(sandbox, { content: "late" }), ask(sandbox, "POST", "/threads", { id: "opened" })], {
              concurrency: 2
            })
          )
          yield* ask(sandbox, "GET", "/settings")
          other.exec("COMMIT")
          assert.deepStrictEqual(
            Arr.map(yield* Fiber.join(late), ({ status }) => status),
            [200, 200]
          )
          const stored = yield* sandbox.messages(id)
          assert.deepStrictEqual(stored.map((message) => [message.id === inboundMessageId, message.content]).slice(1), [
            [false, "late"]
          ])
          assert.strictEqual((yield* sandbox.messages("opened")).length, 1)
        })
      )
    )
  )
})
