/**
 * Requests that a server of the contract takes, and those that it refuses. Its token is `sandbox-token`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Message } from "@inbox-effect/client"
import { Effect, Schema } from "effect"
import { assertRefused } from "../support/assertRefused.js"
import { errorOf, type Options, pathOf, post, send, type WithServed } from "../support/http.js"

const decode = Schema.decodeUnknown(Schema.parseJson(Message.Message))

/** Spellings, tokens and payloads. */
export const requests = (withServed: WithServed): void => {
  describe("a send that is accepted", () => {
    const spellings: Record<string, { body?: string; headers: Options["headers"] }> = {
      "a charset": { headers: { "content-type": "application/json; charset=utf-8" } },
      "a quoted charset in capitals": { headers: { "content-type": 'Application/JSON;Charset="UTF-8"' } },
      "another parameter": { headers: { "content-type": "application/json; version=1" } },
      "no Accept that fits": { headers: { accept: "image/png" } },
      "a scheme in lower case": { headers: { authorization: "bearer sandbox-token" } },
      "a scheme in capitals and three spaces": { headers: { authorization: "BEARER   sandbox-token" } },
      "a chunked body": { headers: { "transfer-encoding": "chunked" } },
      "an offer to upgrade": { headers: { connection: "Upgrade", upgrade: "h2c" } },
      "an Expect": { headers: { expect: "100-continue" } },
      "identity encoding": { headers: { "content-encoding": "identity" } },
      "white space around the JSON": { body: '\n\t {"content" : "x"} \r\n', headers: {} },
      escapes: { body: '{"c\\u006fntent":"\\u0078"}', headers: {} },
      "a key twice, of which the last counts": { body: '{"content":1,"content":"x"}', headers: {} },
      "unknown keys, __proto__ among them": { body: '{"__proto__":{"content":1},"n":1e400,"content":"x"}', headers: {} }
    }
    for (const [name, { body, headers }] of Object.entries(spellings)) {
      it.live(
        `may have ${name}`,
        withServed((served) =>
          Effect.gen(function* () {
            const answer = yield* post(served, body ?? '{"content":"x"}', { headers: headers ?? {} })
            assert.strictEqual(answer.status, 200, answer.text)
            assert.strictEqual((yield* decode(answer.text)).content, "x")
          })
        )
      )
    }
  })

  describe("authentication", () => {
    const headers: Record<string, string | undefined> = {
      "no header": undefined,
      "another token": "Bearer other",
      "the token cut short": "Bearer sandbox-toke",
      "the token with more": "Bearer sandbox-token1",
      "the token in another case": "Bearer SANDBOX-TOKEN",
      "another scheme": "Basic sandbox-token",
      "another scheme of six letters": "Bearex sandbox-token",
      "no scheme": "sandbox-token",
      "no token": "Bearer ",
      "no space": "Bearersandbox-token",
      "a tab for a space": "Bearer\tsandbox-token",
      "two tokens": "Bearer sandbox-token sandbox-token",
      "seven characters in front": "1234567sandbox-token"
    }
    it.live(
      "refuses everything but the token, before it looks at the request",
      withServed((served) =>
        Effect.forEach(
          Object.entries(headers),
          ([name, authorization]) =>
            Effect.gen(function* () {
              for (const body of ['{"content":"x"}', '{"content":', "x".repeat(2_000_000)]) {
                const answer = yield* post(served, body, { headers: { authorization } })
                assert.strictEqual(answer.status, 401, name)
                assertRefused(answer, 401, "UNAUTHORIZED")
                assert.strictEqual(answer.headers["www-authenticate"], "Bearer")
                assert.notInclude(answer.text, "sandbox-token")
              }
              const elsewhere = yield* send(served, {}, { path: pathOf("A-B"), headers: { authorization } })
              assertRefused(elsewhere, 401)
            }),
          { concurrency: 4 }
        )
      )
    )
  })

  describe("validation", () => {
    const secret = "do not repeat this"
    const payloads: ReadonlyArray<readonly [field: string, payload: unknown]> = [
      ...[{}, { content: "" }, { content: null }, { content: 1 }, { content: true }, { content: [secret] }].map(
        (payload) => ["content", payload] as const
      ),
      ...["A", "a-b", "a.b", "a b", "", "\u0661", "abc\n", secret, null, 1, {}, [], true].map(
        (replyToMessageId) => ["replyToMessageId", { content: "x", replyToMessageId }] as const
      ),
      ["content", { content: "a\u0000b" }],
      ["content", { content: `${secret}\ud800` }],
      ["content", { content: "\udc00\ud800" }],
      ["body", [secret]],
      ["body", secret],
      ["body", 1],
      ["body", null],
      ["body", true]
    ]
    it.live(
      "names the field and does not repeat its value",
      withServed((served) =>
        Effect.forEach(
          payloads,
          ([field, payload]) =>
            Effect.gen(function* () {
              const answer = yield* send(served, payload)
              assertRefused(answer, 422)
              assert.include(errorOf(answer).message, field)
              assert.notInclude(answer.text, secret)
            }),
          { concurrency: 8 }
        )
      )
    )

    const bodies: Record<string, string | Uint8Array> = {
      nothing: "",
      "a truncated text": '{"content":"x"',
      "a trailing comma": '{"content":"x",}',
      "single quotes": "{'content':'x'}",
      "a comment": '{"content":"x"/**/}',
      NaN: '{"content":NaN}',
      "a second text": '{"content":"x"}{}',
      "a byte-order mark": '\ufeff{"content":"x"}',
      "a raw line break in a string": '{"content":"a\nb"}',
      "bytes that are not UTF-8": Uint8Array.from([...Buffer.from('{"content":"'), 0xff, ...Buffer.from('"}')]),
      "a surrogate in UTF-8": Uint8Array.from([...Buffer.from('{"content":"'), 0xed, 0xa0, 0x80, 0x22, 0x7d]),
      "an overlong slash": Uint8Array.from([...Buffer.from('{"content":"'), 0xc0, 0xaf, 0x22, 0x7d]),
      UTF16: Buffer.from('{"content":"x"}', "utf16le")
    }
    it.live(
      "refuses what is not JSON in UTF-8",
      withServed((served) =>
        Effect.forEach(
          Object.entries(bodies),
          ([name, body]) =>
            Effect.gen(function* () {
              const answer = yield* post(served, body)
              assert.strictEqual(answer.status, 400, name)
              assertRefused(answer, 400, "BAD_REQUEST")
            }),
          { concurrency: 8 }
        )
      )
    )

    it.live(
      "refuses other media types",
      withServed((served) =>
        Effect.gen(function* () {
          const types = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
          const more = ["application/jsonx", "xapplication/json", "application/json; charset=latin1", undefined]
          for (const type of [...types, ...more]) {
            const answer = yield* post(served, '{"content":"x"}', { headers: { "content-type": type } })
            assertRefused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
          }
          const gzip = yield* post(served, '{"content":"x"}', { headers: { "content-encoding": "gzip" } })
          assertRefused(gzip, 415)
        })
      )
    )

    it.live(
      "refuses threads that it does not have",
      withServed((served) =>
        Effect.gen(function* () {
          for (const id of ["nosuchthread", "0", "a".repeat(300), "constructor"]) {
            assertRefused(yield* send(served, { content: "x" }, { path: pathOf(id) }), 404, "THREAD_NOT_FOUND")
          }
          for (const id of ["A-B", "A", "a%20b", "a%2Fb", "..", "%2e%2e", "%00", "a%0A", "%D9%A1", "a.b"]) {
            const answer = yield* send(served, { content: "x" }, { path: pathOf(id) })
            assertRefused(answer, 400, "BAD_REQUEST")
            assert.include(errorOf(answer).message, "threadId")
          }
        })
      )
    )
  })
}
