import { assert, describe, it } from "@effect/vitest"
import { assertLinear } from "../../sandbox/test/support/growth.js"
import { leakOf } from "../src/judge/body.js"
import * as Diagnosis from "../src/judge/Diagnosis.js"
import * as Case from "../src/model/Case.js"
import * as Ledger from "../src/model/Ledger.js"
import { decoded } from "../src/send/decode.js"
import * as ResponseParser from "../src/send/responseParser.js"
import { judged, message, trial } from "./support/recorded.js"

const read = (bytes: string) => {
  const reader = ResponseParser.make("POST")
  reader.push(Buffer.from(bytes, "latin1"))
  return reader.end()
}

const step = Case.step("Hello", { edit: { id: "reject.content/zero" } })

const plain = { status: 422, statusText: "", httpVersion: "1.1", headers: [], body: Buffer.alloc(0) }

/** Parts of answers that are read, and of each a text that makes it fail where it ends. */
const judges: Readonly<Record<string, (text: string) => unknown>> = {
  "a status line": (text) => read(`HTTP/1.1 200 ${text}\r\n\r\n`),
  "the name of a header": (text) => read(`HTTP/1.1 200 OK\r\n${text}\r\n\r\n`),
  "the value of a header": (text) => read(`HTTP/1.1 200 OK\r\nX:${text}\u0001\r\n\r\n`),
  "a header on many lines": (text) =>
    read(`HTTP/1.1 200 OK\r\nX:a\r\n${` ${text.slice(0, 8)}\r\n`.repeat(text.length / 8)}\r\n`),
  "the options of a connection": (text) =>
    read(`HTTP/1.1 200 OK\r\nConnection: a${text}b\r\nContent-Length: 0\r\n\r\n`),
  "the codings of a transfer": (text) => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: a${text}b\r\n\r\n`),
  "the codings of a content": (text) =>
    decoded({ ...plain, headers: [["Content-Encoding", text]] }, Buffer.from("hello")),
  "the line of a chunk": (text) => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0;a${text}\u0001\r\n`),
  "a trailer": (text) => read(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX:${text}\u0001\r\n`),
  "a refusal that is plain text": (text) => leakOf({ ...plain, body: Buffer.from(text) }, { content: "b", path: "/b" }),
  "a refusal in JSON": (text) =>
    judged(trial([[step, { status: 422, body: { error: { code: text, message: `x${text}` } } }]]), Ledger.make()),
  "a message of which every key is this text": (text) => {
    const keys = Object.fromEntries(Object.keys(message("")).map((key) => [key, text]))
    return judged(trial([[Case.step("Hello", { reply: "latest" }), { status: 200, body: keys }]]), Ledger.make())
  },
  "a content that came back changed": (text) => [
    Diagnosis.diagnose("Hello there", text),
    Diagnosis.diagnose("Hello there", `Hello ${text}!`, () => false, ["held"]),
    Diagnosis.show(text)
  ],
  "reply data": (text) =>
    judged(
      trial([
        [
          Case.step("Hello", { reply: "latest" }),
          { status: 200, replyId: "a", body: message("Hello", { replyData: text }) }
        ]
      ]),
      Ledger.make()
    )
}

/** Beginnings of what is looked for in the body of a refusal. */
const beginnings = [
  "SELECT ",
  "UPDATE ",
  "select a, ",
  "insert into a",
  "a.",
  "a.js",
  "./",
  "\n  ",
  "\nat ",
  "at a.a",
  "/b",
  "*",
  "http://a"
]

describe("what a server answers", () => {
  for (const [name, judge] of Object.entries(judges)) {
    it(`is read in linear time: ${name}`, () => assertLinear(name, judge, beginnings))
  }

  it("has no more content codings than are undone", () => {
    const outcome = decoded({ ...plain, headers: [["Content-Encoding", "gzip, ".repeat(1_000)]] }, Buffer.from("a"))
    assert.propertyVal(outcome, "reason", "1000 content codings, of which the kit undoes 4 at the most")
  })
})
