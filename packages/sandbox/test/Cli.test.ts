import { createServer } from "node:net"
import { NodeContext } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect, Fiber, Redacted } from "effect"
import { run } from "../src/internal/cli/command.js"
import * as PublicToken from "../src/internal/http/publicToken.js"
import { exchange } from "./support/http.js"

interface Output {
  readonly out: Array<string>
  readonly err: Array<string>
}

/** Runs the command with a console that remembers. */
const start = (...args: ReadonlyArray<string>) => {
  const output: Output = { out: [], err: [] }
  const remember = (lines: Array<string>) => (line: unknown) => Effect.sync(() => void lines.push(String(line)))
  const console: Console.Console = {
    ...Console.consoleWith(Effect.succeed).pipe(Effect.runSync),
    log: remember(output.out),
    error: remember(output.err)
  }
  const code = run(["node", "inbox-sandbox", ...args]).pipe(
    Effect.withConsole(console),
    Effect.provide(NodeContext.layer)
  )
  return { output, code }
}

const refusals: ReadonlyArray<readonly [args: ReadonlyArray<string>, sentence: RegExp]> = [
  [
    ["--port", "abc"],
    /^--port takes a whole number from 0 to 65535, as in --port 8787, not "abc" \(inbox-sandbox --help/
  ],
  [["--port=65536"], /^--port takes a whole number/],
  [["--port"], /^--port needs a value, as in --port 8787/],
  [["--host", "--port", "1"], /^--host needs a value/],
  [["--port", "1", "--port", "2"], /^--port is given twice/],
  [["--prot", "1"], /^There is no flag --prot: did you mean --port\?/],
  [["--verbose"], /^There is no flag --verbose/],
  [["start"], /^There is nothing to do with "start"/],
  [["--thread", "A-1"], /^--thread takes digits and lower-case letters, as in --thread thread1, not "A-1"/],
  [["--token", "two words"], /^--token takes printable ASCII without spaces/],
  [["--team", "thread=t1"], /^--team takes a token, threads and whether it has the add-on, as in --team token=/],
  [["--team", "token=two words"], /^--team takes a token/],
  [["--team", "token=a,thread=A"], /^--team takes a token/],
  [["--team", "token=a,outbound=yes"], /^--team takes a token/],
  [["--team"], /^--team needs a value/],
  [
    ["--database", "mysql://two words@localhost/inbox"],
    /^--database takes the path of a file, or the URL of a PostgreSQL database, postgres:/
  ],
  [["--cors", "localhost:5173"], /^--cors takes a scheme and a host/],
  [["--rate-limits=no"], /^--rate-limits takes no value: give it alone/],
  [["--rate-limit"], /^There is no flag --rate-limit: did you mean --rate-limits\?/]
]

describe("inbox-sandbox", () => {
  for (const [args, expected] of refusals) {
    it.live(`${args.join(" ")} is wrong usage, said in one sentence`, () =>
      Effect.gen(function* () {
        const { code, output } = start(...args)
        assert.strictEqual(yield* code, 2)
        assert.strictEqual(output.err.length, 1)
        assert.match(output.err[0] ?? "", expected)
        assert.notInclude(output.err[0], "two words")
        assert.deepStrictEqual(output.out, [])
      })
    )
  }

  it.live("says that a port is busy, and ends with 1", () =>
    Effect.gen(function* () {
      const other = createServer()
      yield* Effect.async<void>((resume) => void other.listen(0, "127.0.0.1", () => resume(Effect.void)))
      const { port } = other.address() as { port: number }
      const { code, output } = start("--port", String(port))
      assert.strictEqual(yield* code, 1)
      assert.deepStrictEqual(output.err.length, 1)
      assert.include(output.err[0], `127.0.0.1:${port} is in use`)
      other.close()
    })
  )

  it.live("prints a curl line that works, and closes when interrupted", () =>
    Effect.gen(function* () {
      const { code, output } = start("--port", "0", "--thread", "t1", "--thread", "t2", "--token", "it's")
      const fiber = yield* Effect.fork(code)
      yield* Effect.sleep(50).pipe(Effect.repeat({ until: () => output.out.length > 0 }), Effect.timeout("4 minutes"))
      const text = output.out.join("\n")
      const url = /curl (\S+) /.exec(text)?.[1] ?? ""
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/api\/v1\/threads\/t1\/messages$/)
      assert.include(text, `Watch what is sent on ${new URL("/", url)}`)
      assert.match(text, /thread +t2 +\(inbound message [0-9a-z]{24}\)/)
      assert.include(text, `'Authorization: Bearer it'\\''s'`)
      const headers = { authorization: "Bearer it's", "content-type": "application/json" }
      const body = /-d '(.*)'/.exec(text)?.[1]
      const answer = yield* exchange(url, { path: new URL(url).pathname, headers, body })
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(output.err, [])
      yield* Fiber.interrupt(fiber)
      const after = yield* Effect.exit(exchange(url, { path: "/" }))
      assert.strictEqual(after._tag, "Failure")
    })
  )

  it.live("adds teams, each with its token and its threads", () =>
    Effect.gen(function* () {
      const teams = ["--team", "token=second,thread=t3,outbound-addon", "--team", "token=third"]
      const { code, output } = start("--port", "0", "--thread", "t1", "--rate-limits", ...teams)
      const fiber = yield* Effect.fork(code)
      yield* Effect.sleep(50).pipe(Effect.repeat({ until: () => output.out.length > 0 }), Effect.timeout("4 minutes"))
      const text = output.out.join("\n")
      assert.match(text, /token +sandbox-token\n +thread +t1 .*\n +token +second\n +thread +t3 .*\n +token +third\n/)
      const { origin } = new URL(/on (\S+)/.exec(text)?.[1] ?? "")
      const headers = { authorization: "Bearer second", "content-type": "application/json" }
      const sendTo = (id: string) =>
        exchange(origin, { path: `/api/v1/threads/${id}/messages`, headers, body: '{"content":"x"}' })
      assert.deepStrictEqual([(yield* sendTo("t3")).status, (yield* sendTo("t1")).status], [200, 403])
      const settings = yield* exchange(origin, { method: "GET", path: "/sandbox/settings" })
      assert.deepStrictEqual(JSON.parse(settings.text), { rateLimits: true })
      yield* Fiber.interrupt(fiber)
    })
  )

  it.live("warns when it is told to listen where other machines can come", () =>
    Effect.gen(function* () {
      // An address for documentation, which no machine has: the warning comes, the server does not.
      const { code, output } = start("--host", "192.0.2.1", "--port", "0")
      assert.strictEqual(yield* code, 1)
      assert.match(output.err[0] ?? "", /^Warning: 192\.0\.2\.1 is not a loopback address/)
      assert.include(output.err[1], "is not an address of this machine")
    })
  )

  it("uses the token that everybody knows on loopback addresses only", () => {
    const tokenOn = (host: string) => Redacted.value(PublicToken.defaultFor(host))
    for (const host of ["127.0.0.1", "127.1.2.3", "::1", "localhost"]) {
      assert.strictEqual(tokenOn(host), "sandbox-token")
    }
    for (const host of ["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.org"]) {
      assert.match(tokenOn(host), /^[0-9a-z]{24}$/)
      assert.notStrictEqual(tokenOn(host), tokenOn(host))
    }
  })
})
