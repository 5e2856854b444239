/**
 * Correct but unusual servers: each keeps every requirement in a way that a hasty kit takes for a fault.
 *
 * @since 0.1.0
 */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import { count, spoil, spoilAnswer, spoilText } from "./broken/Fault.js"
import type { Answer, Change, Exchange } from "./Honest.js"
import { answer, Refusal, refusalAnswer } from "./Honest.js"
import type { Specimen } from "./Specimen.js"

const unusualServer = (id: string, title: string, change: Change): Specimen => ({
  id,
  requirement: undefined,
  level: "MUST",
  title,
  change
})

const iso = (x: Exchange, offset = 0) => new Date((x.stored?.at ?? 0) + offset).toISOString()
const times = (f: (iso: string, x: Exchange) => string): Change => spoil("createdAt", (x: Exchange) => f(iso(x), x))
const headers = (added: Answer["headers"]): Change => ({
  answer: (_, a) => {
    Object.assign(a.headers, added)
  }
})
const ok = (x: Exchange, a: Answer) => x.method === "POST" && a.status === 200
const escapeAll = (text: string, upper: boolean) =>
  text.replace(/[\u007f-\uffff]/g, (unit) => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, "0")
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })

/** Compresses every answer to a request that names the coding. */
const compressed = (coding: string, compress: (bytes: Buffer) => Buffer): Change => ({
  answer: (x, a) => {
    const wanted = String(x.headers["accept-encoding"] ?? "")
    if (a.status !== 200 || !new RegExp(`(^|[ ,])${coding}(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$))`, "i").test(wanted)) return
    a.headers["content-encoding"] = coding
    a.headers.vary = "Accept-Encoding"
    a.body = compress(Buffer.from(a.body as string))
  }
})

/** Writes the head and the body on the bare socket, which the body's end then closes. */
const onSocket = (write: (x: Exchange, a: Answer, bytes: Buffer) => void): Change => ({
  write: (x, a) => {
    if (!ok(x, a)) return false
    write(x, a, Buffer.from(a.body as string))
    return true
  }
})

/** Writes a head and the body on the bare socket, and closes it. */
const lastOnSocket = (head: (a: Answer, bytes: Buffer) => string): Change =>
  onSocket((x, a, bytes) => {
    x.request.socket.write(head(a, bytes))
    x.request.socket.end(bytes)
  })

/** Answers 429 when more than `burst` requests come within a window of `milliseconds`. */
const limited = (burst: number, milliseconds: number, retryAfter: (until: number) => string | undefined): Change => {
  const windowOf = (x: Exchange) => {
    const now = Date.now()
    const open = x.world.memory.get("window") as { until: number; used: number } | undefined
    if (open !== undefined && now < open.until) return open
    const next = { until: Math.ceil((now + milliseconds) / 1000) * 1000, used: 0 }
    if (milliseconds < 1000) next.until = now + milliseconds
    x.world.memory.set("window", next)
    return next
  }
  return {
    request: (x) => {
      const open = windowOf(x)
      if (++open.used <= burst) return undefined
      const refusal = refusalAnswer(new Refusal(429, "RATE_LIMITED", "Too many requests"))
      const value = retryAfter(open.until)
      if (value !== undefined) refusal.headers["retry-after"] = value
      return refusal
    },
    answer: (x, a) => {
      const open = windowOf(x)
      a.headers["x-ratelimit-limit"] = String(burst)
      a.headers["x-ratelimit-remaining"] = String(Math.max(0, burst - open.used))
      a.headers["x-ratelimit-reset"] = String(Math.ceil(open.until / 1000))
    }
  }
}
const inSeconds = (until: number) => String(Math.max(1, Math.ceil((until - Date.now()) / 1000)))
const asDate = (until: number) => new Date(Math.ceil(until / 1000) * 1000).toUTCString()

/**
 * Takes so many requests at a time and answers 429 to the others, so that one at least gets on.
 *
 * @since 0.1.0
 * @category changes
 */
export const tooManyInFlight = (most: number, headers: Record<string, string> = {}): Change => {
  const taken = (x: Exchange) => {
    const known = x.world.memory.get("taken") as Set<Exchange> | undefined
    const set = known ?? new Set<Exchange>()
    if (known === undefined) x.world.memory.set("taken", set)
    return set
  }
  return {
    hold: (x) => {
      if (taken(x).size < most) taken(x).add(x)
      return 2
    },
    request: (x) => {
      if (taken(x).delete(x)) return undefined
      const refusal = refusalAnswer(new Refusal(429, "BUSY", "Too many requests at a time"))
      return { ...refusal, headers: { ...refusal.headers, ...headers } }
    }
  }
}

/** Replaces the body of every refusal. */
const errors = (f: (refusal: Refusal) => unknown, contentType = "application/json"): Change => ({
  refuse: (_, refusal) => {
    const refused = refusalAnswer(refusal)
    return {
      ...refused,
      body: JSON.stringify(f(refusal)),
      headers: { ...refused.headers, "content-type": contentType }
    }
  }
})
const statusOf = (f: (refusal: Refusal) => number | undefined): Change => ({
  refuse: (_, refusal) => {
    const status = f(refusal)
    return status === undefined ? undefined : refusalAnswer(new Refusal(status, refusal.code, refusal.message))
  }
})

const json: ReadonlyArray<Specimen> = [
  unusualServer("json-pretty", "Pretty-prints JSON", { serialise: (_, m) => JSON.stringify(m, null, 2) }),
  unusualServer("json-tabs-crlf", "Indents JSON by tabs and ends its lines with CRLF", {
    serialise: (_, m) => `\r\n${JSON.stringify(m, null, "\t").replace(/\n/g, "\r\n")}\r\n\r\n`
  }),
  unusualServer(
    "json-spaces-around",
    "Writes white space before and after the JSON",
    spoilText((t) => `  \n\t${t}\n\n `)
  ),
  unusualServer(
    "json-escaped-lower",
    "Escapes all that is not ASCII, in lower case",
    spoilText((t) => escapeAll(t, false))
  ),
  unusualServer(
    "json-escaped-upper",
    "Escapes all that is not ASCII, in upper case",
    spoilText((t) => escapeAll(t, true))
  ),
  unusualServer(
    "json-escaped-html",
    "Escapes the characters of HTML as \\u003c",
    spoilText((t) => t.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`))
  ),
  unusualServer("json-escaped-letters", "Escapes ASCII letters of the content too", {
    serialise: (_, m) =>
      JSON.stringify(m).replace(
        /"content":"((?:[^"\\]|\\.)*)"/,
        (_all, text: string) =>
          `"content":"${text.replace(/\\u[0-9a-f]{4}|\\.|[a-z]/g, (c) => (c.length > 1 ? c : `\\u00${c.charCodeAt(0).toString(16)}`))}"`
      )
  }),
  unusualServer(
    "json-solidus-escaped",
    "Escapes the solidus",
    spoilText((t) => t.replace(/\//g, "\\/"))
  ),
  unusualServer(
    "json-short-escapes-spelt",
    "Spells short escapes as \\u000a",
    spoilText((t) => t.replace(/\\(\\|[nt])/g, (all, c: string) => ({ n: "\\u000a", t: "\\u0009" })[c] ?? all))
  ),
  unusualServer("json-keys-reversed", "Writes the keys in the reverse order", {
    serialise: (_, m) => JSON.stringify(Object.fromEntries(Object.entries(m).reverse()))
  }),
  unusualServer("json-keys-shuffled", "Writes the keys in another order each time", {
    serialise: (x, m) =>
      JSON.stringify(
        Object.fromEntries(
          Object.entries(m)
            .map((e) => [x.world.random(), e] as const)
            .sort((a, b) => a[0] - b[0])
            .map((e) => e[1])
        )
      )
  }),
  unusualServer("json-extra-keys", "Adds keys of its own", {
    message: (_, m) =>
      Object.assign(m, { status: "sent", error: null, data: {}, message: "ok", success: true, "": 1, _links: [] })
  }),
  unusualServer(
    "json-extra-proto",
    "Adds a key named __proto__",
    spoilText((t) => t.replace(/\}$/, ',"__proto__":{"content":"x"},"constructor":null}'))
  ),
  unusualServer(
    "json-extra-numbers",
    "Adds numbers in unusual spellings",
    spoilText((t) => t.replace(/\}$/, ',"score":1e400,"ratio":-0.0E-7,"big":123456789012345678901234567890}'))
  ),
  unusualServer("json-nested-values", "Nests the values of any type deeply", {
    message: (_, m) => {
      m.entities = JSON.parse(`${"[".repeat(60)}${"]".repeat(60)}`)
      m.attachment = { a: { b: [null, { c: [1, "", false] }] } }
    }
  }),
  unusualServer(
    "json-large",
    "Sends 64 KiB of entities with each answer",
    spoil("entities", { text: "e".repeat(65_536) })
  )
]

const values: ReadonlyArray<Specimen> = [
  unusualServer(
    "time-plus-zero",
    "Writes the offset +00:00",
    times((t) => t.replace("Z", "+00:00"))
  ),
  unusualServer(
    "time-minus-zero",
    "Writes the offset -00:00",
    times((t) => t.replace("Z", "-00:00"))
  ),
  unusualServer(
    "time-lower-case",
    "Writes t and z in lower case",
    times((t) => t.toLowerCase())
  ),
  unusualServer(
    "time-nine-digits",
    "Writes fractions of nine digits",
    times((t) => t.replace("Z", "123456Z"))
  ),
  unusualServer(
    "time-one-digit",
    "Writes fractions of one digit",
    times((t) => t.replace(/(\.\d)\d*/, "$1"))
  ),
  unusualServer(
    "time-no-fraction",
    "Cuts the time to seconds",
    times((t) => t.replace(/\.\d+/, ""))
  ),
  unusualServer(
    "time-east",
    "Writes the time of Kathmandu with its offset",
    times((_, x) => iso(x, 345 * 60_000).replace("Z", "+05:45"))
  ),
  unusualServer(
    "time-west",
    "Writes the time of St. John's with its offset",
    times((_, x) => iso(x, -210 * 60_000).replace("Z", "-03:30"))
  ),
  unusualServer(
    "time-offsets-change",
    "Writes another offset each time",
    times((t, x) => (x.sequence % 2 === 0 ? t : iso(x, 840 * 60_000).replace("Z", "+14:00")))
  ),
  unusualServer(
    "clock-ahead",
    "Has a clock two minutes ahead",
    times((_, x) => iso(x, 120_000))
  ),
  unusualServer(
    "clock-behind",
    "Has a clock two minutes behind",
    times((_, x) => iso(x, -120_000))
  ),
  unusualServer(
    "updated-same",
    "Gives the time of creation as that of the update",
    spoil("updatedAt", (x: Exchange) => iso(x))
  ),
  unusualServer(
    "updated-later",
    "Gives a later time of the update in another offset",
    spoil("updatedAt", (x: Exchange) => iso(x, 3_600_000 + 5).replace("Z", "+01:00"))
  ),
  unusualServer("user-null", "Names no user", spoil("userId", null)),
  unusualServer("user-short", "Names the user 0", spoil("userId", "0")),
  unusualServer(
    "user-changes",
    "Names another user each time",
    spoil("userId", (x: Exchange) => x.world.identifier())
  ),
  unusualServer("platform-id-null", "Names no message of the platform", spoil("platformId", null)),
  unusualServer(
    "platform-id-odd",
    "Names messages of the platform in its own way",
    spoil("platformId", (x: Exchange) => `Msg/${x.sequence}:\u00fc \u{1f4ac}`)
  ),
  unusualServer("platform-id-empty", "Gives an empty id of the platform", spoil("platformId", "")),
  unusualServer("all-null", "Gives null wherever null is allowed", {
    message: (_, m) =>
      Object.assign(m, {
        userId: null,
        updatedAt: null,
        platformId: null,
        entities: null,
        attachment: null,
        isEncrypted: null
      })
  }),
  unusualServer("id-length-grows", "Counts ids up from one character", {
    identifier: (x) => x.world.accepted.toString(36)
  }),
  unusualServer("id-of-sixty", "Gives ids of sixty characters", {
    identifier: (x) => `${x.world.identifier()}${x.world.identifier()}${"z".repeat(12)}`
  }),
  unusualServer("id-lengths-vary", "Gives ids of eight to sixty characters", {
    identifier: (x) =>
      (x.world.identifier() + x.world.identifier() + x.world.identifier()).slice(0, 8 + (x.world.accepted % 53))
  }),
  unusualServer("id-digits", "Gives ids of nineteen digits", {
    identifier: (x) => String(1_790_000_000_000_000_000n + BigInt(x.world.accepted))
  }),
  unusualServer("id-leading-zeros", "Gives ids with leading zeros", {
    identifier: (x) => String(x.world.accepted).padStart(24, "0")
  }),
  unusualServer("id-like-numbers", "Gives ids such as 1e5 and 0x1f", {
    identifier: (x) => `${x.world.accepted % 2 === 0 ? "1e" : "0x"}${x.world.accepted}`
  }),
  unusualServer("id-like-words", "Gives ids that begin with null, true and nan", {
    identifier: (x) => `${["null", "true", "nan", "undefined"][x.world.accepted % 4]}${x.world.accepted}`
  }),
  unusualServer("thread-ids-short", "Has threads named a and 0, with inbound messages 1 and 2", {
    threads: ["a", "0"],
    inbound: ["1", "2"]
  }),
  unusualServer("thread-ids-long", "Has threads with ids of sixty characters", {
    threads: ["k".repeat(60), `0${"9".repeat(59)}`]
  }),
  unusualServer("thread-ids-alike", "Has threads whose ids begin alike", {
    threads: ["thread1", "thread10"],
    inbound: ["thread1", "thread10x"]
  }),
  unusualServer("reply-data-nested", "Shows the whole message replied to, with what that is a reply to", {
    message: (x, m) => {
      if (x.target !== undefined) m.replyData = x.target.inbound ? { id: x.target.id } : { ...x.target.draft }
    }
  }),
  unusualServer("reply-data-preview", "Shows the first words of the message replied to, trimmed and in lower case", {
    message: (x, m) => {
      if (x.target === undefined) return
      m.replyData = { message: { id: x.target.id, preview: x.target.content.trim().toLowerCase().slice(0, 24) } }
    }
  }),
  unusualServer(
    "time-whole-minutes",
    "Writes times in whole minutes",
    times((t) => `${t.slice(0, 17)}00Z`)
  ),
  unusualServer(
    "author-legacy",
    "Gives a number of the platform as author",
    spoil("authorId", (x: Exchange) => (x.thread.index === 0 ? "1501234567890123456" : "44196397"))
  ),
  unusualServer(
    "author-odd",
    "Gives authors with punctuation and other scripts",
    spoil("authorId", (x: Exchange) => `@Ada_L\u00f6w-${x.thread.index}/\u{1f600}`)
  ),
  unusualServer(
    "author-shared",
    "Gives both threads the same author",
    spoil("authorId", (x: Exchange) => x.world.userId)
  ),
  ...(
    [
      ["text", "a text", "quoted"],
      ["number", "a number", 7],
      ["zero", "0", 0],
      ["true", "true", true],
      ["object", "an empty object", {}],
      ["array", "an empty array", []]
    ] as const
  ).map(([id, title, value]) =>
    unusualServer(
      `reply-data-${id}`,
      `Gives ${title} as reply data`,
      spoil("replyData", value, (x) => x.target !== undefined)
    )
  ),
  unusualServer(
    "reply-data-whole",
    "Gives the whole message that was replied to as reply data",
    spoil(
      "replyData",
      (x: Exchange) => ({ ...x.target?.draft, replyData: undefined, id: x.target?.id }),
      (x) => x.target !== undefined
    )
  ),
  ...(
    [
      ["null", null],
      ["false", false],
      ["zero", 0],
      ["empty", ""],
      ["list", []],
      ["text", "none"]
    ] as const
  ).map(([id, value]) =>
    unusualServer(`any-${id}`, `Gives ${JSON.stringify(value)} for entities and attachment`, {
      message: (_, m) => Object.assign(m, { entities: value, attachment: value })
    })
  ),
  unusualServer(
    "entities-mixed",
    "Gives entities of another type each time",
    spoil("entities", (x: Exchange) => [null, 0, "", [], {}, true][x.sequence % 6])
  ),
  unusualServer("encrypted-null", "Does not know whether messages are encrypted", spoil("isEncrypted", null)),
  unusualServer("encrypted-true", "Encrypts messages", spoil("isEncrypted", true))
]

const http: ReadonlyArray<Specimen> = [
  unusualServer("chunked-bytes", "Sends answers in chunks of one byte, unless they are large", {
    write: (x, a) => {
      // A megabyte in chunks of one byte takes Node longer than any client waits.
      if (!ok(x, a) || a.body.length > 100_000) return false
      x.response.writeHead(200, { ...a.headers, "transfer-encoding": "chunked" })
      x.response.cork()
      for (const byte of Buffer.from(a.body as string)) x.response.write(Buffer.of(byte))
      x.response.uncork()
      x.response.end()
      return true
    }
  }),
  unusualServer(
    "chunked-slowly",
    "Sends answers in two parts, five milliseconds apart, cut inside a character when it can",
    {
      write: (x, a) => {
        if (!ok(x, a)) return false
        const bytes = Buffer.from(a.body as string)
        const found = bytes.findIndex((byte) => byte >= 0x80)
        const cut = found < 0 ? bytes.length >> 1 : found + 1
        x.response.writeHead(200, { ...a.headers, "content-length": String(bytes.length) })
        x.response.write(bytes.subarray(0, cut))
        setTimeout(() => x.response.end(bytes.subarray(cut)), 5)
        return true
      }
    }
  ),
  unusualServer("gzip", "Compresses by gzip when asked", compressed("gzip", gzipSync)),
  unusualServer("deflate", "Compresses by deflate when asked", compressed("deflate", deflateSync)),
  unusualServer(
    "brotli",
    "Compresses by Brotli when asked",
    compressed("br", (bytes) => brotliCompressSync(bytes, { params: { 1: 1 } }))
  ),
  unusualServer("encoding-identity", "Says that the body is not encoded", headers({ "content-encoding": "identity" })),
  unusualServer("connection-close", "Closes the connection after each answer", headers({ connection: "close" })),
  unusualServer("connection-five", "Closes the connection after five requests, and says so", {
    answer: (x, a) => {
      a.headers["keep-alive"] = `timeout=60, max=${Math.max(0, 5 - x.connection.requests)}`
      a.headers.connection = x.connection.requests >= 5 ? "close" : "keep-alive"
    }
  }),
  unusualServer("connection-idle", "Closes a connection that is idle for fifty milliseconds", { idle: 50 }),
  unusualServer("connection-idle-half", "Closes a connection that is idle for half a second", { idle: 500 }),
  unusualServer(
    "length-zeros",
    "Writes lengths with leading zeros",
    lastOnSocket(
      (a, bytes) =>
        `HTTP/1.1 200 OK\r\nContent-Type: ${a.headers["content-type"]}\r\nContent-Length: ${String(bytes.length).padStart(24, "0")}\r\nConnection: close\r\n\r\n`
    )
  ),
  unusualServer("connection-idle-short", "Closes a connection that is idle for a fifth of a second", { idle: 200 }),
  unusualServer(
    "connection-closed-unannounced",
    "Closes the connection after each answer, and does not say so",
    lastOnSocket(
      (a, bytes) =>
        `HTTP/1.1 200 OK\r\nContent-Type: ${a.headers["content-type"]}\r\nContent-Length: ${bytes.length}\r\n\r\n`
    )
  ),
  unusualServer("connection-close-on-refusal", "Closes the connection after each refusal", {
    answer: (_, a) => {
      if (a.status >= 400) a.headers.connection = "close"
    }
  }),
  unusualServer(
    "close-delimited",
    "Ends the body by closing the connection",
    lastOnSocket((a) => `HTTP/1.1 200 OK\r\nContent-Type: ${a.headers["content-type"]}\r\nConnection: close\r\n\r\n`)
  ),
  unusualServer(
    "http-1-0",
    "Answers in HTTP/1.0",
    lastOnSocket(
      (a, bytes) =>
        `HTTP/1.0 200 OK\r\ncontent-type:${a.headers["content-type"]}\r\ncontent-length:${bytes.length}\r\n\r\n`
    )
  ),
  unusualServer(
    "chunk-extensions",
    "Writes chunk extensions and a trailer",
    onSocket((x, a, bytes) => {
      const half = bytes.length >> 1
      const part = (piece: Buffer) =>
        Buffer.concat([
          Buffer.from(`${piece.length.toString(16).toUpperCase()};part=1\r\n`),
          piece,
          Buffer.from("\r\n")
        ])
      x.request.socket.write(
        `HTTP/1.1 200 OK\r\nContent-Type: ${a.headers["content-type"]}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`
      )
      x.request.socket.end(
        Buffer.concat([part(bytes.subarray(0, half)), part(bytes.subarray(half)), Buffer.from("0\r\nX-Sum: 1\r\n\r\n")])
      )
    })
  ),
  unusualServer("trailers", "Sends trailers", {
    write: (x, a) => {
      if (!ok(x, a)) return false
      x.response.writeHead(200, { ...a.headers, trailer: "Server-Timing" })
      x.response.write(a.body)
      x.response.addTrailers({ "Server-Timing": "db;dur=1" })
      x.response.end()
      return true
    }
  }),
  unusualServer("slow-sometimes", "Takes three hundred milliseconds for one answer in twenty-five", {
    delay: (x) => (x.number % 25 === 0 ? 300 : 0)
  }),
  unusualServer("slow-start", "Takes a second and a half for its first answer", {
    delay: (x) => (x.number === 1 ? 1500 : 0)
  }),
  unusualServer("jitter", "Takes up to twenty milliseconds", { delay: (x) => Math.floor(x.world.random() * 20) }),
  unusualServer("out-of-order", "Answers later requests first when several are in flight", {
    delay: (x) => (x.number % 3 === 0 ? 24 : x.number % 3 === 1 ? 8 : 0)
  }),
  unusualServer("serial", "Processes one request at a time", {
    hold: (x) => {
      const before = (x.world.memory.get("line") as Promise<void> | undefined) ?? Promise.resolve()
      const turn = before.then(() => new Promise<void>((done) => setTimeout(done, 1)))
      x.world.memory.set("line", turn)
      return turn
    }
  }),
  unusualServer(
    "interim-continue",
    "Sends 100 Continue before each answer",
    interim((x) => x.response.writeContinue())
  ),
  unusualServer(
    "interim-processing",
    "Sends 102 Processing before each answer",
    interim((x) => x.response.writeProcessing())
  ),
  unusualServer(
    "interim-hints",
    "Sends 103 Early Hints before each answer",
    interim((x) => x.response.writeEarlyHints({ link: "</docs>; rel=help" }))
  ),
  unusualServer(
    "type-upper-case",
    "Writes the media type as application/JSON; charset=UTF-8",
    type("application/JSON; charset=UTF-8")
  ),
  unusualServer("type-quoted-charset", "Quotes the charset", type('Application/Json;Charset="utf-8"')),
  unusualServer(
    "type-parameters",
    "Adds parameters to the media type",
    type('application/json ; profile="https://example.org/message"; v=1')
  ),
  unusualServer("reason-odd", "Writes a reason phrase of its own", {
    answer: (_, a) => {
      a.reason = a.status === 200 ? "Sent, I think" : "No thanks"
    }
  }),
  unusualServer("reason-empty", "Writes no reason phrase", {
    answer: (_, a) => {
      a.reason = ""
    }
  }),
  unusualServer("header-case", "Writes header names in odd case", {
    answer: (_, a) => {
      a.headers = Object.fromEntries(
        Object.entries(a.headers).map(([name, value]) => [
          name.replace(/[a-z]/g, (c, i: number) => (i % 2 === 0 ? c.toUpperCase() : c)),
          value
        ])
      )
    }
  }),
  unusualServer(
    "headers-many",
    "Sends sixty headers",
    headers(Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`x-trace-${i}`, `${i}`.repeat(20)])))
  ),
  unusualServer(
    "headers-cookies",
    "Sets cookies",
    headers({ "set-cookie": ["session=1; Path=/; HttpOnly", "lang=en"] })
  ),
  unusualServer(
    "headers-sunset",
    "Announces its end",
    headers({
      sunset: "Thu, 03 Dec 2026 00:00:00 GMT",
      deprecation: "true",
      link: '</api/v2/messages>; rel="successor-version"'
    })
  ),
  unusualServer(
    "headers-retry-after",
    "Sends Retry-After: 0 and rate limits with each answer",
    headers({
      "retry-after": "0",
      "x-ratelimit-limit": "300",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "1790000000"
    })
  ),
  unusualServer(
    "headers-cached",
    "Sends caching headers",
    headers({ etag: '"1"', "cache-control": "no-store", age: "0" })
  ),
  unusualServer("user-agent-wanted", "Answers 403 where there is no User-Agent", {
    request: (x) =>
      x.headers["user-agent"] === undefined
        ? refusalAnswer(new Refusal(403, "FORBIDDEN", "Requests must have a User-Agent"))
        : undefined
  }),
  unusualServer("get-list", "Answers GET and HEAD with a list of messages", {
    method: (x) => (x.method === "GET" || x.method === "HEAD" ? answer(200, "[]") : undefined)
  }),
  unusualServer("options-answered", "Answers OPTIONS with 204 and allows every origin", {
    method: (x) =>
      x.method === "OPTIONS" ? { status: 204, headers: { allow: "POST, OPTIONS" }, body: "" } : undefined,
    ...headers({ "access-control-allow-origin": "*" })
  })
]

function type(contentType: string): Change {
  return spoilAnswer((a) => {
    a.headers["content-type"] = contentType
  })
}

function interim(send: (x: Exchange) => void): Change {
  return {
    answer: (x, a) => {
      if (ok(x, a)) send(x)
    }
  }
}

const limits: ReadonlyArray<Specimen> = [
  unusualServer(
    "limit-seconds",
    "Takes 300 requests a second or two, and says in seconds when to come back",
    limited(300, 1000, inSeconds)
  ),
  unusualServer(
    "limit-date",
    "Takes 300 requests a second or two, and says by a date when to come back",
    limited(300, 1000, asDate)
  ),
  unusualServer(
    "limit-silent",
    "Takes a hundred requests in 200 milliseconds, and does not say when to come back",
    limited(100, 200, () => undefined)
  ),
  unusualServer(
    "limit-zero",
    "Takes fifty requests in 100 milliseconds, and says to come back in 0 seconds",
    limited(50, 100, () => "0")
  ),
  unusualServer("limit-burst", "Refuses the requests after the first twenty until a second has passed", {
    request: (x) => {
      if (x.number <= 20) return undefined
      const since = (x.world.memory.get("since") as number | undefined) ?? Date.now()
      x.world.memory.set("since", since)
      if (Date.now() - since >= 1000) return undefined
      const refusal = refusalAnswer(new Refusal(429, "RATE_LIMITED", "Too many requests"))
      refusal.headers["retry-after"] = "1"
      return refusal
    }
  }),
  unusualServer("limit-plain", "Answers 429 in plain text, every seventieth request", {
    request: (x) => (x.number % 70 === 0 ? answer(429, "Slow down", "text/plain") : undefined)
  }),
  unusualServer("limit-empty", "Answers 429 with nothing, and closes the connection", {
    request: (x) =>
      x.number % 90 === 0 ? { status: 429, headers: { connection: "close", "retry-after": "0" }, body: "" } : undefined
  }),
  unusualServer("limit-in-flight", "Takes four requests at a time", tooManyInFlight(4)),
  unusualServer("limit-one-in-flight", "Takes one request at a time, and refuses others", tooManyInFlight(1)),
  unusualServer(
    "limit-one-in-flight-second",
    "Takes one request at a time, and asks the others to wait a second",
    tooManyInFlight(1, { "retry-after": "1" })
  )
]

const known = new Set(["content", "replyToMessageId"])
const unknownKeys = (status: number): Change => ({
  coerce: (_, body) => {
    if (
      Object.keys(Object(body)).some((name) => !known.has(name)) &&
      typeof body === "object" &&
      !Array.isArray(body)
    ) {
      throw new Refusal(status, "UNKNOWN_KEY", "The body has a key that is not known")
    }
    return body
  }
})
const lengthLimit = (most: number, status: number): Change => ({
  accept: (x) => {
    if (x.content.length > most && Array.from(x.content).length > most) {
      throw new Refusal(status, "TOO_LONG", `content must have at most ${most} characters`)
    }
  }
})

const refusals: ReadonlyArray<Specimen> = [
  unusualServer("methods-501", "Answers 501 to methods that it does not know", {
    method: (x) =>
      x.method === "POST" ? undefined : refusalAnswer(new Refusal(501, "NOT_IMPLEMENTED", "Unknown method"))
  }),
  unusualServer("path-redirected", "Redirects other spellings of the path to the right one", {
    refuse: (x, r) =>
      r.status === 404 && r.code === "NOT_FOUND" && /\/\/|\/\.|\/$/.test(x.path)
        ? { status: 308, headers: { location: x.path.replace(/\/+/g, "/").replace(/\/$/, "") }, body: "" }
        : undefined
  }),
  unusualServer("coding-415", "Takes bodies without a content coding alone", {
    request: (x) =>
      x.headers["content-encoding"] === undefined
        ? undefined
        : refusalAnswer(new Refusal(415, "UNSUPPORTED_CODING", "Send the body as it is"))
  }),
  unusualServer("expect-417", "Meets no expectations", {
    request: (x) =>
      x.headers.expect === undefined ? undefined : refusalAnswer(new Refusal(417, "EXPECTATION_FAILED", "Just send it"))
  }),
  unusualServer("query-400", "Takes no query after the path", {
    request: (x) =>
      x.request.url?.includes("?") === true ? refusalAnswer(new Refusal(400, "BAD_REQUEST", "No query")) : undefined
  }),
  unusualServer("thread-long-400", "Answers 400 to a thread id of more than 200 characters", {
    locate: (_, segment, honest) => {
      if (segment.length > 200) throw new Refusal(400, "BAD_REQUEST", "The thread id is too long")
      return honest(segment)
    }
  }),
  unusualServer(
    "errors-text",
    "Writes errors as a JSON string",
    errors((r) => r.message)
  ),
  unusualServer(
    "errors-number",
    "Writes errors as a number",
    errors((r) => ({ code: 4000 + r.status }))
  ),
  unusualServer("errors-403-bare", "Refuses tokens with 403 and without a challenge", {
    refuse: (_, r) => (r.status === 401 ? refusalAnswer(new Refusal(403, "FORBIDDEN", "No")) : undefined)
  }),
  unusualServer("strict-keys", "Refuses unknown keys of the request", unknownKeys(400)),
  unusualServer("strict-keys-422", "Refuses unknown keys of the request with 422", unknownKeys(422)),
  unusualServer("strict-duplicates", "Refuses duplicate keys", {
    parse: (x, honest) => {
      const body = honest(x.text)
      const names = [...x.text.replace(/\\./g, "").matchAll(/"(content|replyToMessageId)"\s*:/g)].map((m) => m[1])
      if (new Set(names).size < names.length) throw new Refusal(400, "BAD_REQUEST", "The body has duplicate keys")
      return body
    }
  }),
  unusualServer("strict-nesting", "Refuses nesting deeper than a hundred levels", {
    parse: (x, honest) => {
      if (/([[{]\s*(""\s*:\s*)?){100}/.test(x.text.replace(/"(?:[^"\\]|\\.)*"/g, '""')))
        throw new Refusal(400, "BAD_REQUEST", "The body is nested too deeply")
      return honest(x.text)
    }
  }),
  unusualServer(
    "status-403",
    "Answers 403 to a wrong or missing token",
    statusOf((r) => (r.status === 401 ? 403 : undefined))
  ),
  unusualServer("status-403-wrong", "Answers 401 without a token and 403 to a wrong one", {
    refuse: (x, r) =>
      r.status === 401 && x.headers.authorization !== undefined
        ? refusalAnswer(new Refusal(403, "FORBIDDEN", r.message))
        : undefined
  }),
  unusualServer(
    "status-all-422",
    "Answers 422 where 400 would do",
    statusOf((r) => (r.status === 400 ? 422 : undefined))
  ),
  unusualServer(
    "status-all-400",
    "Answers 400 where 422 would do",
    statusOf((r) => (r.status === 422 ? 400 : undefined))
  ),
  unusualServer(
    "status-reply-404",
    "Answers 404 to a reply id that names no message",
    statusOf((r) => (r.code === "MESSAGE_NOT_FOUND" ? 404 : undefined))
  ),
  unusualServer(
    "status-reply-409",
    "Answers 409 to a reply id that names no message",
    statusOf((r) => (r.code === "MESSAGE_NOT_FOUND" ? 409 : undefined))
  ),
  unusualServer("status-thread-404", "Answers 404 to any thread id that it does not have", {
    locate: (_, segment, honest) => {
      try {
        return honest(segment)
      } catch {
        throw new Refusal(404, "THREAD_NOT_FOUND", "No such thread")
      }
    }
  }),
  unusualServer(
    "status-method-404",
    "Answers 404 to other methods",
    statusOf((r) => (r.status === 405 ? 404 : undefined))
  ),
  unusualServer(
    "status-media-400",
    "Answers 400 to other content types",
    statusOf((r) => (r.status === 415 ? 400 : undefined))
  ),
  unusualServer(
    "status-418",
    "Answers 418 to invalid payloads",
    statusOf((r) => (r.status === 422 || r.code === "BAD_REQUEST" ? 418 : undefined))
  ),
  unusualServer(
    "errors-flat",
    "Writes errors as { error, message }",
    errors((r) => ({ error: r.code, message: r.message }))
  ),
  unusualServer(
    "errors-v2",
    "Writes errors as { code, message, details, requestId }",
    errors((r) => ({ code: r.code, message: r.message, details: [], requestId: "req_01" }))
  ),
  unusualServer(
    "errors-problem",
    "Writes errors as problem details",
    errors(
      (r) => ({ type: "about:blank", title: r.message, status: r.status, detail: r.code }),
      "application/problem+json"
    )
  ),
  unusualServer(
    "errors-list",
    "Writes errors in a list",
    errors((r) => ({ errors: [{ message: r.message, path: ["body", "content"] }] }))
  ),
  unusualServer("errors-pretty", "Pretty-prints errors", {
    refuse: (_, r) => ({ ...refusalAnswer(r), body: `${JSON.stringify({ error: r.message }, null, 4)}\n` })
  }),
  unusualServer("challenges", "Challenges with several schemes", {
    refuse: (_, r) => {
      const refused = refusalAnswer(r)
      if (r.status === 401)
        refused.headers["www-authenticate"] = ['Bearer realm="inbox", error="invalid_token"', "Basic"]
      return refused
    }
  }),
  unusualServer(
    "length-10000-422",
    "Refuses contents of more than 10,000 code points with 422",
    lengthLimit(10_000, 422)
  ),
  unusualServer(
    "length-10000-413",
    "Refuses contents of more than 10,000 code points with 413",
    lengthLimit(10_000, 413)
  ),
  unusualServer("nul-accepted", "Takes NUL and lone surrogates, and gives them back", { unprintable: true }),
  unusualServer("nul-alone-accepted", "Takes NUL and refuses lone surrogates", {
    unprintable: true,
    accept: (x) => {
      if (/\p{Surrogate}/u.test(x.content)) throw new Refusal(400, "INVALID", "content must not hold lone surrogates")
    }
  }),
  unusualServer("early-413", "Refuses a large body as soon as it sees its length, and reads the rest away", {
    head: (x) =>
      Number(x.headers["content-length"] ?? 0) > 524_288
        ? refusalAnswer(new Refusal(413, "TOO_LARGE", "The body is too large"))
        : undefined
  }),
  unusualServer("early-401", "Refuses a wrong token before the body is read", {
    head: (x) =>
      x.method === "POST" &&
      !(/^bearer +/i.test(x.headers.authorization ?? "") && x.headers.authorization?.split(/ +/)[1] === x.world.token)
        ? refusalAnswer(new Refusal(401, "UNAUTHORIZED", "A valid bearer token is required"))
        : undefined
  }),
  unusualServer("refusals-slow", "Takes fifty milliseconds for each refused token", {
    delay: (_, a) => (a.status === 401 ? 50 : 0)
  }),
  unusualServer("id-from-thread", "Gives ids that begin with the id of their thread", {
    identifier: (x) => `${x.thread.id}${count(x, "id")}`
  })
]

/**
 * All correct but unusual servers.
 *
 * @since 0.1.0
 * @category specimens
 */
export const unusual: ReadonlyArray<Specimen> = [...json, ...values, ...http, ...limits, ...refusals]
