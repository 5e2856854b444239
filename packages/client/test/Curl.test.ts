// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are those of a shell

import { assert, describe, it } from "@effect/vitest"
import * as Curl from "@inbox-effect/client/Curl"

const url = "http://127.0.0.1:8787/api/v1/threads/t1/messages"

const withBody = (text: string | Uint8Array, change: Partial<Curl.Request> = {}): Curl.Request => ({
  method: "POST",
  url,
  headers: [["Content-Type", "application/json"]],
  body: typeof text === "string" ? new TextEncoder().encode(text) : text,
  ...change
})

/** A part that the command has, and the request that needs it. */
const needs: ReadonlyArray<readonly [reason: string, request: Curl.Request, part: string]> = [
  ["a body in quotes", withBody(`{"content":"it's"}`), `--data-binary '{"content":"it'\\''s"}'`],
  ["an empty body", withBody(""), "--data-binary ''"],
  ["a body that would name a file", withBody("@name"), "echo QG5hbWU= | base64 --decode"],
  ["a body that is not UTF-8", withBody(Uint8Array.of(0xff)), "echo /w== | base64 --decode"],
  ["a mark of the byte order", withBody(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "echo 77u/YQ== | base64 --decode"],
  ["a letter that combines", withBody("e\u0301"), "| base64 --decode"],
  ["a name that is not ASCII", withBody("å"), "--data-binary 'å'"],
  ["a dot segment", withBody("", { url: "http://a/b/../c" }), "--path-as-is"],
  ["a range of a URL", withBody("", { url: "http://a/[1-3]" }), "--globoff"],
  ["TLS", withBody("", { url: "https://a/b" }), "--http1.1"],
  ["HTTP/1.0", withBody("", { version: "1.0" }), "--http1.0"],
  ["another target", withBody("", { target: "*" }), "--request-target '*'"],
  ["a header without a value", withBody("", { headers: [["X-A", ""]] }), "-H 'X-A;'"],
  ["a header that is no text", withBody("", { headers: [["X-A", "\u00ff"]] }), "\\040\\377')\""],
  [
    "a value that the shell makes",
    withBody("", { headers: [["Authorization", "Bearer ${INBOX_API_TOKEN%?}", "shell"]] }),
    `-H "Authorization: Bearer \${INBOX_API_TOKEN%?}"`
  ],
  [
    "the token beside what a shell reads",
    withBody("", { headers: [["Authorization", 'Bearer `t$!"']], token: "Bearer" }),
    '-H "Authorization: ${INBOX_API_TOKEN} \\`t\\$"\'!\'"\\""'
  ],
  ["a method that is no word", withBody("", { method: "a b" }), "-X 'a b'"],
  ["HEAD", withBody("", { method: "HEAD" }), "--head"],
  ["HEAD with a body", withBody("a", { method: "HEAD" }), "--max-time 10"],
  [
    "a message that is made anew",
    withBody(`{"replyToMessageId":"m1"}`, { reply: { id: "m1", variable: "reply" } }),
    `'{"replyToMessageId":"'"$reply"'"}'`
  ]
]

describe("Curl", () => {
  for (const [reason, request, part] of needs) {
    it(`prints ${reason}`, () => assert.include(Curl.render(request).replaceAll(" \\\n  ", " "), part))
  }

  it("keeps what curl would add by itself away", () => {
    const command = Curl.render({ method: "GET", url, headers: [["accept", "*/*"]], body: undefined })
    assert.include(command, "-H 'User-Agent:'")
    assert.include(command, "-H 'Content-Type:'")
    assert.notInclude(command, "-H 'Accept:'")
    assert.notInclude(command, "--data-binary")
  })

  it("sends several requests by one command, and their bodies from files where a pipe holds but one", () => {
    const command = Curl.renderAll([withBody("a"), withBody("\u0007"), withBody("\u0301")])
    assert.deepStrictEqual(command.match(/--data-binary \S+/g), [
      "--data-binary 'a'",
      '--data-binary "@$bodies/1"',
      '--data-binary "@$bodies/2"'
    ])
    assert.strictEqual(command.match(/--next/g)?.length, 2)
    assert.include(Curl.renderAll([withBody("a"), withBody("\u0007")]), "--data-binary @-")
  })

  it("shows the token nowhere", () => {
    const request = withBody(`{"content":"secret"}`, {
      url: `${url}?secret`,
      target: "/secret",
      headers: [["Authorization", "Bearer secret"]],
      token: "secret"
    })
    assert.notMatch(Curl.render({ ...request, body: undefined }), /secret/)
  })
})
