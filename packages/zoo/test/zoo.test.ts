import * as Http from "node:http"
import * as Net from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { broken } from "../src/broken.js"
import type { Running } from "../src/Honest.js"
import { honest, type Specimen, start } from "../src/Specimen.js"
import { unusual } from "../src/unusual.js"

const keys = [
  "platform",
  "teamId",
  "threadId",
  "id",
  "userId",
  "createdAt",
  "updatedAt",
  "platformId",
  "content",
  "campaignId",
  "authorId",
  "origin",
  "replyData",
  "forwardData",
  "entities",
  "attachment",
  "reactions",
  "isEncrypted",
  "isEdited",
  "deletedAt",
  "platformDeletedAt"
]

const must = [
  "accept.content",
  "accept.content.whitespace",
  "accept.reply",
  "accept.encoding.json",
  "accept.encoding.http",
  "response.status",
  "response.content-type",
  "response.json",
  ...keys.map((key) => `response.key.${key}`),
  "semantics.thread",
  "semantics.content",
  "semantics.origin",
  "semantics.fresh",
  "semantics.unique",
  "semantics.concurrent",
  "semantics.reply",
  "semantics.stable",
  "auth.missing",
  "auth.wrong",
  "auth.near",
  "auth.scheme",
  "reject.content",
  "reject.reply",
  "reject.body",
  "reject.thread",
  "reject.thread.unknown",
  "protocol.no-server-error"
]

const should = [
  "accept.encoding.length",
  "auth.equivalent",
  "auth.challenge",
  "reject.content.key-case",
  "reject.body.extension",
  "reject.reply.other-thread",
  "reject.thread.path",
  "accept.content.long",
  "accept.content.nul",
  "accept.scheme-case",
  "semantics.created",
  "semantics.updated",
  "semantics.plain",
  "semantics.identity",
  "auth.status",
  "reject.reply",
  "reject.reply.unknown",
  "reject.media-type",
  "reject.utf8",
  "reject.thread.unknown",
  "protocol.error-body",
  "protocol.method"
]

interface Reply {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

interface Sent {
  readonly method?: string
  readonly thread?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
  readonly agent?: Http.Agent
}

const send = (server: Running, sent: Sent = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const request = Http.request(
      `${server.url}/threads/${sent.thread ?? server.threads[0]}/messages`,
      {
        method: sent.method ?? "POST",
        agent: sent.agent ?? false,
        headers: {
          authorization: `Bearer ${server.token}`,
          "content-type": "application/json",
          "user-agent": "zoo",
          ...sent.headers
        }
      },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString()
          })
        )
      }
    )
    request.on("error", reject)
    request.end(sent.body ?? JSON.stringify({ content: "Hello" }))
  })

const json = (value: unknown): Sent => ({ body: JSON.stringify(value) })

const using = async <A>(specimen: Specimen, use: (server: Running) => Promise<A>): Promise<A> => {
  const server = await start(specimen)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

/** Sends a payload, waiting out rate limits, and checks what the answer says of it. */
const delivers = async (server: Running, thread: 0 | 1, content: string, replyTo?: string): Promise<string> => {
  const body = JSON.stringify({ content, ...(replyTo === undefined ? {} : { replyToMessageId: replyTo }) })
  let reply = await send(server, { thread: server.threads[thread], body })
  for (let i = 0; reply.status === 429 && i < 40; i++) {
    await new Promise((done) => setTimeout(done, 50))
    reply = await send(server, { thread: server.threads[thread], body })
  }
  assert.strictEqual(reply.status, 200)
  assert.match(reply.headers["content-type"] ?? "", /^application\/json *(;|$)/i)
  const message = JSON.parse(reply.body)
  for (const key of keys) assert.isTrue(Object.hasOwn(message, key), key)
  assert.strictEqual(message.content, content)
  assert.strictEqual(message.threadId, server.threads[thread])
  assert.strictEqual(message.origin, "api")
  assert.strictEqual(message.replyData === null, replyTo === undefined)
  assert.match(message.id, /^[0-9a-z]+$/)
  assert.isBelow(Math.abs(Date.parse(message.createdAt) - Date.now()), 300_000)
  assert.deepStrictEqual(
    [message.isEdited, message.deletedAt, message.platformDeletedAt, message.reactions, message.forwardData],
    [false, null, null, [], null]
  )
  return message.id
}

const conforms = async (server: Running): Promise<void> => {
  const first = await delivers(server, 0, "Grüße, \u{1f469}\u200d\u{1f680} </p> \\u0041\n ")
  const second = await delivers(server, 1, "Hello", server.inbound[1])
  const third = await delivers(server, 0, "Hello", first)
  assert.strictEqual(new Set([first, second, third]).size, 3)
  const parallel = await Promise.all(
    Array.from({ length: 4 }, (_, i) => delivers(server, i % 2 === 0 ? 0 : 1, `p${i}`))
  )
  assert.strictEqual(new Set([first, second, third, ...parallel]).size, 7)
  for (const invalid of [
    json({ content: 1 }),
    json([]),
    { body: '{"content":"a",}' },
    json({ content: "a", replyToMessageId: "A" }),
    { headers: { authorization: `Bearer ${server.token}x` } },
    { thread: "nosuchthread" }
  ]) {
    const reply = await send(server, invalid)
    assert.isTrue(reply.status >= 400 && reply.status < 500, `${reply.status} to ${JSON.stringify(invalid)}`)
  }
}

describe("the population", () => {
  it("has ids of its own, one sentence each, and sound references", () => {
    const all = [honest, ...broken, ...unusual]
    assert.strictEqual(new Set(all.map((specimen) => specimen.id)).size, all.length)
    for (const { also, id, requirement, title } of all) {
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
      assert.match(title, /^[A-Z].*[^.]$/, id)
      for (const row of [requirement, ...(also ?? [])]) {
        if (row !== undefined) assert.include([...must, ...should], row, id)
      }
      assert.notInclude(also ?? [], requirement, id)
    }
    assert.isTrue(broken.every((specimen) => specimen.requirement !== undefined))
    assert.isTrue(unusual.every((specimen) => specimen.requirement === undefined))
  })

  it("breaks every requirement at its level, and is large", () => {
    const rows = (level: string) =>
      new Set(broken.filter((specimen) => specimen.level === level).map((specimen) => specimen.requirement))
    assert.sameMembers([...rows("MUST")] as Array<string>, must)
    assert.sameMembers([...rows("SHOULD")] as Array<string>, should)
    assert.isAtLeast(broken.length, 220)
    assert.isAtLeast(unusual.length, 50)
  })

  it("does not give two servers the same sentence", () => {
    const titles = [...broken, ...unusual].map(({ requirement, title }) => `${requirement} ${title}`)
    assert.deepStrictEqual(
      titles.filter((title, i) => titles.indexOf(title) !== i),
      []
    )
  })
})

describe("correct servers", () => {
  for (const specimen of [honest, ...unusual]) {
    it(specimen.id, () => using(specimen, conforms))
  }
})

describe("the honest server", () => {
  const cases: ReadonlyArray<readonly [string, number, (server: Running) => Sent]> = [
    ["no content", 422, () => json({})],
    ["empty content", 422, () => json({ content: "" })],
    ["a lone surrogate", 422, () => ({ body: '{"content":"\\ud800"}' })],
    ["NUL", 422, () => json({ content: "a\0" })],
    [
      "a reply id with a line feed after it",
      422,
      (server) => json({ content: "a", replyToMessageId: `${server.inbound[0]}\n` })
    ],
    ["a reply id that is null", 422, () => json({ content: "a", replyToMessageId: null })],
    [
      "a reply to a message of the other thread",
      422,
      (server) => json({ content: "a", replyToMessageId: server.inbound[1] })
    ],
    ["bytes that are not UTF-8", 400, () => ({ body: Buffer.from('{"content":"\xff"}', "latin1") })],
    ["an empty body", 400, () => ({ body: "" })],
    ["another content type", 415, () => ({ headers: { "content-type": "text/plain" } })],
    ["a bare token", 401, (server) => ({ headers: { authorization: server.token } })],
    ["another scheme", 401, (server) => ({ headers: { authorization: `Digest ${server.token}` } })],
    ["a thread id in upper case", 400, (server) => ({ thread: server.threads[0].toUpperCase() })],
    ["a thread id with an encoded slash", 400, (server) => ({ thread: `${server.threads[0]}%2F` })],
    ["a path that is badly encoded", 400, () => ({ thread: "%zz" })],
    ["an empty thread id", 400, () => ({ thread: "" })],
    ["another method", 405, () => ({ method: "PUT" })],
    ["a body beyond four MiB", 413, () => json({ content: "a".repeat(4 * 1024 * 1024) })]
  ]
  for (const [title, status, sent] of cases) {
    it(`refuses ${title} with ${status}`, () =>
      using(honest, async (server) => {
        const reply = await send(server, sent(server))
        assert.strictEqual(reply.status, status)
        assert.strictEqual(JSON.parse(reply.body).error.status, status)
        await delivers(server, 0, "still well")
      }))
  }

  it("takes the odd but valid", () =>
    using(honest, async (server) => {
      const nested = `{"content":"a","x":${"[".repeat(20_000)}${"]".repeat(20_000)},"__proto__":{"content":1},"n":1e400}`
      for (const sent of [
        { body: nested },
        { headers: { "content-type": 'Application/JSON;charset="UTF-8"' } },
        { headers: { authorization: `bEARER ${server.token}` } },
        { headers: { "transfer-encoding": "chunked" } },
        {
          body:
            ' {"replyToMessageId" : "\\u' +
            server.inbound[0].charCodeAt(0).toString(16).padStart(4, "0") +
            server.inbound[0].slice(1) +
            '" , "content":"\\/\\ud83d\\uDE00"}\n'
        },
        json({ content: "\u{1f600}".repeat(10_000) })
      ]) {
        assert.strictEqual((await send(server, sent)).status, 200, JSON.stringify(sent).slice(0, 80))
      }
    }))

  it("refuses what is not HTTP in JSON, and closes", () =>
    using(honest, async (server) => {
      const socket = Net.connect(Number(new URL(server.url).port), "127.0.0.1")
      const chunks: Array<Buffer> = []
      socket.on("data", (chunk) => chunks.push(chunk))
      socket.write("POST /a\0b HTTP/1.1\r\n\r\n")
      await new Promise((done) => socket.on("end", done))
      const [head, body] = Buffer.concat(chunks).toString().split("\r\n\r\n")
      assert.match(head ?? "", /^HTTP\/1\.1 400 /)
      assert.strictEqual(JSON.parse(body ?? "").error.status, 400)
    }))

  it("closes connections that have failed", async () => {
    const server = await start(honest)
    const socket = Net.connect({ port: Number(new URL(server.url).port), host: "127.0.0.1", allowHalfOpen: true })
    socket.on("error", () => undefined)
    socket.resume().write("nonsense\r\n\r\n")
    await new Promise((done) => socket.on("end", done))
    await server.close()
    socket.destroy()
  })

  it("gives the same identifiers to the same seed", async () => {
    const ids = () => using(honest, async (server) => [server.token, ...server.threads, await delivers(server, 0, "a")])
    assert.deepStrictEqual(await ids(), await ids())
  })
})

describe("broken servers", () => {
  it("all start at once and close without leaving a socket open", async () => {
    for (const specimen of broken) {
      const server = await start(specimen)
      assert.match(server.token, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{24,}$/)
      await server.close()
    }
  })

  it("closes connections that are kept alive or never answered", () =>
    using(broken.find((specimen) => specimen.id === "method-unanswered") ?? honest, async (server) => {
      const agent = new Http.Agent({ keepAlive: true })
      const pending = send(server, { method: "PATCH", agent }).then(
        () => "answered",
        () => "closed"
      )
      await delivers(server, 0, "a")
      await server.close()
      assert.strictEqual(await pending, "closed")
      agent.destroy()
    }))
})
