import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import * as Command from "./support/command.js"
import * as Upstream from "./support/upstream.js"
import { type Fault, faults } from "./v2/faults.js"
import { Simulator } from "./v2/Simulator.js"

/** The id in the answer, if there is one, with whether it is v2's. */
const post = (url: string, content: string, key: string) =>
  Effect.promise(async () => {
    try {
      const response = await fetch(`${url}/threads/thread1/messages`, {
        method: "POST",
        headers: {
          authorization: "Bearer Secret0Token1",
          "content-type": "application/json",
          "idempotency-key": key
        },
        body: JSON.stringify({ content })
      })
      const { id } = (await response.json()) as { readonly id: string }
      return response.status === 200 ? Option.some(id) : Option.none<string>()
    } catch {
      return Option.none<string>()
    }
  })

const count = 60

const numbers = Array.from({ length: count }, (_, n) => n)

/** Faults that hit every third send of the burst, and are over soon. */
const names = [
  "reset before anything",
  "internal error before storing",
  "internal error after storing",
  "reset after storing",
  "unconfirmed, confirmed a second later",
  "201 without a body",
  "201 that is reset in its body",
  "rate limited for a second",
  "504 of a proxy after storing"
]

const scripted = names.map((name): Fault => {
  const found = faults.find((fault) => fault.name === name)
  assert.isDefined(found, name)
  return found
})

const script = numbers.map((n) => (n % 3 === 2 ? scripted[Math.floor(n / 3) % scripted.length] : undefined))

/** v2's own ids; where v2 gave none that could be read, the gateway gives the key of the request. */
const isOfV2 = (id: string): boolean => !id.startsWith("gw")

describe("kill -9 in a burst", () => {
  for (const [kind, faulty] of [
    ["over an API v2 without a fault", []],
    ["while v2 fails in all its ways", script]
  ] as const) {
    it.scopedLive(
      `${kind}: nothing is sent twice; what was answered was sent; what was not is sent when its caller asks again`,
      () =>
        Effect.gen(function* () {
          const simulator = new Simulator()
          simulator.faults.push(...faulty)
          const upstream = yield* Upstream.serve(simulator)
          const command = yield* Command.bundled
          const args = ["--port", "0", "--upstream", upstream, "--journal", yield* Command.folder()]
          const first = yield* Command.start(command, { args })
          const answered = new Map<number, string>()
          yield* Effect.forEach(
            numbers,
            (n) =>
              Effect.map(post(first.url, `message ${n}`, `key ${n}`), (id) => {
                if (Option.isSome(id)) answered.set(n, id.value)
                if (answered.size === count / 3) first.child.kill("SIGKILL")
              }),
            { concurrency: 12, discard: true }
          )
          yield* Command.ended(first)
          assert.strictEqual(first.child.signalCode, "SIGKILL")
          assert.isBelow(answered.size, count)
          const sent = simulator.sends.length
          const before = simulator.delivered("thread1").map(({ content }) => content)
          assert.includeMembers(
            [...before],
            [...answered.keys()].map((n) => `message ${n}`)
          )

          simulator.faults.length = 0
          const second = yield* Command.start(command, { args })
          assert.strictEqual(simulator.sends.length, sent)
          const ids = yield* Effect.forEach(numbers, (n) => post(second.url, `message ${n}`, `key ${n}`), {
            concurrency: 12
          })
          const delivered = simulator.delivered("thread1")
          assert.sameMembers(
            delivered.map(({ content }) => content),
            numbers.map((n) => `message ${n}`)
          )
          const known = new Set(delivered.map(({ id }) => id))
          for (const [n, id] of ids.entries()) {
            const told = Option.getOrThrow(id)
            assert.strictEqual(known.has(told), isOfV2(told), `message ${n}`)
            const earlier = answered.get(n)
            if (earlier !== undefined && isOfV2(earlier)) assert.strictEqual(told, earlier)
          }

          second.child.kill("SIGTERM")
          yield* Command.ended(second)
          assert.strictEqual(second.child.signalCode, null)
          assert.notMatch(first.said() + second.said(), /Secret0Token1|message \d|key \d/)
        })
    )
  }
})
