import { connect } from "node:net"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Console, Effect, Layer, Option, Redacted } from "effect"
import * as RedisServer from "../../client/test/RedisServer.js"
import { limiterOf } from "../src/cli/limiter.js"
import { main } from "../src/cli/main.js"

interface Ended {
  readonly code: number
  readonly printed: string
}

/** Runs the command in this process. */
const run = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}): Effect.Effect<Ended> =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const keep = (...words: ReadonlyArray<unknown>) => void lines.push(...words)
    const spy: Console.Console = yield* Console.consoleWith((console) =>
      Effect.succeed({
        ...console,
        log: (...words: ReadonlyArray<unknown>) => Effect.sync(() => keep(...words)),
        error: (...words: ReadonlyArray<unknown>) => Effect.sync(() => keep(...words))
      })
    )
    const code = yield* main(["node", "inbox-outbox", ...args]).pipe(
      Effect.withConsole(spy),
      Effect.provide(NodeContext.layer),
      Effect.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env)))))
    )
    return { code, printed: lines.join("\n") }
  })

const token = { INBOX_API_TOKEN: "secret-token" }

const memory = ["--database", ":memory:"]

interface Case {
  readonly name: string
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly code: number
  readonly says: RegExp
}

const cases: ReadonlyArray<Case> = [
  {
    name: "a command that is mistyped",
    args: ["wrok"],
    code: 2,
    says: /^There is no command wrok: did you mean work\?/
  },
  { name: "a flag that is mistyped", args: ["work", "--helth", "1"], code: 2, says: /did you mean --health\?/ },
  {
    name: "a port that is no number",
    args: ["work", "--health", "http"],
    code: 2,
    says: /^--health takes .* not "http"/
  },
  { name: "a port that there is not", args: ["work", "--health", "99999"], code: 2, says: /^--health takes .* 65535/ },
  { name: "a flag without its value", args: ["work", "--health"], code: 2, says: /^--health needs a value, as in/ },
  {
    name: "no thread at once",
    args: ["work", "--concurrency", "0"],
    code: 2,
    says: /^--concurrency takes .* from 1 to/
  },
  { name: "a decision that is missing", args: ["settle", "--key", "a"], code: 2, says: /^--as is missing/ },
  {
    name: "a decision that there is not",
    args: ["settle", "--key", "key", "--as", "Deliverd", "--by", "Ada"],
    code: 2,
    says: /Delivered.*SendAgain.*GiveUp/s
  },
  { name: "a missing token of the API", args: ["work", ...memory], code: 2, says: /INBOX_API_TOKEN is missing/ },
  {
    name: "a page that others reach without a token",
    args: ["work", ...memory, "--health", "0", "--host", "0.0.0.0"],
    env: token,
    code: 2,
    says: /needs a token.*INBOX_OUTBOX_TOKEN/s
  },
  {
    name: "a database of another kind",
    args: ["doubts", "--database", "mysql://ada:secret-token@localhost/shop"],
    code: 1,
    says: /has to be postgres:\/\//
  },
  {
    name: "a database that is not there",
    args: ["doubts", "--database", "postgres://ada:secret-token@127.0.0.1:1/shop"],
    code: 1,
    says: /PostgreSQL does not answer/
  },
  {
    name: "a file in a folder that is not there",
    args: ["work", "--database", "/nowhere/at/all/outbox.db"],
    env: token,
    code: 1,
    says: /cannot be opened/
  },
  {
    name: "a Redis that is none",
    args: ["work", ...memory, "--redis", "http://ada:secret-token@localhost/"],
    env: token,
    code: 2,
    says: /--redis has to be redis:\/\//
  },
  {
    name: "a message that is not in doubt",
    args: ["settle", ...memory, "--key", "nobody", "--as", "Delivered", "--by", "Ada"],
    code: 1,
    says: /There is no message with the key "nobody"/
  },
  { name: "nothing in doubt", args: ["doubts", ...memory], code: 0, says: /^Nothing is in doubt\.$/ },
  { name: "nothing in doubt, to a program", args: ["doubts", ...memory, "--json"], code: 0, says: /^$/ }
]

describe("the command", () => {
  for (const { args, code, env, name, says } of cases) {
    it.live(`tells of ${name}`, () =>
      Effect.gen(function* () {
        const ended = yield* run(args, env)
        assert.match(ended.printed, says)
        assert.strictEqual(ended.code, code)
        assert.notInclude(ended.printed, "secret-token")
        // Sentences, not stacks.
        assert.notMatch(ended.printed, /^\s+at /m)
      })
    )
  }
})

/** The names of all that a Redis holds, as its protocol spells them. */
const keysOf = (port: number): Effect.Effect<string> =>
  Effect.async((resume) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("KEYS *\r\n"))
    socket.once("data", (answer) => {
      socket.destroy()
      resume(Effect.succeed(answer.toString()))
    })
  })

describe.skipIf(!RedisServer.installed)("the flag for a Redis", () => {
  it.scopedLive("lets workers of one team share a limiter, by its name", () =>
    Effect.gen(function* () {
      const { port } = yield* RedisServer.start
      const limiters = yield* Effect.forEach(["acme", "acme", "other"], (team) =>
        limiterOf(Option.some(Redacted.make(`redis://127.0.0.1:${port}/0`)), team)
      )
      for (const limiter of limiters) yield* limiter?.acquire ?? Effect.dieMessage("No limiter")
      const keys = yield* keysOf(port)
      assert.match(keys, /^\*2\r\n/)
      assert.include(keys, "inbox-client:acme")
      assert.include(keys, "inbox-client:other")
    })
  )
})
