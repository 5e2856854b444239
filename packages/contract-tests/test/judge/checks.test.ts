import { assert, describe, it } from "@effect/vitest"
import type * as Requirement from "@inbox-effect/contract-tests/Requirement"
import { acceptance } from "../../src/contract/acceptance.js"
import { checks } from "../../src/judge/checks.js"
import { observe } from "../../src/judge/facts.js"
import { judge } from "../../src/judge/judge.js"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { type Answered, accepted, edited, judged, message, trial } from "../support/recorded.js"

type Exchanges = Parameters<typeof trial>[0]

/** Exchanges of which the last one breaks a requirement, and others of which none does. */
interface Row {
  readonly broken: Exchanges
  readonly held: Exchanges
}

/** A valid request, and an answer that breaks what it asks for; the same request accepted. */
const send = (content: string, options: Partial<Case.Step>, answered: Answered): Row => {
  const replyId = answered.replyId === undefined ? {} : { replyId: answered.replyId }
  const keys = answered.replyId === undefined ? {} : { replyData: { id: answered.replyId } }
  const step = Case.step(content, options)
  return { broken: [[step, answered]], held: [[step, { status: 200, body: message(content, keys), ...replyId }]] }
}

const refusedWith = (status: number, answered: Partial<Answered> = {}): Answered => ({ status, ...answered })

/** A message with a key that it must not have. */
const answer = (keys: Readonly<Record<string, unknown>>, answered: Partial<Answered> = {}): Row => ({
  broken: [accepted("Hello", keys, answered)],
  held: [accepted("Hello")]
})

/** Two messages of which the second does not go with the first. */
const second = (first: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): Row => ({
  broken: [accepted("One", first), accepted("Two", other)],
  held: [accepted("One", first), accepted("Two")]
})

const taken: Answered = { status: 200, body: message("Hello") }

/** An edit that is answered wrongly, and one that is refused. */
const edit = (id: string, wrong: Answered = taken, right: Answered = refusedWith(400), reply?: string): Row => {
  const base =
    reply === undefined ? accepted("Hello") : accepted("Hello", { replyData: { id: reply } }, { replyId: reply })
  const options = reply === undefined ? {} : { reply: "latest" }
  const replyId = reply === undefined ? {} : { replyId: reply }
  return {
    broken: [base, edited(id, { ...wrong, ...replyId }, options)],
    held: [base, edited(id, { ...right, ...replyId }, options)]
  }
}

const challenged = refusedWith(401, { headers: [["WWW-Authenticate", "Bearer"]] })

/** Requirements that no single answer breaks. */
type ToldByOthers = "semantics.concurrent" | "semantics.stable"

const rows: { readonly [I in Exclude<Requirement.Id, ToldByOthers>]: Row } = {
  "accept.content": send("Hello", {}, refusedWith(400)),
  "accept.content.whitespace": send(" ", {}, refusedWith(400)),
  "accept.content.long": send("x".repeat(2_000), {}, refusedWith(413)),
  "accept.content.nul": {
    broken: [
      [Case.step("a\u0000"), { status: 200, body: message("a\u0000") }],
      [Case.step("a\u0000"), refusedWith(400)]
    ],
    held: [
      [Case.step("a\u0000"), refusedWith(400)],
      [Case.step("a\u0000"), refusedWith(422)]
    ]
  },
  "accept.reply": send("Hello", { reply: "latest" }, refusedWith(404, { replyId: "message0" })),
  "accept.encoding.json": send("Hello", { json: "pretty" }, refusedWith(400)),
  "accept.encoding.http": send("Hello", { http: "charset" }, refusedWith(415)),
  "accept.encoding.length": send("Hello", { http: "chunked" }, refusedWith(411)),
  "accept.scheme-case": send("Hello", { scheme: "bearer" }, refusedWith(401)),
  "response.status": answer({}, { status: 201 }),
  "response.content-type": answer({}, { headers: [["Content-Type", "text/html"]] }),
  "response.json": answer({}, { body: "Hello" }),
  "response.key.platform": answer({ platform: "x" }),
  "response.key.teamId": answer({ teamId: "Team" }),
  "response.key.threadId": answer({ threadId: null }),
  "response.key.id": answer({ id: "a-b" }),
  "response.key.userId": answer({ userId: undefined }),
  "response.key.createdAt": answer({ createdAt: "2026-11-29" }),
  "response.key.updatedAt": answer({ updatedAt: 0 }),
  "response.key.platformId": answer({ platformId: 7 }),
  "response.key.content": answer({ content: undefined }),
  "response.key.campaignId": answer({ campaignId: "" }),
  "response.key.authorId": answer({ authorId: null }),
  "response.key.origin": answer({ origin: "API" }),
  "response.key.replyData": answer({ replyData: undefined }),
  "response.key.forwardData": answer({ forwardData: undefined }),
  "response.key.entities": answer({ entities: undefined }),
  "response.key.attachment": answer({ attachment: undefined }),
  "response.key.reactions": answer({ reactions: {} }),
  "response.key.isEncrypted": answer({ isEncrypted: 0 }),
  "response.key.isEdited": answer({ isEdited: null }),
  "response.key.deletedAt": answer({ deletedAt: false }),
  "response.key.platformDeletedAt": answer({ platformDeletedAt: "" }),
  "semantics.thread": answer({ threadId: "thread2" }),
  "semantics.content": answer({ content: "hello" }),
  "semantics.origin": answer({ origin: "internal" }),
  "semantics.fresh": answer({ isEdited: true }),
  "semantics.unique": second({ id: "message0" }, { id: "message0" }),
  "semantics.reply": answer({ replyData: {} }),
  "semantics.created": answer({ createdAt: "2026-11-29T11:54:59Z" }),
  "semantics.updated": answer({ updatedAt: "2026-11-29T11:59:59Z" }),
  "semantics.plain": answer({ reactions: ["like"] }),
  "semantics.identity": second({}, { teamId: "team2" }),
  "auth.missing": edit("auth.missing/absent", taken, challenged),
  "auth.wrong": edit("auth.wrong/random", taken, challenged),
  "auth.near": edit("auth.near/cut-last", taken, challenged),
  "auth.scheme": edit("auth.scheme/basic", taken, challenged),
  "auth.equivalent": edit("auth.equivalent/padding", taken, challenged),
  "auth.status": edit("auth.wrong/random", refusedWith(404), challenged),
  "auth.challenge": edit("auth.wrong/random", refusedWith(401), challenged),
  "reject.content": edit("reject.content/zero"),
  "reject.content.key-case": edit("reject.content.key-case/upper"),
  "reject.reply": edit("reject.reply/empty", taken, refusedWith(422), "message0"),
  "reject.reply.unknown": edit("reject.reply.unknown/random", taken, refusedWith(404), "message0"),
  "reject.reply.other-thread": edit("reject.reply.other-thread/latest"),
  "reject.body": edit("reject.body/null"),
  "reject.body.extension": edit("reject.body.extension/block-comment"),
  "reject.media-type": edit("reject.media-type/text", taken, refusedWith(415)),
  "reject.utf8": edit("reject.utf8/ff"),
  "reject.thread": edit("reject.thread/upper-case"),
  "reject.thread.path": edit("reject.thread.path/final-slash", taken, refusedWith(308)),
  "reject.thread.unknown": edit("reject.thread.unknown/random", taken, refusedWith(404)),
  "protocol.no-server-error": edit("reject.content/zero", refusedWith(500)),
  "protocol.error-body": edit("reject.content/zero", refusedWith(400, { body: {} })),
  "protocol.method": edit("protocol.method/put", taken, refusedWith(501))
}

describe("the check of", () => {
  for (const [id, { broken, held }] of Object.entries(rows)) {
    it(`${id} tells what breaks it from what does not`, () => {
      const wanted = id.startsWith("accept.") && id !== "accept.content.nul" && id !== "accept.encoding.length"
      const said = (exchanges: Exchanges) =>
        judged(trial(exchanges), Ledger.make()).map(({ requirement }) =>
          requirement === acceptance && wanted ? id : requirement
        )
      assert.include(said(broken), id)
      assert.deepStrictEqual(said(held), [])
    })
  }

  it("each other requirement holds whatever is answered: that is told by what others get", () => {
    const self = trial(rows["protocol.no-server-error"].broken)
    const [facts] = observe(self, Ledger.make())
    const [sent] = self.exchanges
    assert.isTrue(facts !== undefined && sent !== undefined)
    if (facts === undefined || sent === undefined) return
    for (const id of ["semantics.concurrent", "semantics.stable"] as const satisfies ReadonlyArray<ToldByOthers>) {
      assert.deepStrictEqual(checks[id]({ trial: self, sent, position: 0, facts }), [])
    }
  })
})

describe("a judge", () => {
  it("says the same of the same trial, whatever the run has seen since", () => {
    const ledger = Ledger.make()
    const self = trial([accepted("One", { id: "message0" }), accepted("Two", { id: "message0", teamId: "team2" })])
    const facts = observe(self, ledger)
    const before = judge(self, facts)
    assert.isAbove(before.length, 0)
    observe(trial([accepted("Three", { id: "message0", teamId: "team3", createdAt: "2027-01-01T00:00:00Z" })]), ledger)
    assert.deepStrictEqual(judge(self, facts), before)
  })
})
