import { assert, describe, it } from "@effect/vitest"
import * as Case from "../../src/model/Case.js"
import * as Ledger from "../../src/model/Ledger.js"
import { accepted, judged, message, trial } from "../support/recorded.js"

const said = (self: ReturnType<typeof trial>, ledger = Ledger.make()) =>
  judged(self, ledger).map(({ facet, requirement }) => `${requirement} ${facet}`)

describe("a content", () => {
  it("that comes back changed is told of half a pair apart", () => {
    const answered = (content: string, received: string) =>
      said(trial([[Case.step(content), { status: 200, body: message(received) }]]))
    assert.deepStrictEqual(answered("a\ud83db", "a\ufffdb"), ["accept.content.nul changed"])
    assert.deepStrictEqual(answered("\u{1f600}\udc00", "?\udc00"), [])
    assert.deepStrictEqual(answered("a\u0000b", "a"), ["semantics.content changed"])
    assert.deepStrictEqual(answered("a\u{1f600}b", "a?b"), ["semantics.content changed"])
  })

  it("in chunks that is asked for a length is told of as that", () => {
    const step = Case.step("Hello", { http: "chunked" })
    assert.deepStrictEqual(said(trial([[step, { status: 411 }]])), ["accept.encoding.length length"])
    assert.deepStrictEqual(said(trial([[Case.step("Hello"), { status: 411 }]])), ["accept refused"])
  })

  it("with extra keys may be refused", () => {
    assert.deepStrictEqual(said(trial([[Case.step("Hello", { extra: "several" }), { status: 400 }]])), [])
  })
})

describe("the time of creation", () => {
  const paused = (later: string, after: number, pause = 1_400) =>
    said(trial([accepted("One"), accepted("Two", { createdAt: later }, { after })], { pause }))

  it("goes on during a pause", () => {
    assert.deepStrictEqual(paused("2026-11-29T12:00:01.400Z", 1_400), [])
    assert.deepStrictEqual(paused("2026-11-29T12:00:01.200Z", 1_400), [])
    assert.deepStrictEqual(paused("2026-11-29T12:00:00.100Z", 1_400), ["semantics.created stands"])
  })

  it("may be in whole seconds, or in whole minutes", () => {
    assert.deepStrictEqual(paused("2026-11-29T12:00:01Z", 1_400), [])
    assert.deepStrictEqual(paused("2026-11-29T12:00:00Z", 1_400), [])
    assert.deepStrictEqual(paused("2026-11-29T12:00:01Z", 9_000), ["semantics.created stands"])
  })
})

describe("reply data", () => {
  /** What is said of reply data for the first of a few messages. */
  const replied = (data: (ids: ReadonlyArray<string>) => unknown, contents: ReadonlyArray<string>) => {
    const ledger = Ledger.make()
    const ids = contents.map((_, index) => `message${index}abc`)
    judged(trial(contents.map((content, index) => accepted(content, { id: ids[index] }))), ledger)
    const answered = { replyId: ids[0] ?? "" }
    return said(trial([accepted("On my way", { id: "own0message", replyData: data(ids) }, answered)]), ledger)
  }
  const contents = ["Shall we meet at five?", "The report is finished", "ends ", "ends"]

  it("may show the message replied to in any way", () => {
    for (const data of [
      true,
      "Shall we meet",
      { any: "thing" },
      { id: "message0abc" },
      { content: contents[0] },
      { message: { id: "message0abc", text: "shall we" } },
      { id: "message0abc", content: contents[0], replyData: { id: "message1abc", content: contents[1] } },
      { content: contents[0], threadId: "message1abc", author: { id: "message1abc" } }
    ]) {
      assert.deepStrictEqual(
        replied(() => data, contents),
        [],
        JSON.stringify(data)
      )
    }
  })

  it("shows no other message", () => {
    for (const data of [
      { id: "message1abc" },
      { content: contents[1] },
      { id: "message0abc", content: contents[1] },
      { message: { id: "message0abc", text: contents[1] } },
      { id: "message1abc", content: contents[0] },
      { id: "own0message" },
      { content: "On my way" },
      { id: "message0abc", content: "On my way" },
      { id: "own0message", content: contents[0] }
    ]) {
      assert.deepStrictEqual(
        replied(() => data, contents),
        ["semantics.reply other"],
        JSON.stringify(data)
      )
    }
  })

  it("shows a text as the server keeps it, though that may be the content of another message", () => {
    const ledger = Ledger.make()
    judged(trial([accepted("\\u0041\\u0042\\u0043\\u0044", { id: "message1abc" })]), ledger)
    judged(trial([accepted("ABCD", { id: "message0abc", content: "\\u0041\\u0042\\u0043\\u0044" })]), ledger)
    const replyData = { id: "message0abc", content: "\\u0041\\u0042\\u0043\\u0044" }
    const reply = accepted("On my way", { id: "own0message", replyData }, { replyId: "message0abc" })
    assert.deepStrictEqual(said(trial([reply]), ledger), [])
  })

  it("of a message that was made before is that of then", () => {
    const ledger = Ledger.make()
    judged(trial([accepted("Hello", { id: "message1abc" })]), ledger)
    const again = accepted("Hello", { id: "message1abc", replyData: { id: "message0abc" } })
    assert.deepStrictEqual(said(trial([again]), ledger), ["semantics.unique same content"])
  })

  it("may show a preview that happens to be another content", () => {
    assert.deepStrictEqual(
      replied((ids) => ({ id: ids[0], text: "ends" }), ["ends ", "ends"]),
      []
    )
    assert.deepStrictEqual(
      replied((ids) => ({ id: ids[0], text: "Hello there, you two" }), ["Hello there!", "Hello there, you two"]),
      []
    )
  })
})
