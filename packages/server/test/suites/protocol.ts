/**
 * Methods, paths, sizes and connections of a server of the contract. Its token is `sandbox-token`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { assertRefused } from "../support/assertRefused.js"
import { exchange, firstThread, pathOf, post, raw, send, type WithServed } from "../support/http.js"

/** Methods, paths and sizes, which any server of the contract judges alike, with a socket or without. */
export const methods = (withServed: WithServed): void => {
  describe("methods, paths and sizes", () => {
    it.live(
      "answers every method and path in the vendor's envelope",
      withServed((served) =>
        Effect.gen(function* () {
          const path = pathOf(firstThread(served).id)
          for (const method of ["PUT", "PATCH", "DELETE", "PROPFIND"]) {
            const answer = yield* exchange(served.url, { method, path })
            assertRefused(answer, 405, "METHOD_NOT_ALLOWED")
            assert.strictEqual(answer.headers.allow, "POST, GET, HEAD, OPTIONS")
          }
          const authorization = "Bearer sandbox-token"
          const head = yield* exchange(served.url, { method: "HEAD", path, headers: { authorization } })
          assert.deepInclude(head, { status: 200, text: "" })
          const options = yield* exchange(served.url, { method: "OPTIONS", path })
          assert.strictEqual(options.status, 204)
          assert.strictEqual(options.headers.allow, "POST, GET, HEAD, OPTIONS")
          const absurd = [
            "/",
            "/%",
            "/%zz",
            "/api/v1",
            `${path}/`,
            path.toUpperCase(),
            `/${path}`,
            "/api/v1/threads/%/messages"
          ]
          for (const elsewhere of [
            ...absurd,
            "/api/v1/threads/%zz/messages",
            "/api/v1/threads/a/b/messages",
            "/?__proto__=1"
          ]) {
            assertRefused(yield* send(served, { content: "x" }, { path: elsewhere }), 404, "NOT_FOUND")
          }
        })
      )
    )

    it.live(
      "takes a body up to its limit, and answers 413 beyond it",
      withServed(
        (served) =>
          Effect.gen(function* () {
            const frame = JSON.stringify({ content: "" }).length
            const fits = yield* send(served, { content: "x".repeat(5_000 - frame) })
            assert.strictEqual(fits.status, 200)
            for (const headers of [{}, { "transfer-encoding": "chunked" }]) {
              const over = yield* send(served, { content: "x".repeat(5_001 - frame) }, { headers })
              assertRefused(over, 413, "PAYLOAD_TOO_LARGE")
              const far = yield* send(served, { content: "x".repeat(8_000_000) }, { headers })
              assertRefused(far, 413, "PAYLOAD_TOO_LARGE")
            }
          }),
        { bodyLimit: 5_000 }
      )
    )

    it.live(
      "survives bodies made to hurt",
      withServed((served) =>
        Effect.gen(function* () {
          const deep = "[".repeat(100_000)
          const bodies = [
            deep,
            deep + "]".repeat(100_000),
            `{"content":${deep}${"]".repeat(100_000)}}`,
            `{"content":"x","replyToMessageId":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
            `{"content":1e400}`,
            `{"__proto__":{"content":"x"}}`,
            `{"constructor":{"prototype":{"content":"x"}}}`,
            `{"content":{"__proto__":null}}`
          ]
          for (const body of bodies) {
            const answer = yield* post(served, body)
            assert.include([400, 422], answer.status, body.slice(0, 40))
          }
          assert.strictEqual((yield* send(served, { content: "x" })).status, 200)
        })
      )
    )
  })
}

/** Bytes that are hardly HTTP, and what becomes of the connection. */
export const connections = (withServed: WithServed): void => {
  describe("connections", () => {
    it.live(
      "keeps the connection after a refusal",
      withServed((served) =>
        Effect.gen(function* () {
          const { id } = firstThread(served)
          const head = (length: number) =>
            `POST ${pathOf(id)} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sandbox-token\r\n` +
            `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
          const large = 3_000_000
          const received = yield* raw(
            served.url,
            `${head(large)}${"x".repeat(large)}${head(1)}[${head(15)}{"content":"x"}`,
            { until: /HTTP\/1\.1 200 .*\}$/s }
          )
          assert.deepStrictEqual(received.match(/HTTP\/1\.1 \d+/g), ["HTTP/1.1 413", "HTTP/1.1 400", "HTTP/1.1 200"])
        })
      )
    )

    const garbage: Record<string, readonly [bytes: string, status: RegExp]> = {
      "no HTTP at all": ["hello\r\n\r\n", /^HTTP\/1\.1 400 .*"status":400/s],
      "a NUL in the path": ["POST /api/v1/\0 HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 400 .*"status":400/s],
      "a URL of a megabyte": [
        `POST /${"a".repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
        /^HTTP\/1\.1 431 .*"status":431/s
      ],
      "a header of a megabyte": [
        `POST / HTTP/1.1\r\nX: ${"a".repeat(1_000_000)}\r\n\r\n`,
        /^HTTP\/1\.1 431 .*"status":431/s
      ],
      "two lengths": [
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        /^HTTP\/1\.1 400 /
      ],
      "a bad chunk": ["POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", /^HTTP\/1\.1 4\d\d /],
      "a proxy request": ["CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", /^HTTP\/1\.1 405 /],
      "an absolute URL": ["POST http://[::1/%zz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", /^HTTP\/1\.1 404 /]
    }
    it.live(
      "answers what is hardly HTTP with a 4xx, and goes on",
      withServed((served) =>
        Effect.gen(function* () {
          for (const [name, [bytes, expected]] of Object.entries(garbage)) {
            assert.match(yield* raw(served.url, bytes, { until: expected }), expected, name)
          }
          assert.strictEqual((yield* send(served, { content: "x" })).status, 200)
        })
      )
    )
  })
}

/** All of the protocol. */
export const protocol = (withServed: WithServed): void => {
  methods(withServed)
  connections(withServed)
}
