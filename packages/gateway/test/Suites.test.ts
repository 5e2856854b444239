import { describe } from "@effect/vitest"
import { Effect, Logger, LogLevel, Redacted } from "effect"
import * as Contents from "../../server/test/suites/contents.js"
import { listing } from "../../server/test/suites/listing.js"
import * as Protocol from "../../server/test/suites/protocol.js"
import { requests } from "../../server/test/suites/requests.js"
import type { Served, WithServed } from "../../server/test/support/http.js"
import * as Ways from "./support/ways.js"
import { plain } from "./v2/readings.js"
import { Simulator } from "./v2/Simulator.js"

const token = Redacted.make("sandbox-token")

const simulators = new WeakMap<Served, Simulator>()

/** A gateway in one of its ways, over a v2 whose messages may be as long as the body limit allows. */
const withGateway =
  (serve: (typeof Ways.all)[number][1]): WithServed =>
  (body, options) =>
  () =>
    Effect.gen(function* () {
      const simulator = new Simulator({
        reading: { ...plain, maxCharacters: Number.POSITIVE_INFINITY },
        tokens: { [Redacted.value(token)]: "team1" }
      })
      const url = yield* serve(simulator, options)
      const threads = ["thread1", "thread2"].map((id) => ({ id, inboundMessageId: simulator.inbound(id) }))
      const served: Served = { url, token, threads }
      simulators.set(served, simulator)
      return yield* body(served)
    }).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None))

/** The texts of the first thread, the inbound message among them. */
const stored: Contents.Stored = (served) =>
  Effect.sync(() => {
    const simulator = simulators.get(served)
    return [...(simulator?.messages.values() ?? [])]
      .filter(({ message }) => message.threadId === "thread1")
      .map(({ message }) => message.content)
  })

for (const [name, serve] of Ways.all) {
  describe(`a gateway ${name}`, () => {
    requests(withGateway(serve))
    Protocol.methods(withGateway(serve))
    Contents.contents(withGateway(serve), stored)
    listing(withGateway(serve))
  })
}

describe("a gateway as a server", () => {
  Protocol.connections(withGateway(Ways.asServer))
})
