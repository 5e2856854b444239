import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Console, Effect } from "effect"
import { main } from "../src/cli/cli.js"
import * as Command from "./support/command.js"
import * as Upstream from "./support/upstream.js"
import { Simulator } from "./v2/Simulator.js"

/** Calls that cannot be followed, with the exit code and a part of the sentence. `@` stands for a folder. */
const calls: ReadonlyArray<readonly [args: string, code: number, part: string]> = [
  ["--prot 1", 2, "There is no flag --prot: did you mean --port?"],
  ["--frobnicate", 2, "inbox-gateway --help shows every flag"],
  ["unsetled", 2, "There is no command unsetled: did you mean unsettled?"],
  ["unsettled --port 1", 2, "There is no flag --port"],
  ["--port", 2, "--port needs a value, as in --port 8788"],
  ["--port 99999", 2, "--port takes a whole number from 0 to 65535"],
  ["--upstream nonsense", 2, "--upstream takes a URL that begins with https:// or http://"],
  ["--upstream https://ada:A-secret@host/api/v2", 2, "--upstream takes a URL"],
  ["--deadline 3.5", 2, "--deadline takes whole seconds, without a unit, from 1 to 86400, as in --deadline 25"],
  ["--deadline 0", 2, "--deadline takes whole seconds"],
  ["--repeat sometimes", 2, "--repeat takes with-key or never"],
  ["--token-file @/nosuch", 2, "cannot be read"],
  ["--token-file @/tokens", 2, "INBOX_API_TOKEN"],
  ["unsettled --journal @/nosuch", 2, "There is no journal at"],
  ["unsettled --journal @/", 2, "There is no journal at"],
  ["--journal @/tokens/below", 1, "The journal is un"]
]

/** Nothing of the environment of the tests, where somebody may have a token. */
const nothing = ConfigProvider.fromMap(new Map())

/** Runs the command in this process, with a console that remembers. */
const run = (args: ReadonlyArray<string>) => {
  const said: Array<string> = []
  const remember = (line: unknown) => Effect.sync(() => void said.push(String(line)))
  const console: Console.Console = {
    ...Effect.runSync(Console.consoleWith(Effect.succeed)),
    log: remember,
    error: remember
  }
  return Effect.map(
    main(["node", "inbox-gateway", ...args]).pipe(
      Effect.withConsole(console),
      Effect.withConfigProvider(nothing),
      Effect.provide(NodeContext.layer)
    ),
    (code) => ({ code, said: said.join("\n") })
  )
}

describe("the command", () => {
  it.scopedLive.each(calls)("%s: is not followed, ends with %d and says why", ([args, code, part]) =>
    Effect.gen(function* () {
      const folder = yield* Command.folder()
      writeFileSync(join(folder, "tokens"), "shop A-secret-token\n")
      const ended = yield* run(args.replaceAll("@/", `${folder}/`).split(" "))
      assert.strictEqual(ended.code, code, ended.said)
      assert.include(ended.said, part)
      assert.notMatch(ended.said, /A-secret|\n/)
    })
  )

  it.scopedLive("ends as a process does, with a sentence and without a stack", () =>
    Effect.gen(function* () {
      const env = { INBOX_GATEWAY_DEADLINE: "soon" }
      const ended = yield* Command.run(yield* Command.bundled, { args: [], env, cwd: yield* Command.folder() })
      assert.deepStrictEqual([ended.code, ended.out], [2, ""])
      assert.match(ended.err, /^INBOX_GATEWAY_DEADLINE takes whole seconds.*, not "soon" \(.*\)\n$/)
    })
  )

  it.scopedLive("logs a JSON object for each request and none for a probe, and ends when it is told to", () =>
    Effect.gen(function* () {
      const running = yield* Command.start(yield* Command.bundled, {
        args: ["--port", "0"],
        cwd: yield* Command.folder(),
        env: { INBOX_GATEWAY_UPSTREAM: yield* Upstream.serve(new Simulator()) }
      })
      yield* Effect.promise(async () => {
        for (const path of ["/health", "/ready", "/metrics"]) await (await fetch(new URL(path, running.url))).text()
        const response = await fetch(`${running.url}/threads/thread1/messages`, {
          method: "POST",
          headers: { authorization: "Bearer Secret0Token1", "content-type": "application/json" },
          body: '{"content":"A-secret"}'
        })
        await response.text()
      })
      running.child.kill("SIGTERM")
      yield* Command.ended(running)
      assert.strictEqual(running.child.exitCode, 0)
      const lines = running.said().split("Ctrl-C ends it.\n")[1]?.trimEnd().split("\n") ?? []
      assert.lengthOf(lines, 1)
      assert.deepInclude(JSON.parse(lines[0] ?? "").message[1], { operation: "send", status: 200 })
    })
  )
})
