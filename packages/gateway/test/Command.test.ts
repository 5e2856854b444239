import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { unknownOption } from "../src/cli/wrong.js"
import * as Command from "./support/command.js"
import * as Upstream from "./support/upstream.js"
import { Simulator } from "./v2/Simulator.js"

/** Calls that cannot be followed, with the exit code and a part of the sentence. `@` stands for a folder. */
const calls: ReadonlyArray<readonly [args: string, code: number, part: string]> = [
  ["--prot 1", 2, "did you mean --port?"],
  ["--frobnicate", 2, "--help lists"],
  ["--port 99999", 2, "0 to 65535"],
  ["--upstream nonsense", 2, "--upstream: The base URL is not a URL"],
  ["--deadline 0", 2, "--deadline: The time has to be longer"],
  ["--token-file @/nosuch", 2, "cannot be read"],
  ["--token-file @/tokens", 2, "INBOX_API_TOKEN"],
  ["unsettled --journal @/nosuch", 2, "There is no journal at"],
  ["--journal @/tokens/below", 1, "The journal is un"]
]

describe("the command", () => {
  it.scopedLive("ends with a sentence, and without a stack or a token, where it cannot start as it was called", () =>
    Effect.gen(function* () {
      const folder = yield* Command.folder()
      writeFileSync(join(folder, "tokens"), "shop A-secret-token\n")
      const command = yield* Command.bundled
      yield* Effect.forEach(
        calls,
        ([args, code, part]) =>
          Effect.map(Command.run(command, { args: args.replaceAll("@", folder).split(" "), cwd: folder }), (ended) => {
            assert.strictEqual(ended.code, code, `${args}: ${ended.err}`)
            assert.include(ended.err, part, args)
            assert.notMatch(ended.err + ended.out, /secret|\n\s+at /, args)
          }),
        { concurrency: 2, discard: true }
      )
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

describe("an option that is none", () => {
  it.each([
    ["--port", undefined],
    ["--token-file=x", undefined],
    ["--tokenfile", "--token-file"],
    ["--prot", "--port"],
    ["--upstreams", "--upstream"],
    ["--hots", "--host"],
    ["--deadlin", "--deadline"]
  ])("%s", (word, meant) => {
    const said = unknownOption(["node", "bin", word], ["port", "host", "upstream", "tokenFile", "deadline"])
    if (meant === undefined) assert.isUndefined(said)
    else assert.include(said, `did you mean ${meant}?`)
  })
})
