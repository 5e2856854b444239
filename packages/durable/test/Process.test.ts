import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { assert, describe, it } from "@effect/vitest"
import { InboxClient } from "@inbox-effect/client"
import { Outbox, OutboxDatabase } from "@inbox-effect/durable"
import { Fault, Sandbox } from "@inbox-effect/sandbox"
import { Context, Effect, Exit, Layer, Option, Redacted, Schedule, Scope } from "effect"
import { installed, start as startPostgres } from "../../sandbox/test/support/postgres.js"
import { bundleOf } from "../chaos/bundle.js"
import { inboxOf } from "./support/world.js"

const [threadId = "", otherThread = ""] = Sandbox.defaultThreads

const request = { threadId, content: "Your parcel P-1 is on its way" }

interface Running {
  readonly child: ChildProcess
  /** The first line that is printed. */
  readonly firstLine: Effect.Effect<string>
  readonly ended: Effect.Effect<{ readonly code: number | null; readonly printed: string }>
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-outbox-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** Starts the command in a process of its own. */
const start = (file: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync((): Running => {
      const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env.PATH, ...env } })
      const printed: Array<string> = []
      const lines = createInterface({ input: child.stdout })
      const first = new Promise<string>((resolve) => {
        lines.once("line", resolve)
        child.once("close", () => resolve(printed.join("\n")))
      })
      lines.on("line", (line) => printed.push(line))
      createInterface({ input: child.stderr }).on("line", (line) => printed.push(line))
      const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
      return {
        child,
        firstLine: Effect.promise(() => first),
        ended: Effect.map(
          Effect.promise(() => ended),
          (code) => ({ code, printed: printed.join("\n") })
        )
      }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const fetchText = (url: string) => Effect.promise(() => fetch(url).then((response) => response.text()))

/** A sandbox, a file, and the command for both. */
const world = Effect.gen(function* () {
  const file = yield* bundleOf(new URL("../src/bin.ts", import.meta.url))
  const sandbox = yield* Sandbox.make()
  const database = join(yield* folder, "outbox.db")
  const env = {
    INBOX_OUTBOX_DATABASE: database,
    INBOX_API_TOKEN: Redacted.value(sandbox.token),
    INBOX_API_BASE_URL: sandbox.url,
    USER: "Ada"
  }
  const context = yield* Layer.build(
    Outbox.layer().pipe(Layer.provide(OutboxDatabase.layer(Redacted.make(database))), Layer.orDie)
  )
  return {
    sandbox,
    outbox: Context.get(context, Outbox.Outbox),
    command: (...args: ReadonlyArray<string>) => start(file, args, env)
  }
})

const until = (outbox: Outbox.Service, key: string, state: Outbox.Message["state"]) =>
  outbox.state(key).pipe(
    Effect.repeat({
      until: Option.exists((message) => message.state === state),
      schedule: Schedule.spaced("20 millis")
    })
  )

describe("the command as a process", () => {
  it.scopedLive("works, tells what is in doubt, settles it, and ends when it is told to", () =>
    Effect.gen(function* () {
      const { command, outbox, sandbox } = yield* world
      const worker = yield* command("work", "--health", "0")
      const [, url = ""] =
        /^The outbox is being sent: (http:\/\/127\.0\.0\.1:\d+)\/$/.exec(yield* worker.firstLine) ?? []
      assert.strictEqual(yield* fetchText(`${url}/readyz`), "ready\n")

      // Two messages of the text come from elsewhere, so nobody can tell.
      const byHand = Effect.flatMap(InboxClient.InboxClient, (client) => client.sendMessage(request))
      yield* Effect.provide(Effect.zipRight(byHand, byHand), inboxOf(sandbox))
      yield* sandbox.addFault(Fault.Reset.make({ when: "before" }), { threadId, times: 1 })
      yield* outbox.enqueue("doubtful", request)
      yield* outbox.enqueue("sent", { threadId: otherThread, content: "Something else" })
      yield* until(outbox, "doubtful", "doubt")
      yield* until(outbox, "sent", "sent")

      const doubts = yield* (yield* command("doubts")).ended
      assert.match(doubts.printed, /^doubtful\n {2}thread .*\n {2}since .*\n {2}why {9}Several\n {2}may be it .*, .*$/)
      assert.strictEqual(doubts.code, 0)
      const settled = yield* (yield* command("settle", "--key", "doubtful", "--as", "GiveUp")).ended
      assert.deepStrictEqual(settled, { code: 0, printed: "doubtful is abandoned." })
      const outcome = Option.getOrThrow(yield* outbox.state("doubtful")).outcome
      assert.strictEqual(outcome?._tag === "GivenUp" && outcome.by, "Ada")
      assert.match(yield* fetchText(`${url}/metrics`), /^inbox_outbox_outcomes_total\{outcome="sent"\} 1$/m)

      yield* Effect.sync(() => worker.child.kill("SIGTERM"))
      assert.strictEqual((yield* worker.ended).code, 0)
    })
  )

  it.scopedLive("leaves its file to the next one when it is killed, and to no other before", () =>
    Effect.gen(function* () {
      const { command, outbox } = yield* world
      const first = yield* command("work")
      assert.strictEqual(yield* first.firstLine, "The outbox is being sent.")
      const second = yield* command("work")
      const refused = yield* second.ended
      assert.match(refused.printed, /^Another worker sends the messages of .*outbox\.db\. .* PostgreSQL database\.$/)
      assert.strictEqual(refused.code, 1)
      yield* Effect.sync(() => first.child.kill("SIGKILL"))
      yield* first.ended
      const next = yield* command("work")
      assert.strictEqual(yield* next.firstLine, "The outbox is being sent.")
      yield* outbox.enqueue("last", { threadId: otherThread, content: "Something else again" })
      yield* until(outbox, "last", "sent")
    })
  )

  it.scopedLive.skipIf(!installed)("ends when it is told to, although its database is gone", () =>
    Effect.gen(function* () {
      const file = yield* bundleOf(new URL("../src/bin.ts", import.meta.url))
      const sandbox = yield* Sandbox.make()
      const scope = yield* Scope.make()
      const database = yield* Effect.flatMap(Scope.extend(startPostgres, scope), ({ fresh }) => fresh)
      const worker = yield* start(file, ["work"], {
        INBOX_OUTBOX_DATABASE: database,
        INBOX_API_TOKEN: Redacted.value(sandbox.token),
        INBOX_API_BASE_URL: sandbox.url
      })
      assert.strictEqual(yield* worker.firstLine, "The outbox is being sent.")
      yield* Scope.close(scope, Exit.void)
      yield* Effect.sync(() => worker.child.kill("SIGTERM"))
      assert.strictEqual((yield* worker.ended).code, 0)
    })
  )
})
