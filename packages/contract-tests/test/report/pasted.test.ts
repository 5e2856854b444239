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
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { told } from "../../src/report/summary.js"
import type { Sent } from "../../src/send/trial.js"
import { type Passed, passage } from "../support/wire.js"

/**
 * Servers whose lines take each form: one request, a reply, another method, damaged bytes, an edited token, a connection
 * that was used before, a message to compare with, the content of a message that is replied to, and none that shows it.
 */
const few = new Set([
  "trims-both",
  "reply-upper-case",
  "reply-upper-case-found",
  "auth-any-token",
  "auth-missing-on-reused",
  "content-number-coerced",
  "utf8-replaced",
  "method-no-allow",
  "unique-id-constant",
  "unique-nfc",
  "reply-data-null-target-emoji",
  "stable-refuses-after-300"
])

/** Servers whose lines may show nothing, since what made the difference is gone with the run, and cannot be told from here. */
const forgetful = new Set([
  // Takes a wrong token from its second use on, or trims after 300 messages: the server of the run did so long before.
  "auth-any-second-use",
  "stable-trim-after-300",
  // Quotes a message to which somebody replied before.
  "reply-data-same-content",
  // The connections on which it was seen were closed meanwhile.
  "reused-first-refused",
  // Refuses replies to ids with a digit at one place: the next ids may have none there.
  "reply-digit-refused"
])

/** The servers whose lines are pasted: a few, a sample of `PASTED` servers, or all. */
const chosen = (
  process.env.PASTED === undefined
    ? broken.filter(({ id }) => few.has(id))
    : process.env.PASTED === "all"
      ? broken
      : sample(Number(process.env.PASTED))
).filter(({ id }) => !forgetful.has(id))

/** The requirements that are looked at: of the few servers only that which each is about. */
const onlyFor = ({ requirement }: Specimen.Specimen): ReadonlyArray<string> | undefined =>
  process.env.PASTED === undefined && requirement !== undefined ? [requirement] : undefined

/** Headers that curl and the kit write as their framing needs them, or that name the port. */
const ofFraming = /^(?:host|content-length|transfer-encoding|connection):/i

const shells = ["/bin/sh", "/bin/bash"]

const bodyOf = ({ body }: Report.ReportedExchange["request"]): Buffer =>
  Buffer.from(body?.text ?? "", body?.encoding === "base64" ? "base64" : "utf8")

/** Tells credentials of which a report shows no more than what they are. */
const isNamed = (header: string): boolean => /^[^:]*: (?:\S+ )?</.test(header)

/** A message that was made anew has another id. */
const withoutReply = (body: Buffer): string =>
  body.toString("latin1").replace(/("replyToMessageId"\s*:\s*")[^"]*"/, '$1ID"')

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

/** The step of a message that goes before those of the finding. */
const stepBefore = ({ received }: Passed): Case.Step => {
  const { content } = JSON.parse(received.body.toString()) as { readonly content: string }
  return Case.step(content)
}

/** Tells whether a fresh server breaks the requirement again, as the kit judges it. */
const shows = (passed: ReadonlyArray<Passed>, self: Report.Counterexample): boolean => {
  const { case: original } = Either.getOrThrow(Replay.decode(self.replay))
  const added = Math.max(0, passed.length - original.steps.length)
  const all = passed.length < original.steps.length ? [accepted, ...passed] : passed
  const steps = [...all.slice(0, added).map(stepBefore), ...original.steps]
  const exchanges = all.map(({ outcome, received }, index): Sent => {
    const step = steps[index]
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
  const trial = { case: { ...original, steps }, exchanges }
  return Judge.judge(trial, observe(trial, Ledger.make())).some(
    ({ requirement, step }) => step >= added && names.includes(requirement)
  )
}

/** Runs lines as somebody who pastes them does: what is too long for an argument is not too long for a shell. */
const script = async (shell: string, lines: string, env: NodeJS.ProcessEnv): Promise<void> => {
  const running = promisify(execFile)(shell, ["-s"], { env, maxBuffer: 1 << 26, timeout: 240_000 })
  running.child.stdin?.end(lines)
  // A server that closes its connection makes curl fail, which is no matter.
  await running.catch(() => undefined)
}

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
      yield* Effect.promise(() => script(shell, line, { PATH: process.env.PATH, INBOX_API_TOKEN: server.token }))
      return { token: server.token, line, passed: way.passed }
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
        const only = onlyFor(specimen)
        const { first, report } = yield* Effect.acquireUseRelease(
          Effect.promise(() => Specimen.start(specimen)),
          (server) =>
            Effect.map(Conformance.run({ ...targetOf(server), budget: "quick", seed: 1, only }), (report) => ({
              first: server,
              report
            })),
          (server) => Effect.promise(() => server.close())
        )
        const findings = (["failed", "warned"] as const).flatMap((status) => told(report, status))
        // A quick run finds all of the few, and not all of the others.
        if (only !== undefined) assert.isAbove(findings.length, 0)
        for (const { counterexample } of findings) {
          for (const shell of shells) {
            const { line, passed, token } = yield* paste(specimen, counterexample, first, shell)
            // Those that are in flight together come in any order, and what was seen now and then need not come again.
            if (counterexample.together || counterexample.reproducible !== "always") continue
            const [last, offending] = [passed.at(-1), counterexample.exchanges[counterexample.offending]]
            assert(last !== undefined && offending !== undefined, line)
            assertSame(last, offending, token, line)
            // A comment in place of a line says what curl cannot send.
            if (!line.includes("# curl "))
              assert.isTrue(shows(passed, counterexample), `${counterexample.requirement}:\n${line}`)
          }
        }
      })
    )
  }
})
