import { assert, describe, it } from "@effect/vitest"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { type Answered, accepted, edited, judged, trial } from "../support/recorded.js"

const challenge = { headers: [["WWW-Authenticate", "Bearer"] as const] }

/** What is said of an answer to an edit of an accepted request. */
const said = (id: string, answered: Answered, options: Parameters<typeof edited>[2] = {}) =>
  judged(trial([accepted("Hello"), edited(id, answered, options)]), Ledger.make()).map(
    ({ level, requirement }) => `${level} ${requirement}`
  )

describe("a refusal of credentials", () => {
  it("has a challenge", () => {
    assert.deepStrictEqual(said("auth.wrong/random", { status: 401, ...challenge }), [])
    assert.deepStrictEqual(said("auth.wrong/random", { status: 401 }), ["SHOULD auth.challenge"])
    assert.deepStrictEqual(said("auth.wrong/random", { status: 403 }), [])
  })

  it("lets nobody in, and is a 401 or 403", () => {
    assert.deepStrictEqual(said("auth.wrong/random", { status: 204 }), ["MUST auth.wrong"])
    assert.deepStrictEqual(said("auth.wrong/random", { status: 404 }), ["SHOULD auth.status"])
    assert.deepStrictEqual(said("auth.wrong/random", { status: 302 }), ["SHOULD auth.status"])
    assert.deepStrictEqual(said("auth.equivalent/padding", { status: 200 }), ["SHOULD auth.equivalent"])
  })

  it("is no letting in where the server fails", () => {
    assert.deepStrictEqual(said("auth.near/cut-last", { status: 500 }), ["MUST protocol.no-server-error"])
  })
})

describe("what is accepted though it must not be", () => {
  it("is so although the request that it was made of was refused", () => {
    const refused = [Case.step("Hello"), { status: 400 }] as const
    const of = (id: string, status: number) =>
      judged(trial([refused, edited(id, { status })]), Ledger.make())
        .filter(({ step }) => step === 1)
        .map(({ level, requirement }) => `${level} ${requirement}`)
    assert.deepStrictEqual(of("reject.content/number", 200), ["MUST reject.content"])
    assert.deepStrictEqual(of("reject.content/number", 302), [])
  })
})

describe("a refusal of another method", () => {
  it("may be a 501, and is a 405 with Allow", () => {
    assert.deepStrictEqual(said("protocol.method/put", { status: 501 }), [])
    assert.deepStrictEqual(said("protocol.method/put", { status: 404 }), [])
    assert.deepStrictEqual(said("protocol.method/put", { status: 405, headers: [["Allow", "POST"]] }), [])
    assert.deepStrictEqual(said("protocol.method/put", { status: 405 }), ["SHOULD protocol.method"])
    assert.deepStrictEqual(said("protocol.method/put", { status: 500 }), [
      "MUST protocol.no-server-error",
      "SHOULD protocol.method"
    ])
  })

  it("is no 501 to POST", () => {
    assert.include(said("reject.content/zero", { status: 501 }), "MUST protocol.no-server-error")
  })
})

describe("a refusal", () => {
  it("of another spelling of the path may be a redirect", () => {
    assert.deepStrictEqual(said("reject.thread.path/final-slash", { status: 308 }), [])
    assert.deepStrictEqual(said("reject.thread.path/final-slash", { status: 200 }), ["SHOULD reject.thread.path"])
    assert.deepStrictEqual(said("reject.thread/upper-case", { status: 200 }), ["MUST reject.thread"])
  })

  it("of a thread that does not exist is a 404, but of one that is longer than any id", () => {
    assert.deepStrictEqual(said("reject.thread.unknown/random", { status: 400 }), ["SHOULD reject.thread.unknown"])
    assert.deepStrictEqual(said("reject.thread.unknown/long", { status: 400 }), [])
    assert.deepStrictEqual(said("reject.thread.unknown/long", { status: 414 }), [])
  })

  it("of damaged JSON must be, of an extension should be", () => {
    assert.deepStrictEqual(said("reject.body/garbage-after", { status: 200 }), ["MUST reject.body"])
    assert.deepStrictEqual(said("reject.body.extension/block-comment", { status: 200 }), [
      "SHOULD reject.body.extension"
    ])
    assert.deepStrictEqual(said("reject.content.key-case/upper", { status: 200 }), ["SHOULD reject.content.key-case"])
  })

  it("of a message of another thread tells where that is quoted", () => {
    const body = { replyData: { content: "theirs" } }
    const [violation] = judged(
      trial([accepted("Hello"), edited("reject.reply.other-thread/latest", { status: 200, body })]),
      Ledger.make()
    )
    assert.strictEqual(violation?.actual, "status 200, with reply data of the other thread")
  })

  it("asks for a length without a look at anything else", () => {
    assert.deepStrictEqual(said("auth.wrong/random", { status: 411 }, { http: "chunked" }), [])
    assert.deepStrictEqual(said("auth.wrong/random", { status: 411 }), ["SHOULD auth.status"])
  })

  it("has a code or a message in its body, whatever they are called", () => {
    for (const body of [{ error: "no" }, "no", { code: 7 }, [{ detail: "no" }], { a: { b: { c: "no" } } }]) {
      assert.deepStrictEqual(said("reject.content/zero", { status: 400, body }), [], JSON.stringify(body))
    }
    for (const body of [{}, { error: null, ok: false }, [], false, { error: "" }]) {
      assert.deepStrictEqual(said("reject.content/zero", { status: 400, body }), ["SHOULD protocol.error-body"])
    }
  })
})

describe("the body of a refusal", () => {
  const saying = (message: string) =>
    said("reject.content/zero", { status: 422, body: { error: { code: "NO", message } } })

  it.each([
    "select * from messages where id = $1 - invalid input syntax",
    "update messages set content = $1",
    "insert into messages (id, content) values ($1, $2)",
    "delete from messages where id = 1",
    "no rows: SELECT id FROM threads"
  ])("tells no query: %s", (message) => {
    assert.deepStrictEqual(saying(message), ["SHOULD protocol.error-body"])
  })

  it.each([
    "Please select a thread from the list where you want to write",
    "To insert into a thread, update your plan and set up the addon",
    "You cannot delete from this thread"
  ])("may say the same words in a sentence: %s", (message) => {
    assert.deepStrictEqual(saying(message), [])
  })
})
