import { assert, describe, it } from "@effect/vitest"
import * as Curl from "@inbox-effect/client/Curl"
import { Fault } from "@inbox-effect/sandbox"
import { checkContent } from "../src/internal/api/messages.js"
import * as PublicToken from "../src/internal/http/publicToken.js"
import { isOwnHost } from "../src/internal/inspector/gate.js"
import * as Journal from "../src/internal/inspector/journal.js"
import * as Kept from "../src/internal/inspector/kept.js"
import * as Replay from "../src/internal/inspector/replay.js"
import * as Unparsed from "../src/internal/inspector/unparsed.js"
import { assertLinear } from "./support/growth.js"

const bodyOf = (text: string) => Kept.keep([Buffer.from(text)], Buffer.byteLength(text))

/** Records a request of which everything is this text, and shows it in every way. */
const journalled = (text: string) => {
  const journal = Journal.make()
  journal.record({
    id: "exchange1",
    startedAt: 0,
    durationMs: 0,
    method: "POST",
    url: `/api/v1/threads/${text}/messages`,
    httpVersion: "1.1",
    rawHeaders: ["Authorization", text, "Cookie", text, "X", text],
    isWhole: true,
    body: bodyOf(text),
    teamId: undefined,
    messageId: undefined,
    faults: [],
    delivered: "Complete",
    answer: undefined
  })
  journal.search({ search: text, limit: 1 })
  const entry = journal.entry("exchange1")
  if (entry._tag === "None") throw new Error("nothing was recorded")
  return [Journal.toExchange(entry.value), Replay.curlOf(entry.value, text)]
}

const judges: Readonly<Record<string, (text: string) => unknown>> = {
  "the faults of a header": Fault.parse,
  "the name of a host": (text) => isOwnHost(text, "127.0.0.1"),
  "the public token": (text) => PublicToken.refusalFor(text, text, "127.0.0.1", []),
  "an origin": (text) => PublicToken.refusalFor("localhost", `http://${text}`, "127.0.0.1", []),
  "a content": checkContent,
  "a request that cannot be read": (text) =>
    Unparsed.toOutcome({ status: 400, code: "x", message: "x", bytes: Buffer.from(text) }, 0),
  "a recorded request": journalled,
  "a line for curl": (text) =>
    Curl.render({
      method: text,
      url: `http://a/${text}`,
      target: text,
      headers: [[text, text]],
      body: Buffer.from(text),
      token: "secret"
    })
}

describe("what strangers send", () => {
  for (const [name, judge] of Object.entries(judges)) {
    it(`is read in linear time: ${name}`, () => assertLinear(name, judge))
  }

  it("is told from what takes quadratic time", () => {
    // Four times, so that the growth is far above what is too little to measure.
    const quadratic = (text: string) => Array.from({ length: 4 }, (_, time) => /a*$/.test(`${text}b${time}`))
    // A machine that is busy with something else may hide it once.
    assert.throws(() => {
      for (let tries = 0; tries < 4; tries++) assertLinear("a careless expression", quadratic)
    })
  })
})
