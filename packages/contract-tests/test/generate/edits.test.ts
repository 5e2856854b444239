import { assert, describe, it } from "@effect/vitest"
import * as Edits from "../../src/generate/edits/all.js"
import type * as Edit from "../../src/generate/edits/edit.js"
import { isEquivalent } from "../../src/generate/edits/equivalent.js"
import * as Request from "../../src/generate/request.js"
import * as Case from "../../src/model/Case.js"

const known: Edit.Known = {
  token: "Secret0Token1",
  thread: "thread1",
  replyId: undefined,
  messageId: undefined,
  isMessage: (id) => id === "0100",
  threads: ["thread1", "thread2"],
  elsewhere: ["old", "new"]
}

const sent = (id: string, changes: Partial<Edit.Known> = {}) =>
  Request.request(Case.step("Hello", { edit: { id } }), { ...known, ...changes })

const bodyOf = (id: string, changes: Partial<Edit.Known> = {}) => Buffer.from(sent(id, changes)?.body ?? []).toString()

describe("another spelling of a token", () => {
  it("decodes to the same one", () => {
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.x1dPkzR0dKRxN2fHcZJLAc7YRUeIs7ytOVXUdFNCQaE"
    assert.isTrue(isEquivalent(jwt, `${jwt.slice(0, -1)}F`))
    assert.isTrue(isEquivalent(jwt, `${jwt}=`))
    assert.isTrue(isEquivalent(jwt, jwt.replace(/^./, "%65")))
    assert.isFalse(isEquivalent(jwt, jwt.replace(/^./, "%zz")))
    assert.isFalse(isEquivalent(jwt, `${jwt.slice(0, -1)}A`))
    assert.isFalse(isEquivalent(jwt, `${jwt}x.y`))
    assert.isTrue(isEquivalent("0a1b2c3d", "0A1B2C3D"))
    assert.isTrue(isEquivalent("6fa459ea-ee8a-3ca4-894e-db77e160355e", "6FA459EAEE8A3CA4894EDB77E160355E"))
    assert.isFalse(isEquivalent("Secret0Token1", "SECRET0TOKEN1"))
    assert.isFalse(isEquivalent("Secret0Token1", "Secret0Tokenq"))
    assert.isFalse(isEquivalent("Secret0Token1", "Secret0Token1x"))
  })

  it("is never sent as another token", () => {
    for (const token of [
      "Secret0Token1",
      "abc",
      "0a1b2c3d4e5f",
      "6fa459ea-ee8a-3ca4-894e-db77e160355e",
      "eyJ0.eyJ1.c2ln"
    ]) {
      for (const { id, requirement } of Edits.all) {
        if (requirement !== "auth.near" && requirement !== "auth.equivalent") continue
        const [, authorization] = sent(id, { token })?.headers.find(([name]) => name === "Authorization") ?? []
        if (authorization === undefined) continue
        const given = authorization.slice("Bearer ".length)
        assert.strictEqual(isEquivalent(token, given), requirement === "auth.equivalent", `${id} ${token} ${given}`)
      }
    }
  })
})

describe("a token near the right one", () => {
  it("has other characters where a pattern would take any", () => {
    const authorization = (token: string) =>
      sent("auth.near/dots-replaced", { token })?.headers.find(([name]) => name === "Authorization")?.[1]
    assert.strictEqual(authorization("a.b.c"), "Bearer axbxc")
    assert.isUndefined(authorization("abc"))
  })
})

describe("an id that is the same number", () => {
  it("is another text", () => {
    const pathOf = (name: string, thread: string) => sent(`reject.thread.unknown/${name}`, { thread })?.path
    assert.strictEqual(pathOf("leading-zero", "thread1"), "/threads/0thread1/messages")
    assert.strictEqual(pathOf("exponent", "100"), "/threads/1e2/messages")
    assert.strictEqual(pathOf("exponent", "101"), "/threads/101e0/messages")
    assert.strictEqual(pathOf("hexadecimal", "100"), "/threads/0x64/messages")
    assert.isUndefined(pathOf("exponent", "thread1"))
  })

  it("names no message that is known", () => {
    const reply = (replyId: string) =>
      Request.request(Case.step("Hello", { reply: "latest", edit: { id: "reject.reply.unknown/leading-zero" } }), {
        ...known,
        replyId
      })
    assert.isUndefined(reply("100"))
    assert.include(Buffer.from(reply("200")?.body ?? []).toString(), '"0200"')
  })
})

describe("edits", () => {
  it("of two fields at once change both", () => {
    assert.strictEqual(bodyOf("reject.content/both-numbers"), '{"content":1,"replyToMessageId":2}')
    assert.strictEqual(bodyOf("reject.content/both-missing"), '{"replyToMessageId":"A-"}')
  })

  it("name a message of the other thread, where there is one", () => {
    assert.strictEqual(bodyOf("reject.reply.other-thread/latest"), '{"content":"Hello","replyToMessageId":"new"}')
    assert.strictEqual(bodyOf("reject.reply.other-thread/oldest"), '{"content":"Hello","replyToMessageId":"old"}')
    assert.isUndefined(sent("reject.reply.other-thread/oldest", { elsewhere: [] }))
  })

  it("spell the path in ways that routers change", () => {
    const paths = ["final-slash", "slash-before", "encoded-slash", "matrix", "dots-before"].map(
      (name) => sent(`reject.thread.path/${name}`)?.path
    )
    assert.deepStrictEqual(paths, [
      "/threads/thread1/messages/",
      "/threads//thread1/messages",
      "/threads/thread1%2F/messages",
      "/threads/thread1;x=1/messages",
      "/threads/x/../thread1/messages"
    ])
  })

  it("keep the extra keys of the request", () => {
    const step = Case.step("Hello", { extra: "several", edit: { id: "reject.content/number" } })
    const body = Buffer.from(Request.request(step, known)?.body ?? []).toString()
    assert.strictEqual(body, '{"content":42,"source":"app","retries":0,"tags":[]}')
  })

  it("are the same bytes under a content coding that is not there", () => {
    assert.strictEqual(bodyOf("protocol.no-server-error/coding-unknown"), '{"content":"Hello"}')
    assert.deepInclude(sent("protocol.no-server-error/gzip-corrupt")?.headers ?? [], ["Content-Encoding", "gzip"])
  })
})
