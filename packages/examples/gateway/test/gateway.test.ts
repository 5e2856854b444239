import { once } from "node:events"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import { assert, it } from "@effect/vitest"
import { Conformance, Terminal } from "@inbox-effect/contract-tests"
import { Effect } from "effect"
import { firstDraft } from "../firstDraft.js"
import { gateway } from "../gateway.js"
import type { Settings } from "../settings.js"

/** Milliseconds. A run takes a few seconds, on a machine that has nothing else to do. */
const patience = 120_000

const settings = { token: "gateway-token", threads: ["parcels", "returns"] } as const

const listening = (make: (settings: Settings) => Server) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = make(settings).listen(0, "127.0.0.1")
      await once(server, "listening")
      return server
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`))

const examined = (make: (settings: Settings) => Server, only?: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.flatMap(listening(make), (url) =>
      Conformance.run({ url, token: settings.token, threadId: settings.threads, runs: 10, seed: 1, only })
    )
  )

it.live(
  "conforms, without a warning",
  () =>
    Effect.gen(function* () {
      const report = yield* examined(gateway)
      const open = report.requirements.filter(({ status }) => status !== "passed").map(({ id, status }) => [id, status])
      assert.deepStrictEqual(open, [], Terminal.render(report))
      assert.strictEqual(report.verdict, "conforms")
    }),
  patience
)

it.live(
  "did not in its first draft, of which the kit tells what is wrong",
  () =>
    Effect.gen(function* () {
      const report = yield* examined(firstDraft, ["response", "semantics.content", "auth"])
      assert.strictEqual(report.verdict, "violates")
      assert.deepStrictEqual(
        report.requirements.filter(({ status }) => status === "failed").map(({ id }) => id),
        [
          "response.key.id",
          "response.key.isEncrypted",
          "response.key.deletedAt",
          "response.key.platformDeletedAt",
          "semantics.content",
          "auth.near",
          "auth.scheme"
        ]
      )
      assert.include(Terminal.render(report), "trimmed")
    }),
  patience
)
