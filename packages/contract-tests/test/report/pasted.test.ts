import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Conformance from "@inbox-effect/contract-tests/Conformance"
import * as Replay from "@inbox-effect/contract-tests/Replay"
import type * as Report from "@inbox-effect/contract-tests/Report"
import { broken, sample } from "@inbox-effect/zoo/broken"
import * as Honest from "@inbox-effect/zoo/Honest"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Request from "../../src/generate/request.js"
import { observe } from "../../src/judge/facts.js"
import * as Judge from "../../src/judge/judge.js"
import { targetOf } from "../../src/kit/selfTest/server.js"
import * as Ledger from "../../src/model/Ledger.js"
import { told } from "../../src/report/summary.js"
import type { Sent } from "../../src/send/trial.js"
import { type Passed, passage } from "../support/wire.js"

/** Servers whose lines take each form: one request, a reply, another method, damaged bytes, an edited token. */
const few = new Set([
  "trims-both",
  "reply-upper-case",
  "auth-any-token",
  "content-number-coerced",
  "utf8-replaced",
  "method-no-allow"
])

/** The servers whose lines are pasted: a few, a sample of `PASTED` servers, or all. */
const chosen =
  process.env.PASTED === undefined
    ? broken.filter(({ id }) => few.has(id))
    : process.env.PASTED === "all"
      ? broken
      : sample(Number(process.env.PASTED))

/** Headers that curl and the kit write as their framing needs them, or that name the port. */
const ofFraming = /^(?:host|content-length|transfer-encoding|connection):/i

const shells = ["/bin/sh", "/bin/bash"]

const bodyOf = ({ body }: Report.ReportedExchange["request"]): Buffer =>
  Buffer.from(body?.text ?? "", body?.encoding === "base64" ? "base64" : "utf8")

/** Tells credentials of which a report shows no more than what they are. */
const isNamed = (header: string): boolean => /^[^:]*: (?:\S+ )?</.test(header)

/** A message that was made anew has another id. */
const withoutReply = (body: Buffer): string =>
  body.toString("latin1").replace(/("replyToMessageId"\s*:\s*")[0-9a-z]+"/, '$1ID"')

/** The kit left nothing out but credentials, of which it names the edit. */
const assertSame = (passed: Passed, { request }: Report.ReportedExchange, token: string, line: string) => {
  const { body, headers, line: first } = passed.received
  const path = new URL(request.url.replaceAll("$INBOX_API_TOKEN", token)).pathname
  assert.strictEqual(first.split(" ")[0], request.method, line)
  assert.strictEqual(first.split(" ")[1]?.split("?")[0], decodesTo(path, first), line)
  const sent = request.headers
    .map(([name, value]) => `${name}: ${value.replaceAll("$INBOX_API_TOKEN", token)}`.trimEnd())
    .filter((header) => !ofFraming.test(header))
  const named = (header: string) => sent.some((each) => isNamed(each) && each.split(":")[0] === header.split(":")[0])
  const came = headers.map((header) => header.trimEnd()).filter((header) => !ofFraming.test(header))
  assert.deepStrictEqual(
    came.filter((header) => !named(header)).sort(),
    sent.filter((header) => !isNamed(header)).sort(),
    line
  )
  const expected = withoutReply(bodyOf(request))
  assert.strictEqual(withoutReply(body).slice(0, expected.length), expected, line)
}

/** `URL` respells a path, which is compared as it was sent. */
const decodesTo = (path: string, first: string): string => {
  const sent = first.split(" ")[1]?.split("?")[0] ?? ""
  return new URL(`http://x${sent}`).pathname === path ? sent : path
}

/** A plain message that was accepted, in place of one that is left out. */
const accepted: Passed = {
  received: { line: "POST /api/v1/threads/t1/messages HTTP/1.1", headers: [], body: Buffer.from("{}") },
  outcome: {
    kind: "answered",
    response: { status: 200, statusText: "OK", httpVersion: "1.1", headers: [], body: Buffer.from("{}") }
  }
}

/** Tells whether a fresh server breaks the requirement again, as the kit judges it. */
const shows = (passed: ReadonlyArray<Passed>, self: Report.Counterexample): boolean => {
  const { case: original } = Either.getOrThrow(Replay.decode(self.replay))
  const all = passed.length < original.steps.length ? [accepted, ...passed] : passed
  const exchanges = all.map(({ outcome, received }, index): Sent => {
    const step = original.steps[index]
    assert.isDefined(step)
    const [method = "", path = ""] = received.line.split(" ")
    const replyId = /"replyToMessageId"\s*:\s*"([0-9a-z]+)"/.exec(received.body.toString("latin1"))?.[1]
    return {
      step,
      edit: Request.editOf(step),
      threadId: path.split("/").at(-2) ?? "",
      replyId: step.reply === null ? undefined : replyId,
      exchange: {
        index: index + 1,
        request: { method, path, headers: [], body: new Uint8Array(received.body), framing: { kind: "length" } },
        outcome,
        started: Date.now(),
        ended: Date.now(),
        inFlight: 1
      }
    }
  })
  const names: ReadonlyArray<string> = [self.requirement, ...self.also, "accept"]
  const trial = { case: original, exchanges }
  return Judge.judge(trial, observe(trial, Ledger.make())).some(({ requirement }) => names.includes(requirement))
}

/** Tells whether a message was sent only so that there is one to reply to. */
const isMadeAnew = (body: Buffer): boolean => body.includes('"A message to reply to"')

/** Pastes the lines of one finding into one shell, with a fresh server to answer them. */
const paste = (
  specimen: Specimen.Specimen,
  self: Report.Counterexample,
  first: Pick<Honest.Running, "threads" | "url">,
  shell: string
) =>
  Effect.scoped(
    Effect.gen(function* () {
      const server = yield* Effect.acquireRelease(
        // Threads are the same, and ids of messages are others, as after a restart.
        Effect.promise(() => Honest.start({ ...specimen.change, threads: first.threads }, { seed: 5 })),
        (running) => Effect.promise(() => running.close())
      )
      const way = yield* Effect.acquireRelease(
        Effect.promise(() => passage(server.url)),
        ({ close }) => Effect.promise(close)
      )
      const line = self.curl.replaceAll(new URL(first.url).origin, new URL(way.url).origin)
      yield* Effect.promise(() =>
        promisify(execFile)(shell, ["-c", line], {
          env: { PATH: process.env.PATH, INBOX_API_TOKEN: server.token },
          encoding: "buffer",
          maxBuffer: 1 << 26,
          timeout: 60_000
          // A server that closes its connection makes curl fail, which is no matter.
        }).catch(() => undefined)
      )
      return { token: server.token, line, passed: way.passed.filter(({ received }) => !isMadeAnew(received.body)) }
    })
  )

const hasCurl = await promisify(execFile)("curl", ["--version"]).then(
  () => true,
  () => false
)

describe.skipIf(!hasCurl)("the lines of a finding, pasted after a restart", { timeout: 600_000 }, () => {
  for (const specimen of chosen) {
    it.live(`send what the kit sent, and show the fault of ${specimen.id}`, () =>
      Effect.gen(function* () {
        const { first, report } = yield* Effect.acquireUseRelease(
          Effect.promise(() => Specimen.start(specimen)),
          (server) =>
            Effect.map(Conformance.run({ ...targetOf(server), budget: "quick", seed: 1 }), (report) => ({
              first: server,
              report
            })),
          (server) => Effect.promise(() => server.close())
        )
        const findings = (["failed", "warned"] as const).flatMap((status) => told(report, status))
        for (const { counterexample } of findings) {
          for (const shell of shells) {
            const { line, passed, token } = yield* paste(specimen, counterexample, first, shell)
            const left = counterexample.exchanges.length - passed.length
            assert.include([0, 1], left, line)
            // Those that are in flight together come in any order, and what was seen now and then need not come again.
            if (counterexample.together || counterexample.reproducible !== "always") continue
            passed.forEach((each, position) => {
              const sent = counterexample.exchanges[position + left]
              if (sent !== undefined) assertSame(each, sent, token, line)
            })
            // A comment in place of a line says what curl cannot send.
            if (!line.includes("# curl "))
              assert.isTrue(shows(passed, counterexample), `${counterexample.requirement}:\n${line}`)
          }
        }
      })
    )
  }
})
