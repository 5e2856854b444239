import { assert, describe, it } from "@effect/vitest"
import * as Honest from "@inbox-effect/zoo/Honest"
import { tooManyInFlight } from "@inbox-effect/zoo/unusual"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Conformance from "../../src/kit/Conformance.js"
import { check } from "../../src/kit/selfTest/server.js"
import * as Report from "../../src/report/Report.js"
import { goAway } from "../support/goAway.js"

const json = { "content-type": "application/json" }

const refusal = (status: number, code: string, headers: Record<string, string> = {}): Honest.Answer => ({
  status,
  headers: { ...json, ...headers },
  body: JSON.stringify({ error: { code, message: "no", status } })
})

/** Runs the kit, small, against the honest server with a change. */
const examine = (change: Honest.Change, options: Partial<Conformance.Options> = {}) =>
  check(() => Honest.start(change), { seed: 3, budget: "quick", runs: 10, maxDuration: "5 minutes", ...options })

const assertInconclusive = (report: Report.Report, reason: RegExp) => {
  assert.match(report.reason ?? "", reason)
  assert.strictEqual(report.verdict, "inconclusive")
  assert.strictEqual(Report.exitCode(report), 3)
  assert.isFalse(report.requirements.some(({ status }) => status === "failed" || status === "warned"))
}

const failed = (report: Report.Report): ReadonlyArray<string> =>
  report.requirements.filter(({ status }) => status === "failed").map(({ id }) => id)

describe("a run that cannot tell", { concurrent: true }, () => {
  it.live("says that there is no connection", () =>
    Effect.gen(function* () {
      const report = yield* Conformance.run({ url: "http://127.0.0.1:1/api/v1", token: "t", threadId: "t1" })
      assertInconclusive(report, /^no connection to http:\/\/127\.0\.0\.1:\d+ .*check --url/)
    })
  )

  it.live("says that the token was refused", () =>
    Effect.map(examine({}, { token: "wrong" }), (report) =>
      assertInconclusive(report, /token was refused \(401 \{"error".*\}\); check/)
    )
  )

  it.live("says that the thread was not found", () =>
    Effect.map(examine({}, { threadId: "nosuchthread" }), (report) =>
      assertInconclusive(report, /thread nosuchthread was not found \(404 \{.*\}\); check --thread/)
    )
  )

  it.live("says that nothing was accepted", () =>
    Effect.map(examine({ request: () => refusal(402, "PAYMENT_REQUIRED") }), (report) =>
      assertInconclusive(report, /a plain message was refused \(402 \{.*\}\)/)
    )
  )

  it.live("gives up on a limit that ends after the run", () =>
    Effect.map(
      examine({
        request: (x) => (x.number > 40 ? refusal(429, "RATE_LIMITED", { "retry-after": "3600" }) : undefined)
      }),
      (report) => assertInconclusive(report, /asks to wait 3600 s, beyond the end of the run/)
    )
  )

  it.live("sees that the target went away, and blames nobody where nothing is special about what was unanswered", () =>
    Effect.map(
      examine({
        request: (x) =>
          x.number >= 4 && /"content":"(Hello|Thanks!)"/.test(String(Buffer.concat(x.chunks))) ? goAway(x) : undefined
      }),
      (report) => assertInconclusive(report, /the target went away after \d+ accepted messages/)
    )
  )

  for (const [name, change] of [
    ["on a connection that was used before", {}],
    ["on a connection of its own", { answer: (_, { headers }) => Object.assign(headers, { connection: "close" }) }]
  ] as const satisfies ReadonlyArray<readonly [string, Honest.Change]>) {
    it.live(`names the request that ends the target, ${name}`, () =>
      Effect.map(
        examine({
          ...change,
          request: (x) => (String(Buffer.concat(x.chunks)).startsWith("[") ? goAway(x) : undefined)
        }),
        (report) => {
          assert.strictEqual(report.verdict, "violates")
          assert.deepStrictEqual(failed(report), ["protocol.no-server-error"])
          const row = report.requirements.find(({ id }) => id === "protocol.no-server-error")
          assert.match(row?.counterexample?.when ?? "", /ended the target|no more connections/)
        }
      )
    )
  }

  it.live("says that the target went away at the first message, where it answered none", () =>
    Effect.map(examine({ request: goAway }), (report) =>
      assertInconclusive(report, /^the target went away before it accepted a message \(.*; look at what it logged/)
    )
  )

  it.live("reports one late answer as slow, and several as a fault", () =>
    Effect.gen(function* () {
      const late = (count: number) => {
        let left = count
        // Where the machine is busy a time-out is longer than it says, so that an answer that came at last might be in time.
        const never = new Promise<void>(() => undefined)
        return examine(
          { hold: (x) => (x.number > 300 && x.number % 50 === 0 && left-- > 0 ? never : 0) },
          { timeout: "1 second", concurrency: 1 }
        )
      }
      const once = yield* late(1)
      assert.deepStrictEqual(failed(once), [])
      assert.match(once.notes.join("\n"), /got no answer within .* sent again alone: slow/)
      assert.include(failed(yield* late(3)), "protocol.no-server-error")
    })
  )

  it.live("takes an answer for lost where the connection ended before the request, and it is refused in peace", () =>
    Effect.gen(function* () {
      /** Ends one connection without a word while its first request, which is or is not to be accepted, is being sent. */
      const cut = (isAccepted: boolean, change: Honest.Change = {}) => {
        let left = 1
        const head = ({ connection, headers, request, world }: Honest.Exchange) => {
          const isFirst = connection.accepted + connection.refused === 0
          const isAuthentic = headers.authorization === `Bearer ${world.token}`
          const isInParts = headers["transfer-encoding"] !== undefined
          if (isFirst && isInParts && isAuthentic === isAccepted && left-- > 0) request.socket.destroy()
          return undefined
        }
        return Effect.tap(examine({ ...change, head }, { runs: 50 }), () => assert.isBelow(left, 1))
      }
      const refused = yield* cut(false)
      assert.deepStrictEqual(failed(refused), [])
      assert.match(refused.notes.join("\n"), /while it was being sent, and got 401 when it was sent again alone/)
      assert.deepStrictEqual(failed(yield* cut(true)), ["protocol.no-server-error"])
      const isChunked = ({ headers }: Honest.Exchange) => headers["transfer-encoding"] !== undefined
      const wrongly = yield* cut(true, { request: (x) => (isChunked(x) ? refusal(400, "NO") : undefined) })
      assert.notMatch(wrongly.notes.join("\n"), /while it was being sent/)
    })
  )

  it.live("never makes a SHOULD a MUST where the time is short", () =>
    Effect.map(
      examine(
        { delay: () => 30, authenticate: (_, header) => (/^bearer /.test(header ?? "") ? false : undefined) },
        { maxDuration: "3 seconds" }
      ),
      (report) => assert.deepStrictEqual(failed(report), [])
    )
  )

  it.live("sees that the token has expired", () =>
    Effect.map(examine({ authenticate: (x) => (x.number > 80 ? false : undefined) }), (report) =>
      assertInconclusive(report, /token was refused \(401\) after \d+ accepted messages; it may have expired/)
    )
  )

  it.live("sees that the thread was closed", () =>
    Effect.map(
      examine({
        accept: (x) => {
          if (x.sequence > 50 && x.thread.index === 0) throw new Honest.Refusal(404, "THREAD_NOT_FOUND", "closed")
        }
      }),
      (report) => assertInconclusive(report, /the thread \w+ was refused \(404\) after \d+ accepted messages/)
    )
  )

  it.live("sees that a token has expired where that is a 403", () =>
    Effect.map(
      examine({
        authenticate: (x) => (x.number > 80 ? false : undefined),
        refuse: (_, { status }) => (status === 401 ? refusal(403, "FORBIDDEN") : undefined)
      }),
      (report) => assertInconclusive(report, /was refused \(403\) after \d+ accepted messages/)
    )
  )

  it.live("sees that a thread that takes so many messages was not closed, since the other one takes no more", () =>
    Effect.map(
      examine({
        accept: (x) => {
          if (x.threadSequence > 50) throw new Honest.Refusal(409, "CONFLICT", "full")
        }
      }),
      (report) => {
        assert.strictEqual(report.verdict, "violates")
        assert.match(report.reason ?? "", /both threads were refused \(409\) after \d+ accepted messages/)
        assert.deepStrictEqual(failed(report), ["semantics.stable"])
      }
    )
  )

  it.live("sees that both threads were refused, though the one that was first had taken fewer messages", () => {
    let refused = 0
    return Effect.map(
      examine({
        accept: (x) => {
          const isSecond = x.thread === x.world.threads[1]
          // The first thread refuses once it is sure that the second one has been noticed.
          if (isSecond ? x.sequence <= 60 : refused < 3) return
          if (isSecond) refused++
          throw new Honest.Refusal(403, "FORBIDDEN", "no more")
        }
      }),
      (report) => {
        assert.match(report.reason ?? "", /both threads were refused \(403\)/)
        assert.deepStrictEqual(failed(report), ["semantics.stable"])
      }
    )
  })

  it.live("ends when it is interrupted, and reports", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      const message = (x: Honest.Exchange) => {
        if (x.sequence === 20) Deferred.unsafeDone(interrupted, Effect.void)
      }
      const report = yield* examine({ message }, { interrupt: Deferred.await(interrupted) })
      assertInconclusive(report, /the run was interrupted/)
      assert.isAbove(report.accepted, 0)
    })
  )
})

describe("a target that takes no plain message", { concurrent: true }, () => {
  it.live("is at fault where it takes the same one in another spelling", () =>
    Effect.map(
      examine({ mediaType: (_, type) => (/charset/i.test(type) ? undefined : false) }, { runs: 3, only: ["accept"] }),
      (report) => {
        assert.strictEqual(report.verdict, "violates")
        assert.deepStrictEqual(failed(report), ["accept.encoding.http"])
      }
    )
  )

  it.live("is at fault where it only bears the connection of a refused one a grudge", () =>
    Effect.map(
      examine(
        {
          authenticate: (x) => (x.connection.memory.has("grudge") ? false : undefined),
          refuse: (x) => void x.connection.memory.set("grudge", true)
        },
        { runs: 3, only: ["auth.wrong", "semantics.stable"] }
      ),
      (report) => {
        assert.strictEqual(report.verdict, "violates", report.reason ?? "")
        assert.include(failed(report), "semantics.stable")
      }
    )
  )
})

describe("a run that is hindered", { concurrent: true }, () => {
  /** Takes some requests, and then none for a while: however slow the machine is, the limit is met. */
  const limit = (takes: number, headers: (until: number) => Record<string, string>): Honest.Change => {
    let used = 0
    let until = 0
    return {
      request: () => {
        if (Date.now() < until) return refusal(429, "RATE_LIMITED", headers(until))
        used++
        if (used % takes === 0) until = Date.now() + 700
        return undefined
      }
    }
  }

  // One of them throughout a whole run, the others for as long as they take to be met.
  const narrow = { only: ["reject.content", "reject.reply"] }
  for (const [name, options, change] of [
    ["in seconds", {}, limit(300, () => ({ "retry-after": "1" }))],
    ["by a date", narrow, limit(40, (until) => ({ "retry-after": new Date(until + 999).toUTCString() }))],
    ["not at all", narrow, limit(40, () => ({}))]
  ] as const) {
    it.live(`waits a limit out that says ${name} when it ends`, () =>
      Effect.map(examine(change, options), (report) => {
        assert.strictEqual(report.verdict, "conforms", report.reason ?? "")
        assert.isAbove(report.rateLimited, 0)
        assert.isAbove(report.waitedMs, 0)
      })
    )
  }

  it.live("sends no more at a time than a target takes that refuses crowds", () =>
    Effect.map(examine(tooManyInFlight(2), { runs: 3, concurrency: 8, only: ["accept"] }), (report) => {
      assert.strictEqual(report.verdict, "conforms", report.reason ?? "")
      assert.isBelow(report.rateLimited, report.requests / 3)
    })
  )

  it.live("sends nothing in chunks to a target that answers in HTTP/1.0", () =>
    Effect.map(
      examine({
        request: (x) => (x.headers["transfer-encoding"] === undefined ? undefined : refusal(400, "BAD_REQUEST")),
        write: (x, { body, headers, status }) => {
          const fields = Object.entries({ ...headers, "content-length": Buffer.byteLength(body) })
          const head = [`HTTP/1.0 ${status} X`, ...fields.map(([name, value]) => `${name}: ${value}`), "", ""]
          x.request.socket.end(Buffer.concat([Buffer.from(head.join("\r\n")), Buffer.from(body)]))
          return true
        }
      }),
      (report) => {
        assert.strictEqual(report.verdict, "conforms", report.reason ?? "")
        assert.include(report.notes, "the target answers in HTTP/1.0, so nothing was sent to it in chunks")
      }
    )
  )

  it.live("keeps to a pace of its own", () =>
    Effect.gen(function* () {
      const report = yield* examine({}, { interval: "20 millis", only: ["auth"] })
      assert.strictEqual(report.verdict, "conforms")
      assert.isAtLeast(report.durationMs, (report.requests - 1) * 20)
    })
  )

  it.live("says that the time was up, and is not green without the essential cases", () =>
    Effect.map(examine({ delay: () => 40 }, { maxDuration: "1 second" }), (report) =>
      assertInconclusive(report, /the time of 1 s was up; give more with --max-duration/)
    )
  )
})

describe("a gateway in front of the target", { concurrent: true }, () => {
  it.live("gets the headers that are given, whose values no report repeats", () =>
    Effect.gen(function* () {
      const change: Honest.Change = {
        request: (x) => (x.headers["x-api-key"] === "key-4711-secret" ? undefined : refusal(403, "FORBIDDEN")),
        message: (_, draft) => {
          draft.content = String(draft.content).trim()
        }
      }
      const report = yield* examine(change, {
        headers: { "X-Api-Key": "key-4711-secret" },
        only: ["semantics.content"]
      })
      assert.deepStrictEqual(failed(report), ["semantics.content"])
      assert.notInclude(JSON.stringify(report), "4711")
      assert.include(JSON.stringify(report), "<value of X-Api-Key>")
      const without = yield* examine(change)
      assertInconclusive(without, /was refused \(403 \{"error":\{"code":"FORBIDDEN"/)
    })
  )
})

describe("options", { concurrent: true }, () => {
  const problem = (options: Partial<Conformance.Options>) =>
    Effect.map(
      Effect.flip(Conformance.run({ url: "http://127.0.0.1:1/api/v1", token: "t", threadId: "t1", ...options })),
      ({ message, option }) => [option, message]
    )

  it.effect("refuse the hosted service, whatever its spelling", () =>
    Effect.gen(function* () {
      for (const url of ["https://inboxapp.com/api/v1", "https://API.InboxApp.com./api/v1", "http://x.inboxapp.com"]) {
        const [option, message] = yield* problem({ url })
        assert.strictEqual(option, "url")
        assert.match(message ?? "", /is the hosted service.*--allow-hosted/)
      }
    })
  )

  it.effect("name what is wrong and the fix, and never the token", () =>
    Effect.gen(function* () {
      const cases: ReadonlyArray<readonly [Partial<Conformance.Options>, string, RegExp]> = [
        [{ url: "localhost:80" }, "url", /give the base, such as http:/],
        [{ url: "http://u:p@h/api" }, "url", /has a query, a fragment or credentials/],
        [{ token: "two words" }, "token", /white space/],
        [{ threadId: "T-1" }, "threadId", /"T-1" is not an id of Inbox/],
        [{ replyTo: "" }, "replyTo", /is not an id of Inbox/],
        [{ runs: 12.5 }, "runs", /whole number of at least 1/],
        [{ concurrency: 0 }, "concurrency", /whole number of at least 1/],
        [{ timeout: 0 }, "timeout", /longer than zero/]
      ]
      for (const [options, name, message] of cases) {
        const [option, text] = yield* problem(options)
        assert.strictEqual(option, name)
        assert.match(text ?? "", message)
        assert.notInclude(text ?? "", "two words")
      }
    })
  )
})

describe("secrets", { concurrent: true }, () => {
  it.live("keeps the token and what is made of it out of the report, whatever the server echoes", () =>
    Effect.gen(function* () {
      const token = "Sec0nd-To-None-AbCdEf-123456"
      const report = yield* Effect.acquireUseRelease(
        Effect.promise(() => Honest.start({ authenticate: (_, header) => header !== undefined })),
        (server) =>
          Conformance.run({ url: server.url, token, threadId: server.threads, seed: 1, runs: 10, only: ["auth"] }),
        (server) => Effect.promise(() => server.close())
      )
      assert.strictEqual(report.verdict, "violates")
      const text = JSON.stringify(report)
      for (const part of [token, token.slice(1), token.slice(0, -1), token.toUpperCase(), token.toLowerCase()]) {
        assert.notInclude(text, part)
      }
      assert.notInclude(text, Buffer.from(`${token}:`).toString("base64"))
      assert.notInclude(text, [...token].reverse().join(""))
    })
  )
})
