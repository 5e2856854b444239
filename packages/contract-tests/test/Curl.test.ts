import { execFile } from "node:child_process"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"
import { promisify } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Case from "../src/Case.js"
import * as Curl from "../src/Curl.js"
import type { RawRequest } from "../src/Exchange.js"
import * as HttpForm from "../src/HttpForm.js"
import * as JsonText from "../src/JsonText.js"
import * as Wire from "../src/Wire.js"

const known = { token: "Secret-Token-123", thread: "t1", replyId: undefined, messageId: undefined, threads: ["t1"] }

const requestOf = (content: string, options: Partial<Case.Step> = {}): RawRequest => {
  const request = Wire.request(Case.step(content, options), known)
  if (request === undefined) throw new Error("the step makes no request")
  return request
}

interface Received {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Buffer
}

/** Runs a command line in a shell against a server that keeps what it gets. */
const runCurl = async (request: RawRequest): Promise<Received> => {
  let received: Received | undefined
  const server = Http.createServer((incoming, response) => {
    const parts: Array<Buffer> = []
    incoming.on("data", (part: Buffer) => parts.push(part))
    incoming.on("end", () => {
      received = { method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(parts) }
      response.end("ok")
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const port = (server.address() as AddressInfo).port
  const line = Curl.render(request, `http://127.0.0.1:${port}/api/v1/`, known.token)
  assert.notInclude(line, known.token)
  try {
    await promisify(execFile)("sh", ["-c", line], {
      env: { PATH: process.env.PATH, INBOX_API_TOKEN: known.token }
    })
  } finally {
    server.close()
  }
  if (received === undefined) throw new Error("nothing was received")
  return received
}

const hasCurl = await promisify(execFile)("curl", ["--version"]).then(
  () => true,
  () => false
)

describe.skipIf(!hasCurl)("Curl", () => {
  const contents = [
    "plain",
    'it\'s "quoted" $HOME `whoami` \\ %s',
    "\u0001\u0008\u001b[31m\u007f\u2028\u{e0041}",
    "Grüße 東京 \u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
    "line\nbreak\r\n",
    "@file"
  ]

  for (const content of contents) {
    it(`sends the same bytes again: ${JSON.stringify(content)}`, async () => {
      const request = requestOf(content)
      const received = await runCurl(request)
      assert.deepStrictEqual(new Uint8Array(received.body), request.body)
      assert.strictEqual(received.headers.authorization, `Bearer ${known.token}`)
      assert.strictEqual(received.headers["content-type"], "application/json")
    })
  }

  it("keeps the path as it is", async () => {
    const request = requestOf("x", { edit: { id: "reject.thread/suffix-encoded-dots" } })
    assert.strictEqual((await runCurl(request)).url, "/api/v1/threads/t1%2E%2E/messages")
  })

  it("sends no header that the request did not have", async () => {
    const request = requestOf("x", { http: "accept-absent", edit: { id: "auth.missing/absent" } })
    const { headers } = await runCurl(request)
    assert.isUndefined(headers.accept)
    assert.isUndefined(headers.authorization)
  })

  it("sends chunked what was chunked, and an empty header", async () => {
    const chunked = await runCurl(requestOf("x", { http: "chunked" }))
    assert.strictEqual(chunked.headers["transfer-encoding"], "chunked")
    const empty = await runCurl(requestOf("x", { edit: { id: "auth.scheme/empty" } }))
    assert.strictEqual(empty.headers.authorization, "")
  })

  it("spells every form and style without the token", () => {
    for (const http of HttpForm.all) {
      for (const json of JsonText.styles) {
        const line = Curl.render(
          requestOf("x", { http: http.id, json: json.id }),
          "http://127.0.0.1/api/v1",
          known.token
        )
        assert.notInclude(line, known.token)
      }
    }
  })
})
