import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inMemory as withSandbox } from "./support/databases.js"
import { exchange } from "./support/http.js"

describe("the documentation", () => {
  it.live(
    "is an OpenAPI document of what is served, here and nowhere else",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const answer = yield* exchange(sandbox.url, { method: "GET", path: "/openapi.json" })
        assert.strictEqual(answer.status, 200)
        assert.match(String(answer.headers["content-type"]), /^application\/json/)
        const document = JSON.parse(answer.text)
        assert.match(document.openapi, /^3\.1/)
        assert.deepStrictEqual(document.servers, [{ url: "/" }])
        assert.includeMembers(Object.keys(document.paths), [
          "/api/v1/threads/{threadId}/messages",
          "/sandbox/threads",
          "/sandbox/faults/{id}"
        ])
        const { post } = document.paths["/api/v1/threads/{threadId}/messages"]
        assert.strictEqual(post.operationId, "threads.thread.messages.create")
        assert.notInclude(answer.text, "inboxapp.com")
      })
    )
  )

  it.live(
    "is a page that may ask this sandbox and no other host",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const answer = yield* exchange(sandbox.url, { method: "GET", path: "/docs" })
        assert.strictEqual(answer.status, 200)
        assert.match(String(answer.headers["content-type"]), /^text\/html/)
        const policy = String(answer.headers["content-security-policy"])
        assert.include(policy, "default-src 'none'")
        assert.include(policy, "connect-src 'self'")
        assert.notMatch(policy, /https?:|\*/)
        assert.notMatch(answer.text, /<(?:script|link|img)[^>]+(?:src|href)=/)
        assert.include(answer.text, "/api/v1/threads/{threadId}/messages")
      })
    )
  )
})
