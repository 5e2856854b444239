/**
 * Servers that misread requests: encodings, authentication, invalid payloads, and HTTP itself.
 *
 * @since 0.1.0
 */
import { gunzipSync } from "node:zlib"
import type { Answer, Change, Draft, Exchange, Thread } from "../Honest.js"
import { answer, Refusal } from "../Honest.js"
import type { Specimen } from "../Specimen.js"
import {
  coerce,
  deny,
  inSecondThread,
  isReply,
  mend,
  refuseWith,
  reset,
  silent,
  spoil,
  spoilRefusal,
  table,
  unreadable
} from "./Fault.js"

const rawHeader = (x: Exchange, name: string, pattern: RegExp) =>
  x.request.rawHeaders.some((text, i) => i % 2 === 0 && text.toLowerCase() === name && pattern.test(text))
const isPost = (x: Exchange) => x.method === "POST"
const isChunked = (x: Exchange) => /chunked/i.test(x.headers["transfer-encoding"] ?? "")
const type = (x: Exchange) => x.headers["content-type"] ?? ""
const accepts = (x: Exchange) => x.headers.accept
const rewrite = (f: (text: string) => string): Change => ({ parse: (x, honest) => honest(f(x.text)) })
/** Decodes in a way of its own what is UTF-8 as a whole. */
const strictly =
  (read: (x: Exchange) => string): NonNullable<Change["decode"]> =>
  (x, honest) => {
    const text = honest()
    return x.chunks.length > 1 || x.size > 4096 ? read(x) : text
  }
const perChunk: Change = { decode: strictly((x) => x.chunks.map((chunk) => chunk.toString()).join("")) }
const second = (x: Exchange) => x.connection.requests === 2
const noReply = (body: unknown) => {
  if (typeof body !== "object" || body === null) return body
  const { replyToMessageId: _, ...rest } = body as Draft
  return rest
}
/** Reads reply ids that match as no reply at all. */
const lenientReply = (taken: (value: unknown) => boolean): Change => ({
  coerce: (_, body) => {
    const has = typeof body === "object" && body !== null && Object.hasOwn(body, "replyToMessageId")
    return has && taken((body as Draft).replyToMessageId) ? noReply(body) : body
  }
})
const lenientText = (pattern: RegExp) => lenientReply((value) => typeof value === "string" && pattern.test(value))
/** Takes values for content as they are written. */
const content = (taken: (value: unknown) => boolean, as: (value: unknown) => string = String): Change =>
  coerce("content", (value) => (taken(value) ? as(value) : value))

const encoding: ReadonlyArray<Specimen> = [
  ...table("accept.encoding.json", "MUST", [
    [
      "body-8192-cut",
      "Loses the last byte of a body of 8,192 bytes",
      { decode: (x, honest) => (x.bytes.length === 8192 ? x.bytes.subarray(0, -1).toString() : honest()) },
      ["accept.content.long"]
    ],
    ["escape-upper-hex-refused", "Refuses \\u escapes with upper-case digits", unreadable(/\\u[0-9a-f]*[A-F]/)],
    ["escape-lower-hex-refused", "Refuses \\u escapes with lower-case digits", unreadable(/\\u[0-9A-F]*[a-f]/)],
    [
      "escape-refused",
      "Refuses \\u escapes of printable characters",
      unreadable(/\\u(?!00[01])[0-9a-f]{4}/i),
      ["accept.content"]
    ],
    [
      "escape-pair-refused",
      "Refuses surrogate pairs written as escapes",
      unreadable(/\\ud[89ab][0-9a-f]{2}\\ud[c-f]/i)
    ],
    [
      "escape-pair-mixed-case-refused",
      "Refuses surrogate pairs with upper-case digits",
      unreadable(/\\uD[89AB][0-9A-F]{2}\\uD[C-F]/)
    ],
    [
      "escape-pair-of-both-cases-lost",
      "Loses surrogate pairs whose halves are written in different cases",
      rewrite((t) => t.replace(/\\ud[89ab][0-9a-f]{2}\\u(?=[0-9A-F]*[A-F])[0-9A-F]{4}/g, "?")),
      ["semantics.content"]
    ],
    [
      "escape-pair-replaced",
      "Decodes each half of an escaped pair by itself",
      rewrite((t) => t.replace(/\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}/gi, "\ufffd\ufffd")),
      ["semantics.content"]
    ],
    [
      "escape-pair-halved",
      "Keeps sixteen bits of an escaped pair",
      rewrite((t) => t.replace(/\\ud[89ab]([0-9a-f]{2})\\ud[c-f]([0-9a-f]{2})/gi, "\\uf8$1")),
      ["semantics.content"]
    ],
    [
      "escape-kept",
      "Leaves \\u escapes of ASCII letters as they are written",
      rewrite((t) => t.replace(/(?<!\\)(\\u00[4-7][0-9a-f])/gi, "\\$1")),
      ["semantics.content"]
    ],
    [
      "escape-latin1-kept",
      "Reads \\u00e9 as two bytes",
      rewrite((t) => t.replace(/\\u00([c-f][0-9a-f])/gi, "\\u00c3\\u00$1")),
      ["semantics.content"]
    ],
    ["escape-solidus-refused", "Refuses the escape \\/", unreadable(/\\\//)],
    [
      "escape-solidus-kept",
      "Keeps the backslash of \\/",
      rewrite((t) => t.replace(/(?<!\\)\\\//g, "\\\\/")),
      ["semantics.content"]
    ],
    ["escape-backspace-refused", "Refuses the escapes \\b and \\f", unreadable(/(?<!\\)\\[bf]/)],
    [
      "escape-backspace-dropped",
      "Drops the escapes \\b and \\f",
      rewrite((t) => t.replace(/(?<!\\)\\[bf](?=.*[^"\\])/g, "")),
      ["semantics.content"]
    ],
    ["escape-quote-as-unicode-refused", "Refuses a quote written as \\u0022", unreadable(/\\u0022/)],
    ["escape-control-as-unicode-refused", "Refuses a line feed written as \\u000a", unreadable(/\\u000a/i)],
    ["escape-in-key-refused", "Refuses keys written with escapes", unreadable(/"[^"]*\\u[^"]*"\s*:/)],
    ["escape-in-reply-id-refused", "Refuses escapes in a reply id", unreadable(/"replyToMessageId"\s*:\s*"[^"]*\\u/)],
    ["space-leading-refused", "Refuses white space before the object", unreadable(/^\s/)],
    ["space-trailing-refused", "Refuses a line feed after the object", unreadable(/\s$/)],
    ["space-tab-refused", "Refuses tabs between tokens", unreadable(/^[^"]*\t|"\s*:\s*\t|,\s*\t/)],
    ["space-tab-indent-refused", "Refuses a tab right before a quote or a brace", unreadable(/\t["}]/)],
    ["space-cr-refused", "Refuses CRLF between tokens", unreadable(/[{,:]\s*\r/)],
    ["space-before-colon-refused", "Refuses white space before a colon", unreadable(/"\s+:/)],
    ["space-pretty-refused", "Refuses JSON of several lines", unreadable(/\n/)],
    ["space-much-refused", "Refuses more than a hundred spaces between tokens", unreadable(/[{,:]\s{100}/)],
    ["order-refused", "Refuses a body whose first key is the reply id", unreadable(/^\s*\{\s*"replyToMessageId"/)],
    [
      "order-ignored",
      "Ignores the reply id when it comes before the content",
      { coerce: (_, body) => (Object.keys(Object(body))[0] === "replyToMessageId" ? noReply(body) : body) },
      ["semantics.reply", "reject.reply"]
    ],
    [
      "raw-non-ascii-refused",
      "Refuses characters beyond ASCII that are not escaped",
      unreadable(/[^\0-\u007f]/),
      ["accept.content"]
    ],
    ["raw-line-separator-refused", "Refuses an unescaped U+2028", unreadable(/[\u2028\u2029]/), ["accept.content"]],
    ["raw-delete-refused", "Refuses an unescaped U+007F", unreadable(/\u007f/), ["accept.content"]],
    ["raw-solidus-refused", "Refuses an unescaped solidus", unreadable(/[^\\]\//), ["accept.content"]],
    [
      "escape-crashes",
      "Answers 500 to an escaped surrogate pair",
      unreadable(/\\ud[89ab][0-9a-f]{2}\\ud[c-f]/i, 500),
      ["protocol.no-server-error"]
    ]
  ]),
  ...table("accept.encoding.http", "MUST", [
    [
      "charset-refused",
      "Refuses a charset parameter",
      { mediaType: (_, t) => (/charset/i.test(t) ? false : undefined) }
    ],
    [
      "charset-wanted",
      "Refuses a type without a charset",
      { mediaType: (_, t) => (/charset/i.test(t) ? undefined : false) }
    ],
    [
      "charset-quoted-refused",
      "Refuses a quoted charset",
      { mediaType: (_, t) => (t.includes('"') ? false : undefined) }
    ],
    [
      "charset-upper-refused",
      "Refuses charset=UTF-8 in capitals",
      { mediaType: (_, t) => (t.includes("UTF") ? false : undefined) }
    ],
    [
      "charset-lower-refused",
      "Refuses charset=utf-8 in lower case",
      { mediaType: (_, t) => (t.includes("utf") ? false : undefined) }
    ],
    [
      "charset-name-upper-refused",
      "Refuses a parameter named Charset",
      { mediaType: (_, t) => (/Charset|CHARSET/.test(t) ? false : undefined) }
    ],
    [
      "charset-no-space-refused",
      "Refuses a charset without a space before it",
      { mediaType: (_, t) => (/;\S/.test(t) ? false : undefined) }
    ],
    [
      "charset-space-refused",
      "Refuses white space before the semicolon",
      { mediaType: (_, t) => (/\s;/.test(t) ? false : undefined) }
    ],
    [
      "charset-means-latin1",
      "Decodes as Latin-1 when a charset is given in capitals",
      { decode: (x, honest) => (type(x).includes("UTF-8") ? x.bytes.toString("latin1") : honest()) },
      ["semantics.content"]
    ],
    [
      "charset-missing-means-latin1",
      "Decodes as Latin-1 when no charset is given",
      { decode: (x, honest) => (/charset/i.test(type(x)) ? honest() : x.bytes.toString("latin1")) },
      ["semantics.content", "reject.utf8"]
    ],
    [
      "charset-crashes",
      "Answers 500 to a quoted charset",
      deny((x) => type(x).includes('"'), 500, "INTERNAL"),
      ["protocol.no-server-error"]
    ],
    [
      "connection-worn",
      "Refuses the twentieth request of a connection",
      deny((x) => isPost(x) && x.connection.requests === 20),
      ["semantics.stable"]
    ],
    [
      "type-case-refused",
      "Refuses Application/JSON",
      { mediaType: (_, t) => (/[A-Z]/.test(t.split(";")[0] ?? "") ? false : undefined) }
    ],
    [
      "header-case-content-type",
      "Finds Content-Type only in lower case or as it is usually written",
      { mediaType: (x) => (rawHeader(x, "content-type", /^(content-type|Content-Type)$/) ? undefined : false) }
    ],
    [
      "header-case-authorization",
      "Finds Authorization only in lower case or as it is usually written",
      { authenticate: (x) => (rawHeader(x, "authorization", /^[A-Z-]{2,}$/) ? false : undefined) }
    ],
    [
      "header-lower-refused",
      "Does not find authorization in lower case",
      { authenticate: (x) => (rawHeader(x, "authorization", /^a/) ? false : undefined) }
    ],
    [
      "chunked-first-only",
      "Reads the first chunk only",
      { decode: (x, honest) => (isChunked(x) && x.chunks.length > 1 ? String(x.chunks[0]) : honest()) }
    ],
    [
      "chunked-decoded-apart",
      "Decodes each chunk by itself, so that cut characters are lost",
      perChunk,
      ["semantics.content"]
    ],
    [
      "chunked-many-refused",
      "Refuses more than eight chunks",
      deny((x) => isPost(x) && isChunked(x) && x.chunks.length > 8)
    ],
    [
      "chunked-one-byte-lost",
      "Loses chunks of one byte",
      {
        decode: (x, honest) =>
          isChunked(x) ? Buffer.concat(x.chunks.filter((c) => c.length > 1)).toString() : honest()
      },
      ["reject.utf8"]
    ],
    [
      "chunked-as-empty",
      "Takes a body without Content-Length for an empty one",
      { decode: (x, honest) => (isChunked(x) ? "" : honest()) }
    ],
    [
      "chunked-trimmed",
      "Trims each chunk",
      { decode: (x, honest) => (isChunked(x) ? x.chunks.map((c) => c.toString().trim()).join("") : honest()) },
      ["semantics.content", "reject.utf8"]
    ],
    [
      "accept-missing-refused",
      "Answers 406 when there is no Accept",
      deny((x) => isPost(x) && accepts(x) === undefined, 406)
    ],
    [
      "accept-list-refused",
      "Answers 406 when Accept is a list",
      deny((x) => isPost(x) && accepts(x)?.includes(",") === true, 406)
    ],
    [
      "accept-quality-refused",
      "Answers 406 when Accept holds a quality",
      deny((x) => isPost(x) && /q=/.test(accepts(x) ?? ""), 406)
    ],
    ["accept-any-refused", "Answers 406 to Accept: */*", deny((x) => isPost(x) && accepts(x) === "*/*", 406)],
    [
      "accept-application-any-refused",
      "Answers 406 to Accept: application/*",
      deny((x) => isPost(x) && accepts(x) === "application/*", 406)
    ],
    [
      "accept-html-refused",
      "Answers 406 to Accept: text/html",
      deny((x) => isPost(x) && accepts(x) === "text/html", 406)
    ],
    [
      "accept-image-refused",
      "Answers 406 to Accept: image/png",
      deny((x) => isPost(x) && accepts(x) === "image/png", 406)
    ],
    [
      "chunked-charset-refused",
      "Refuses chunks under a type with a charset",
      deny((x) => isPost(x) && isChunked(x) && /charset/i.test(type(x)), 415)
    ],
    [
      "accept-html-page",
      "Answers a page when Accept starts with text/html",
      {
        answer: (x, a) => {
          if (a.status === 200 && /^text\/html/.test(accepts(x) ?? ""))
            Object.assign(a, answer(200, "<html>Sent</html>", "text/html"))
        }
      },
      ["response.json", "response.content-type"]
    ],
    [
      "accept-missing-crashes",
      "Answers 500 when there is no Accept",
      deny((x) => isPost(x) && accepts(x) === undefined, 500, "INTERNAL"),
      ["protocol.no-server-error"]
    ],
    [
      "reused-second-refused",
      "Refuses the second request of a connection",
      deny((x) => isPost(x) && second(x)),
      ["auth.status", "reject.thread.unknown"]
    ],
    [
      "reused-token-lost",
      "Loses the token of the second request of a connection",
      { authenticate: (x) => (second(x) ? false : undefined) },
      ["reject.thread.unknown"]
    ],
    [
      "reused-reset-at-20",
      "Resets a connection at its twentieth request without notice",
      reset((x, a) => a.status === 200 && x.connection.requests === 20),
      ["protocol.no-server-error"]
    ],
    [
      "reused-after-chunked",
      "Refuses the request that follows a chunked one on the connection",
      {
        request: (x) => {
          const before = x.connection.memory.get("chunked")
          x.connection.memory.set("chunked", isChunked(x))
          return before === true
            ? answer(400, '{"error":{"code":"BAD_REQUEST","message":"Bad request line","status":400}}')
            : undefined
        }
      },
      ["accept.content", "accept.content.long", "auth.status", "reject.thread.unknown"]
    ],
    [
      "reused-buffer",
      "Keeps the end of a longer body that came before on the connection",
      {
        decode: (x, honest) => {
          const before = x.connection.memory.get("body") as Buffer | undefined
          x.connection.memory.set("body", x.bytes)
          return before !== undefined && before.length > x.bytes.length + 512
            ? honest() + before.subarray(x.bytes.length).toString("latin1")
            : honest()
        }
      },
      ["accept.content", "accept.reply"]
    ],
    [
      "reused-first-refused",
      "Refuses the first request of every new connection after the twentieth",
      deny((x) => isPost(x) && x.connection.requests === 1 && x.number > 20)
    ]
  ]),
  ...table("semantics.content", "MUST", [
    [
      "pieces-decoded-apart",
      "Decodes a body in pieces of 4,093 bytes",
      {
        decode: strictly((x) => {
          let text = ""
          for (let i = 0; i < x.size; i += 4093) text += x.bytes.subarray(i, i + 4093).toString()
          return text
        })
      }
    ]
  ]),
  ...table("accept.encoding.length", "SHOULD", [
    ["chunked-refused", "Answers 411 to a chunked body", deny((x) => isPost(x) && isChunked(x), 411, "LENGTH_REQUIRED")]
  ]),
  ...table("accept.scheme-case", "SHOULD", [
    ["scheme-lower-refused", "Refuses the scheme bearer in lower case", scheme((s) => s !== "bearer")],
    ["scheme-upper-refused", "Refuses the scheme BEARER in capitals", scheme((s) => s !== "BEARER")],
    ["scheme-exact", "Takes the scheme Bearer in this spelling alone", scheme((s) => s === "Bearer")],
    [
      "scheme-mixed-refused",
      "Takes Bearer, bearer and BEARER, and nothing between",
      scheme((s) => ["Bearer", "bearer", "BEARER"].includes(s))
    ]
  ])
]

/** Refuses a bearer scheme in other spellings than those taken. */
function scheme(taken: (scheme: string) => boolean): Change {
  return {
    authenticate: (_, header) => {
      const name = header?.split(" ")[0] ?? ""
      return name.toLowerCase() === "bearer" && !taken(name) ? false : undefined
    }
  }
}

const bearer = (header: string | undefined) => /^bearer +(.*)$/i.exec(header ?? "")?.[1]
const token = (f: (token: string, x: Exchange) => boolean): Change => ({
  authenticate: (x, header) => {
    const given = bearer(header)
    return given !== undefined && given !== "" && f(given, x) ? true : undefined
  }
})
const header = (f: (header: string, x: Exchange) => boolean): Change => ({
  authenticate: (x, given) => (given !== undefined && f(given, x) ? true : undefined)
})
const none = (f: (x: Exchange) => boolean): Change => ({
  authenticate: (x, given) => (given === undefined && f(x) ? true : undefined)
})
const authCrash = (when: (x: Exchange) => boolean, status = 500) =>
  deny((x) => isPost(x) && when(x), status, "INTERNAL")
const unauthorized = (status: number, when: (x: Exchange) => boolean = () => true) =>
  refuseWith(status, (refusal, x) => refusal.status === 401 && when(x))
const given = (x: Exchange) => x.headers.authorization
const parsed = (x: Exchange): Draft => {
  try {
    return Object(JSON.parse(x.bytes.toString()))
  } catch {
    return {}
  }
}

const bytesOf = (token: string) => Buffer.from(token, "base64")
const isWhole = (token: string) => token.replace(/=+$/, "").length % 4 !== 1

const authentication: ReadonlyArray<Specimen> = [
  ...table("auth.missing", "MUST", [
    ["auth-missing-accepted", "Takes requests without a token", none(() => true)],
    [
      "auth-missing-on-reused",
      "Asks for a token on the first request of a connection alone",
      none((x) => x.connection.accepted > 0)
    ],
    ["auth-missing-in-replies", "Takes replies without a token", none((x) => "replyToMessageId" in parsed(x))],
    [
      "auth-missing-token-in-query",
      "Takes the token from the query of the path",
      none((x) => x.request.url?.includes(`access_token=${x.world.token}`) === true)
    ],
    [
      "auth-missing-token-in-header",
      "Takes the token from X-API-Key",
      none((x) => x.headers["x-api-key"] === x.world.token)
    ],
    [
      "auth-missing-token-in-cookie",
      "Takes the token from a cookie",
      none((x) => x.headers.cookie?.includes(x.world.token) === true)
    ],
    [
      "auth-missing-in-second-thread",
      "Takes requests to one thread without a token",
      none((x) => x.path.includes(x.world.threads[1].id))
    ],
    [
      "auth-missing-after-100",
      "Takes requests without a token after a hundred messages",
      none((x) => x.world.accepted >= 100)
    ],
    [
      "auth-missing-for-chunked",
      "Takes chunked requests and second requests without a token",
      none((x) => isChunked(x) || x.connection.requests === 2)
    ]
  ]),
  ...table("auth.wrong", "MUST", [
    ["auth-any-token", "Takes any token", token(() => true), ["auth.near", "auth.scheme"]],
    [
      "auth-same-length",
      "Takes any token of the right length",
      token((t, x) => t.length === x.world.token.length),
      ["auth.near"]
    ],
    [
      "auth-any-long-token",
      "Takes any token of twenty characters or more",
      token((t) => t.length >= 20),
      ["auth.near"]
    ],
    [
      "auth-wrong-on-reused",
      "Checks the token once a connection",
      token((_, x) => x.connection.accepted > 0),
      ["auth.near"]
    ],
    [
      "auth-wrong-in-replies",
      "Does not check the token of replies",
      token((_, x) => "replyToMessageId" in parsed(x)),
      ["auth.near"]
    ],
    [
      "auth-any-in-flight",
      "Takes any token while a request with the right one is in flight",
      {
        hold: () => 3,
        authenticate: (x, h) =>
          h !== undefined && [...x.world.inFlight].some((other) => given(other) === `Bearer ${x.world.token}`)
            ? true
            : undefined
      },
      ["auth.near", "auth.scheme"]
    ],
    [
      "auth-any-second-use",
      "Takes a wrong token the second time",
      {
        authenticate: (x, h) => {
          const t = bearer(h)
          if (t === undefined || t === x.world.token) return undefined
          const seen = x.world.memory.has(`token ${t}`)
          x.world.memory.set(`token ${t}`, true)
          return seen ? true : undefined
        }
      }
    ],
    [
      "auth-any-after-refusal",
      "Takes any token after a refusal on the connection",
      token((_, x) => x.connection.lastStatus === 401),
      ["auth.near"]
    ]
  ]),
  ...table("auth.near", "MUST", [
    ["auth-prefix-of-given", "Takes the right token with more after it", token((t, x) => t.startsWith(x.world.token))],
    ["auth-prefix-of-right", "Takes the right token cut short", token((t, x) => x.world.token.startsWith(t))],
    [
      "auth-cut-by-one",
      "Takes the right token without its last character",
      token((t, x) => t === x.world.token.slice(0, -1))
    ],
    [
      "auth-first-sixteen",
      "Compares the first sixteen characters",
      token((t, x) => t.slice(0, 16) === x.world.token.slice(0, 16))
    ],
    [
      "auth-ignores-case",
      "Compares tokens without regard to case",
      token((t, x) => t.toLowerCase() === x.world.token.toLowerCase())
    ],
    ["auth-upper-case", "Takes the right token in upper case", token((t, x) => t === x.world.token.toUpperCase())],
    ["auth-lower-case", "Takes the right token in lower case", token((t, x) => t === x.world.token.toLowerCase())],
    [
      "auth-first-letter-case",
      "Takes the right token with its first letter in either case",
      token((t, x) => t.slice(1) === x.world.token.slice(1) && t.toLowerCase() === x.world.token.toLowerCase())
    ],
    ["auth-contains", "Takes what contains the right token", token((t, x) => t.includes(x.world.token))],
    [
      "auth-last-character",
      "Ignores the last character of the token",
      token((t, x) => t.slice(0, -1) === x.world.token.slice(0, -1))
    ],
    [
      "auth-suffix",
      "Takes the right token without its first character",
      token((t, x) => x.world.token.endsWith(t) && t.length >= x.world.token.length - 1)
    ],
    [
      "auth-prefix-eight",
      "Takes the first eight characters as the token",
      token((t, x) => t === x.world.token.slice(0, 8) || (t.length > 8 && x.world.token.startsWith(t)))
    ],
    [
      "auth-extended-by-one",
      "Takes the right token with one character after it",
      token((t, x) => t.length === x.world.token.length + 1 && t.startsWith(x.world.token))
    ],
    [
      "auth-like-comparison",
      "Compares with a SQL collation that ignores case, in replies",
      token((t, x) => "replyToMessageId" in parsed(x) && t.toLowerCase() === x.world.token.toLowerCase())
    ]
  ]),
  ...table("auth.scheme", "MUST", [
    [
      "auth-basic-on-second",
      "Takes the right token under Basic as the second request of a connection",
      header((h, x) => h === `Basic ${x.world.token}` && second(x))
    ],
    [
      "auth-bare-on-first",
      "Takes the right token without a scheme as the first request of a connection",
      header((h, x) => h === x.world.token && x.connection.requests === 1)
    ],
    ["auth-basic", "Takes the right token under Basic", header((h, x) => h === `Basic ${x.world.token}`)],
    ["auth-bare", "Takes the right token without a scheme", header((h, x) => h === x.world.token)],
    ["auth-any-scheme", "Takes the right token under any scheme", header((h, x) => h.split(/ +/)[1] === x.world.token)],
    [
      "auth-last-word",
      "Takes the right token as the last word",
      header((h, x) => h.split(/ +/).pop() === x.world.token)
    ],
    [
      "auth-seven-characters",
      "Drops the first seven characters, whatever they are",
      header((h, x) => h.slice(7) === x.world.token)
    ],
    ["auth-empty", "Takes Bearer with nothing after it", header((h) => /^bearer\s*$/i.test(h))],
    [
      "auth-basic-decoded",
      "Takes Basic credentials whose password or name is the token",
      header(
        (h, x) =>
          /^basic /i.test(h) &&
          (h.includes(x.world.token) || Buffer.from(h.slice(6), "base64").toString().split(":").includes(x.world.token))
      )
    ],
    [
      "auth-scheme-on-reused",
      "Takes a bare token on a connection that was let in before",
      header((h, x) => h === x.world.token && x.connection.accepted > 0)
    ]
  ]),
  ...table("protocol.no-server-error", "MUST", [
    ["auth-missing-crashes", "Answers 500 when there is no token", authCrash((x) => given(x) === undefined)],
    ["auth-missing-unavailable", "Answers 503 when there is no token", authCrash((x) => given(x) === undefined, 503)],
    [
      "auth-missing-reset",
      "Resets the connection when there is no token",
      reset((x) => isPost(x) && given(x) === undefined)
    ],
    [
      "auth-wrong-crashes",
      "Answers 500 to a wrong token",
      authCrash((x) => (bearer(given(x)) ?? x.world.token) !== x.world.token)
    ],
    [
      "auth-wrong-length-crashes",
      "Answers 500 to a token of another length, as a constant-time comparison does",
      authCrash((x) => (bearer(given(x)) ?? x.world.token).length !== x.world.token.length)
    ],
    [
      "auth-wrong-bad-gateway",
      "Answers 502 to a wrong token",
      authCrash((x) => (bearer(given(x)) ?? x.world.token) !== x.world.token, 502)
    ],
    [
      "auth-near-crashes",
      "Answers 500 to the right token in another case",
      authCrash(
        (x) => bearer(given(x)) !== x.world.token && bearer(given(x))?.toLowerCase() === x.world.token.toLowerCase()
      )
    ],
    [
      "auth-empty-crashes",
      "Answers 500 to Bearer with nothing after it",
      authCrash((x) => /^bearer\s*$/i.test(given(x) ?? ""))
    ],
    ["auth-bare-crashes", "Answers 500 to a header without a space", authCrash((x) => /^[^ ]+$/.test(given(x) ?? ""))],
    ["auth-basic-crashes", "Answers 500 to Basic credentials", authCrash((x) => /^basic /i.test(given(x) ?? ""))],
    [
      "auth-scheme-unavailable",
      "Answers 501 to another scheme",
      authCrash((x) => given(x) !== undefined && !/^bearer/i.test(given(x) ?? ""), 501)
    ]
  ]),
  ...table("auth.equivalent", "SHOULD", [
    [
      "auth-padding-ignored",
      "Drops padding at the end of a token",
      token((t, x) => t.replace(/=+$/, "") === x.world.token)
    ],
    [
      "auth-percent-decoded",
      "Decodes escapes of a URI in a token",
      token((t, x) => t.replace(/%[0-9A-F]{2}/g, decodeURIComponent) === x.world.token)
    ],
    [
      "auth-decoded",
      "Compares what tokens decode to",
      token((t, x) => bytesOf(t).equals(bytesOf(x.world.token)) && isWhole(t))
    ]
  ]),
  ...table("auth.challenge", "SHOULD", [
    [
      "auth-no-challenge",
      "Answers 401 without WWW-Authenticate",
      spoilRefusal((a) => delete a.headers["www-authenticate"])
    ],
    [
      "auth-no-challenge-when-missing",
      "Answers 401 without WWW-Authenticate when there is no token",
      spoilRefusal(
        (a) => delete a.headers["www-authenticate"],
        (_, x) => given(x) === undefined
      )
    ]
  ]),
  ...table("auth.status", "SHOULD", [
    ["auth-status-400", "Refuses with 400", unauthorized(400)],
    ["auth-status-404", "Hides behind 404", unauthorized(404)],
    ["auth-status-422", "Refuses with 422", unauthorized(422)],
    ["auth-status-407", "Refuses with 407", unauthorized(407)],
    ["auth-status-402", "Refuses with 402", unauthorized(402)],
    ["auth-status-400-missing", "Answers 400 when there is no token", unauthorized(400, (x) => given(x) === undefined)],
    [
      "auth-status-400-scheme",
      "Answers 400 to another scheme",
      unauthorized(400, (x) => given(x) !== undefined && !/^bearer /i.test(given(x) ?? ""))
    ],
    ["auth-status-404-wrong", "Answers 404 to a wrong token", unauthorized(404, (x) => bearer(given(x)) !== undefined)],
    [
      "auth-status-302",
      "Sends to a page for signing in",
      refuseAs(401, () => ({
        status: 302,
        headers: { location: "/login", "content-type": "application/json" },
        body: '{"error":{"code":"SIGN_IN","message":"Sign in","status":302}}'
      }))
    ]
  ])
]

/** Replaces refusals of a status by an answer. */
function refuseAs(status: number, f: (refusal: Refusal, x: Exchange) => Answer | undefined): Change {
  return { refuse: (x, refusal) => (refusal.status === status ? f(refusal, x) : undefined) }
}

const isScalar = (value: unknown) => typeof value === "number" || typeof value === "boolean"
const isRecord = (value: unknown): value is Draft =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const crashOn = (when: (body: unknown, x: Exchange) => boolean, status = 500): Change => ({
  coerce: (x, body) => {
    if (when(body, x)) throw new Refusal(status, "INTERNAL", "Something went wrong")
    return body
  }
})
const replyOf = (body: unknown) => (isRecord(body) ? body.replyToMessageId : undefined)

/** The body with the key that matches under its right name. */
const renamed = (body: unknown, key: RegExp) => {
  if (!isRecord(body) || "content" in body) return body
  const name = Object.keys(body).find((each) => key.test(each))
  return name === undefined ? body : { ...body, content: body[name] }
}

const hasOtherKeys = (x: Exchange) =>
  Object.keys(parsed(x)).some((key) => key !== "content" && key !== "replyToMessageId")

const payloads: ReadonlyArray<Specimen> = [
  ...table("reject.content", "MUST", [
    ["content-number-coerced", "Takes a number for content", content((v) => typeof v === "number")],
    ["content-boolean-coerced", "Takes a boolean for content", content((v) => typeof v === "boolean")],
    ["content-true-coerced", "Takes true for content, and refuses false", content((v) => v === true)],
    ["content-scalar-coerced", "Takes numbers and booleans for content", content(isScalar)],
    ["content-null-coerced", "Takes null for content", content((v) => v === null)],
    [
      "content-null-in-replies",
      "Takes null for the content of a reply",
      {
        coerce: (_, body) =>
          isRecord(body) && body.content === null && "replyToMessageId" in body
            ? { ...body, content: "(no text)" }
            : body
      }
    ],
    [
      "content-array-unwrapped",
      "Takes an array of one string",
      content((v) => Array.isArray(v) && v.length === 1 && typeof v[0] === "string")
    ],
    [
      "content-array-joined",
      "Joins an array",
      content(Array.isArray, (v) => `${(v as ReadonlyArray<unknown>).join(",")} `)
    ],
    [
      "content-empty-array",
      "Takes an empty array for content",
      content(
        (v) => Array.isArray(v) && v.length === 0,
        () => "[]"
      )
    ],
    ["content-object-coerced", "Writes [object Object]", content(isRecord)],
    [
      "content-object-text",
      "Takes an object with a text",
      content(
        (v) => isRecord(v) && Object.keys(v).length > 0,
        (v) => JSON.stringify(v)
      )
    ],
    ["content-empty-accepted", "Takes an empty string", { minimum: 0 }],
    [
      "content-empty-in-replies",
      "Takes an empty string in a reply",
      {
        coerce: (_, body) =>
          isRecord(body) && body.content === "" && "replyToMessageId" in body ? { ...body, content: " " } : body
      }
    ],
    [
      "content-missing-accepted",
      "Takes a body without content",
      content(
        (v) => v === undefined,
        () => "undefined"
      )
    ],
    [
      "content-missing-in-replies",
      "Takes a reply without content",
      {
        coerce: (_, body) =>
          isRecord(body) && !("content" in body) && "replyToMessageId" in body
            ? { ...body, content: "(no text)" }
            : body
      }
    ],
    [
      "content-in-query",
      "Takes the content from the query where the body has none",
      coerce(
        "content",
        (value, x) => value ?? new URL(x.request.url ?? "", "http://a").searchParams.get("content") ?? value
      )
    ],
    [
      "content-in-prototype",
      "Takes the content that a key named __proto__ brings in",
      { coerce: (_, body) => (isRecord(body) && Object.hasOwn(body, "__proto__") ? inheriting(body) : body) },
      ["semantics.content"]
    ],
    [
      "content-within-data",
      "Unwraps a payload from data",
      { coerce: (_, body) => (isRecord(body) && isRecord(body.data) ? body.data : body) }
    ],
    ["content-zero-accepted", "Takes 0 for content", content((v) => v === 0)],
    [
      "content-large-number",
      "Takes numbers of more than one digit",
      content((v) => typeof v === "number" && Math.abs(v) > 9)
    ],
    [
      "content-fraction",
      "Takes numbers with a fraction",
      content((v) => typeof v === "number" && !Number.isInteger(v))
    ],
    [
      "content-misspelt",
      "Takes text or message in place of content",
      {
        coerce: (_, body) =>
          isRecord(body) && !("content" in body)
            ? { ...body, content: String(body.text ?? body.message ?? "none") }
            : body
      }
    ],
    [
      "content-negative-number",
      "Takes negative numbers and -1 for content",
      content((v) => typeof v === "number" && v < 0)
    ],
    [
      "content-missing-crashes",
      "Answers 500 to a body without content",
      crashOn((b) => isRecord(b) && !("content" in b)),
      ["protocol.no-server-error"]
    ],
    [
      "content-number-crashes",
      "Answers 500 to a number, which has no trim",
      crashOn((b) => isRecord(b) && typeof b.content === "number"),
      ["protocol.no-server-error"]
    ],
    [
      "content-null-crashes",
      "Answers 500 to null, which has no length",
      crashOn((b) => isRecord(b) && b.content === null),
      ["protocol.no-server-error"]
    ],
    [
      "content-empty-after-refusal",
      "Takes an empty string after a refusal on the connection",
      { coerce: (x, b) => (isRecord(b) && b.content === "" && x.connection.refused > 0 ? { ...b, content: " " } : b) }
    ]
  ]),
  ...table("reject.content.key-case", "SHOULD", [
    ["content-key-capital", "Takes Content for content", { coerce: (_, b) => renamed(b, /^Content$/) }],
    [
      "content-key-any-case",
      "Finds keys whatever their case, as encoding/json of Go does",
      { coerce: (_, b) => renamed(b, /^content$/i) }
    ]
  ]),
  ...table("reject.reply", "MUST", [
    ["reply-upper-case", "Takes upper-case letters in a reply id", lenientText(/^[0-9a-zA-Z]*[A-Z][0-9a-zA-Z]*$/)],
    [
      "reply-upper-case-found",
      "Finds the message when its id is in upper case",
      {
        coerce: (_, b) =>
          isRecord(b) && typeof b.replyToMessageId === "string" && /^[0-9a-zA-Z]+$/.test(b.replyToMessageId)
            ? { ...b, replyToMessageId: b.replyToMessageId.toLowerCase() }
            : b
      }
    ],
    ["reply-dash", "Takes dashes in a reply id", lenientText(/^[0-9a-z]*-[0-9a-z-]*$/)],
    ["reply-dot", "Takes dots in a reply id", lenientText(/^[0-9a-z]*\.[0-9a-z.]*$/)],
    ["reply-underscore", "Takes underscores in a reply id", lenientText(/^[0-9a-z]*_[0-9a-z_]*$/)],
    ["reply-space", "Takes spaces within a reply id", lenientText(/^[0-9a-z]+ [0-9a-z]+$/)],
    [
      "reply-trimmed",
      "Trims a reply id",
      {
        coerce: (_, b) =>
          isRecord(b) && typeof b.replyToMessageId === "string" && b.replyToMessageId.trim() !== ""
            ? { ...b, replyToMessageId: b.replyToMessageId.trim() }
            : b
      }
    ],
    ["reply-empty", "Takes an empty reply id for none", lenientText(/^$/)],
    ["reply-blank", "Takes a blank reply id for none", lenientText(/^\s+$/)],
    [
      "reply-trailing-newline",
      "Takes a reply id with a line feed after it, since $ matches before it",
      {
        coerce: (_, b) =>
          isRecord(b) && typeof b.replyToMessageId === "string"
            ? { ...b, replyToMessageId: b.replyToMessageId.replace(/\n$/, "") }
            : b
      }
    ],
    [
      "reply-multiline",
      "Takes a reply id when one of its lines fits the pattern",
      lenientText(/^[0-9a-z]+$[\s\S]*\n[\s\S]|\n[0-9a-z]+$/m)
    ],
    [
      "reply-arabic-digits",
      "Takes Arabic-Indic digits in a reply id",
      lenientText(/^[0-9a-z\u0660-\u0669]*[\u0660-\u0669][0-9a-z\u0660-\u0669]*$/)
    ],
    ["reply-any-digits", "Takes digits of any script in a reply id", lenientText(/^(?=.*[^0-9a-z])[\p{Nd}a-z]+$/u)],
    [
      "reply-full-width-digits",
      "Takes full-width digits in a reply id",
      lenientText(/^[0-9a-z\uff10-\uff19]*[\uff10-\uff19][0-9a-z\uff10-\uff19]*$/)
    ],
    [
      "reply-any-letters",
      "Takes lower-case letters of any script in a reply id",
      lenientText(/^(?=.*[^0-9a-z])[0-9\p{Ll}]+$/u)
    ],
    [
      "reply-kelvin",
      "Takes the kelvin sign, since it compares without case",
      lenientText(/^[0-9a-z]*\u212a[0-9a-z]*$/)
    ],
    ["reply-unanchored-end", "Looks at the start of a reply id alone", lenientText(/^[0-9a-z]+[^0-9a-z]/)],
    ["reply-unanchored-start", "Looks at the end of a reply id alone", lenientText(/[^0-9a-z][0-9a-z]+$/)],
    ["reply-number", "Takes a number for a reply id", lenientReply((v) => typeof v === "number")],
    [
      "reply-own-number",
      "Takes the number that an id of digits is for the id",
      {
        identifier: (x) => String(1000 + x.sequence),
        ...coerce("replyToMessageId", (v) => (typeof v === "number" ? String(v) : v))
      }
    ],
    ["reply-zero", "Takes 0 and false for no reply", lenientReply((v) => v === 0 || v === false)],
    ["reply-boolean", "Takes a boolean for a reply id", lenientReply((v) => typeof v === "boolean")],
    ["reply-true", "Takes true for a reply id", lenientReply((v) => v === true)],
    ["reply-object", "Takes an object for a reply id", lenientReply(isRecord)],
    ["reply-array", "Takes an array for a reply id", lenientReply(Array.isArray)],
    [
      "reply-array-unwrapped",
      "Takes an array of one reply id",
      coerce("replyToMessageId", (v) => (Array.isArray(v) && v.length === 1 ? v[0] : v))
    ],
    ["reply-empty-array", "Takes an empty array for no reply", lenientReply((v) => Array.isArray(v) && v.length === 0)],
    [
      "reply-unchecked-for-inbound",
      "Does not check a reply id longer than twenty-four characters",
      lenientText(/^(?=.*[^0-9a-z]).{25,}$/s)
    ],
    [
      "reply-number-crashes",
      "Answers 500 to a number for a reply id",
      crashOn((b) => typeof replyOf(b) === "number"),
      ["protocol.no-server-error"]
    ],
    [
      "reply-object-crashes",
      "Answers 500 to an object for a reply id",
      crashOn((b) => isRecord(replyOf(b))),
      ["protocol.no-server-error"]
    ],
    [
      "reply-quote-crashes",
      "Answers 500 to punctuation in a reply id",
      crashOn((b) => /['".]/.test(String(replyOf(b) ?? ""))),
      ["protocol.no-server-error"]
    ]
  ]),
  ...table("reject.reply", "SHOULD", [["reply-null", "Takes null for no reply", lenientReply((v) => v === null)]]),
  ...table("reject.reply.unknown", "SHOULD", [
    [
      "reply-number-compared",
      "Finds messages whose ids are the same number",
      {
        identifier: (x) => String(1000 + x.sequence),
        ...coerce("replyToMessageId", (v) => (typeof v === "string" && /^0+\d+$/.test(v) ? String(Number(v)) : v))
      }
    ],
    [
      "reply-unknown-ignored",
      "Takes a reply id that names no message for none",
      unknownReply(() => true),
      ["reject.reply.other-thread"]
    ],
    [
      "reply-unknown-24",
      "Takes an unknown reply id of twenty-four characters",
      unknownReply((id) => id.length === 24),
      ["reject.reply.other-thread"]
    ],
    [
      "reply-unknown-short",
      "Takes an unknown reply id shorter than twenty characters",
      unknownReply((id) => id.length < 20)
    ],
    [
      "reply-unknown-in-second-thread",
      "Does not look reply ids up in one thread",
      unknownReply((_, x) => inSecondThread(x))
    ],
    ["reply-unknown-digits", "Takes unknown reply ids made of digits", unknownReply((id) => /^\d+$/.test(id))],
    [
      "reply-unknown-prefix",
      "Looks messages up by the beginning of their ids",
      unknownReply((id, x) => [...x.world.messages.keys()].some((known) => known.startsWith(id)))
    ],
    [
      "reply-unknown-echoed",
      "Takes unknown reply ids and gives them back as reply data",
      {
        ...unknownReply(() => true),
        message: (x, m) => {
          const id = replyOf(parsed(x))
          if (id !== undefined && m.replyData === null) m.replyData = { messageId: id }
        }
      },
      ["reject.reply.other-thread"]
    ]
  ]),
  ...table("reject.reply.other-thread", "SHOULD", [
    ["reply-other-thread", "Takes replies to messages of any thread, and quotes them", { anyThread: true }],
    [
      "reply-other-thread-unquoted",
      "Takes replies to messages of any thread for loose messages",
      {
        ...coerce("replyToMessageId", (v, x) => {
          const target = x.world.messages.get(String(v))
          return target !== undefined && target.thread !== x.thread ? undefined : v
        })
      }
    ]
  ]),
  ...table("reject.body", "MUST", [
    [
      "body-cut-after-backslash",
      "Closes a text that ends after a backslash",
      mend((t) => (t.endsWith("\\") ? `${t.slice(0, -1)}"}` : undefined))
    ],
    ["body-nul-after", "Ends the text at U+0000", mend((t) => t.split("\0")[0])],
    [
      "body-array-unwrapped",
      "Unwraps an array of one object",
      { coerce: (_, b) => (Array.isArray(b) && b.length === 1 ? b[0] : b) }
    ],
    [
      "body-string-parsed",
      "Parses a body that is a string a second time",
      { coerce: (_, b) => (typeof b === "string" ? stringBody(b) : b) }
    ],
    [
      "body-string-as-content",
      "Takes a body that is a string for the content",
      { coerce: (_, b) => (typeof b === "string" && b !== "" ? { content: b } : b) }
    ],
    [
      "body-number-accepted",
      "Takes a number for a body",
      { coerce: (_, b) => (isScalar(b) ? { content: String(b) } : b) }
    ],
    ["body-null-accepted", "Takes null for a body", { coerce: (_, b) => (b === null ? { content: "null" } : b) }],
    [
      "body-array-accepted",
      "Takes an empty array for a body",
      { coerce: (_, b) => (Array.isArray(b) && b.length === 0 ? { content: "[]" } : b) }
    ],
    ["body-empty-accepted", "Takes an empty body", mend((t) => (t === "" ? { content: "(empty)" } : undefined))],
    [
      "body-blank-accepted",
      "Takes a body of white space",
      mend((t) => (/^\s+$/.test(t) ? { content: "(empty)" } : undefined))
    ],
    ["body-truncated", "Closes a truncated body", mend((t) => closed(t, ["}", '"}', "]}", "null}"]))],
    ["body-truncated-brace", "Forgives one missing brace", mend((t) => `${t}}`)],
    ["body-truncated-string", "Closes an open string", mend((t) => `${t}"}`)],
    ["body-two-texts", "Reads the first of two JSON texts", mend((t) => firstText(t, /^\s*\{/))],
    ["body-trailing-garbage", "Ignores what follows the object", mend((t) => firstText(t, /^[^{]/))],
    ["body-trailing-brace", "Ignores one brace too many", mend((t) => t.replace(/\}(\s*)$/, "$1"))],
    ["body-leading-garbage", "Ignores what comes before the object", mend((t) => t.slice(Math.max(0, t.indexOf("{"))))],
    [
      "body-form",
      "Takes a form under the type of JSON",
      mend((t) => (/^\w+=/.test(t) ? { content: new URLSearchParams(t).get("content") ?? t } : undefined))
    ],
    [
      "body-bare-word",
      "Takes plain text for the content",
      mend((t) => (/^\w[^={[]*$/.test(t) ? { content: t } : undefined))
    ],
    [
      "body-anything-accepted",
      "Takes malformed JSON for plain text",
      mend((t) => (t === "" ? undefined : { content: t })),
      ["semantics.content", "semantics.reply"]
    ],
    [
      "body-malformed-crashes",
      "Answers 500 to malformed JSON",
      { parse: (x, honest) => guarded(() => honest(x.text)) },
      ["protocol.no-server-error"]
    ],
    ["body-empty-crashes", "Answers 500 to an empty body", unreadable(/^$/, 500), ["protocol.no-server-error"]],
    [
      "body-null-crashes",
      "Answers 500 to a body that is null",
      crashOn((b) => b === null),
      ["protocol.no-server-error"]
    ],
    ["body-array-crashes", "Answers 500 to an array", crashOn(Array.isArray), ["protocol.no-server-error"]]
  ]),
  ...table("reject.body.extension", "SHOULD", [
    ["body-trailing-comma", "Takes a comma after the last member", mend((t) => t.replace(/,(\s*[}\]])/g, "$1"))],
    ["body-single-quotes", "Takes single quotes", mend((t) => t.replaceAll("'", '"'))],
    ["body-comments", "Takes comments", mend((t) => t.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s|[{},])\/\/[^\n]*/g, ""))],
    ["body-block-comments", "Takes comments between /* and */", mend((t) => t.replace(/\/\*[\s\S]*?\*\//g, ""))],
    ["body-line-comments", "Takes comments after //", mend((t) => t.replace(/\/\/[^\n]*/g, ""))],
    ["body-nan", "Takes NaN", mend((t) => t.replace(/:\s*NaN\b/g, ':"NaN"'))],
    ["body-infinity", "Takes Infinity", mend((t) => t.replace(/:\s*[-+]?Infinity\b/g, ':"Infinity"'))],
    ["body-undefined", "Takes undefined as a value", mend((t) => t.replace(/:\s*undefined\b/g, ':"undefined"'))],
    [
      "body-unquoted-keys",
      "Takes keys without quotes",
      mend((t) => t.replace(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":'))
    ],
    ["body-raw-newline", "Takes an unescaped line feed in a string", mend((t) => t.replace(/\n/g, "\\n"))],
    [
      "body-raw-controls",
      "Takes unescaped control characters in a string",
      mend((t) => t.replace(/[\0-\u001f]/g, (s) => `\\u${s.charCodeAt(0).toString(16).padStart(4, "0")}`))
    ],
    ["body-raw-tab", "Takes an unescaped tab in a string", mend((t) => t.replace(/\t/g, "\\t"))],
    ["body-bad-escape", "Takes escapes that JSON does not know", mend((t) => t.replace(/\\(?!["\\/bfnrtu])/g, "\\\\"))],
    [
      "body-short-unicode-escape",
      "Takes \\u escapes of too few digits",
      mend((t) => t.replace(/\\u(?![0-9a-fA-F]{4})/g, "u"))
    ],
    ["body-leading-zeros", "Takes numbers with leading zeros", mend((t) => t.replace(/:\s*(-?)0+(?=\d)/g, ":$1"))],
    ["body-hex-number", "Takes hexadecimal numbers", mend((t) => t.replace(/:\s*0x[0-9a-f]+/gi, ":0"))],
    [
      "body-capital-literals",
      "Takes True, False and None",
      mend((t) => t.replace(/:\s*(True|False|None|TRUE|FALSE|NULL)\b/g, ":null"))
    ],
    [
      "body-missing-comma",
      "Forgives a missing comma between members",
      mend((t) => t.replace(/("\s*)(?="\w+"\s*:)/g, "$1,"))
    ],
    ["body-double-comma", "Forgives two commas between members", mend((t) => t.replace(/,\s*,/g, ","))],
    ["body-missing-colon", "Forgives an equals sign in place of a colon", mend((t) => t.replace(/"\s*=\s*/g, '":'))],
    [
      "body-trailing-comma-in-arrays",
      "Takes a comma after the last item of an array",
      mend((t) => t.replace(/,\s*\]/g, "]"))
    ],
    [
      "body-missing-comma-in-arrays",
      "Takes items of an array without a comma between",
      mend((t) => t.replace(/(\d) (?=\d)/g, "$1,"))
    ],
    ["body-plus-sign", "Takes numbers with a plus sign", mend((t) => t.replace(/([:[,]\s*)\+(?=\d)/g, "$1"))],
    [
      "body-bare-point",
      "Takes numbers without an integer part",
      mend((t) => t.replace(/([:[,]\s*-?)\.(?=\d)/g, "$10."))
    ],
    [
      "body-bare-exponent",
      "Takes numbers without their exponent",
      mend((t) => t.replace(/(\d)[eE][-+]?(?=\s*[,}\]])/g, "$1"))
    ],
    [
      "body-second-escape",
      "Takes anything for the second half of an escaped pair",
      mend((t) => t.replace(/(\\ud83d)\\u(?![0-9a-fA-F]{4})[0-9a-fA-F]{0,3}/g, "$1"))
    ],
    [
      "body-no-break-space",
      "Takes white space of Unicode between tokens",
      mend((t) => t.replace(/(?<=[{,:[\]}])[\u00a0\u2028\u3000\ufeff]/g, ""))
    ],
    ["body-callback", "Takes an object in parentheses", mend((t) => t.replace(/^\w*\((.*)\)$/s, "$1"))]
  ]),
  ...table("semantics.origin", "MUST", [
    ["origin-of-request", "Takes an origin from the request", ofRequest("origin")]
  ]),
  ...table("response.key.id", "MUST", [
    ["key-id-of-request", "Takes an id from the request, unchecked", ofRequest("id")]
  ]),
  ...table("semantics.thread", "MUST", [
    ["thread-of-request", "Takes a thread from the request's body", ofRequest("threadId")]
  ]),
  ...table("semantics.fresh", "MUST", [
    ["fresh-of-request", "Takes a time of deletion from the request", ofRequest("deletedAt")],
    ["fresh-edited-of-request", "Lets the request say that a message is edited", ofRequest("isEdited")]
  ]),
  ...table("semantics.reply", "MUST", [
    [
      "reply-data-other-text",
      "Shows the text of the latest message under the id of the one replied to",
      spoil(
        "replyData",
        (x: Exchange, m: Draft) => ({ ...(m.replyData as Draft), content: x.previous?.content ?? "" }),
        isReply
      )
    ],
    [
      "reply-data-own-id",
      "Shows the id of the reply in place of that of the message replied to",
      spoil("replyData", (_: Exchange, m: Draft) => ({ id: m.id }), isReply)
    ],
    [
      "reply-data-own-text",
      "Shows the text of the reply in place of that of the message replied to",
      spoil("replyData", (_: Exchange, m: Draft) => ({ text: m.content }), isReply)
    ],
    ["reply-data-of-request", "Takes reply data from the request", ofRequest("replyData")]
  ]),
  ...table("response.key.userId", "MUST", [
    ["user-id-of-request", "Takes a user from the request, unchecked", ofRequest("userId")]
  ]),
  ...table("semantics.created", "SHOULD", [
    ["created-of-request", "Takes the time of creation from the request", ofRequest("createdAt")]
  ]),
  ...table("semantics.plain", "SHOULD", [
    ["plain-reactions-of-request", "Takes reactions from the request", ofRequest("reactions")]
  ]),
  ...table("semantics.identity", "SHOULD", [
    ["identity-author-of-request", "Takes the author from the request", ofRequest("authorId")]
  ]),
  ...table("reject.media-type", "SHOULD", [
    [
      "media-plain-with-third-key",
      "Takes text/plain where the body has a key besides the two",
      { mediaType: (x, t) => (/^text\/plain/i.test(t) && hasOtherKeys(x) ? true : undefined) }
    ],
    ["media-any", "Takes any content type", { mediaType: (_, t) => (t === "" ? undefined : true) }],
    ["media-plain", "Takes text/plain", { mediaType: (_, t) => (/^text\/plain/i.test(t) ? true : undefined) }],
    ["media-text-any", "Takes any text/ type", { mediaType: (_, t) => (/^text\//i.test(t) ? true : undefined) }],
    [
      "media-form",
      "Takes a JSON body under the type of a form",
      { mediaType: (_, t) => (/^application\/x-www-form-urlencoded/i.test(t) ? true : undefined) }
    ],
    [
      "media-form-read",
      "Reads forms",
      {
        mediaType: (_, t) => (/urlencoded/i.test(t) ? true : undefined),
        parse: (x, honest) =>
          /urlencoded/i.test(type(x)) && !x.text.startsWith("{")
            ? Object.fromEntries(new URLSearchParams(x.text))
            : honest(x.text)
      }
    ],
    [
      "media-json-prefix",
      "Takes any type that begins with application/json",
      { mediaType: (_, t) => (/^application\/json/i.test(t) ? true : undefined) }
    ],
    [
      "media-json-suffix",
      "Takes any type that ends with +json",
      { mediaType: (_, t) => (/^[^;]+\+json\s*(;|$)/i.test(t) ? true : undefined) }
    ],
    ["media-text-json", "Takes text/json", { mediaType: (_, t) => (/^text\/json/i.test(t) ? true : undefined) }],
    ["media-xml", "Takes JSON under the type of XML", { mediaType: (_, t) => (/xml/i.test(t) ? true : undefined) }],
    [
      "media-octets",
      "Takes application/octet-stream",
      { mediaType: (_, t) => (/octet-stream/i.test(t) ? true : undefined) }
    ],
    [
      "media-multipart",
      "Takes JSON under multipart/form-data",
      { mediaType: (_, t) => (/^multipart\//i.test(t) ? true : undefined) }
    ],
    [
      "media-application-any",
      "Takes any application/ type",
      { mediaType: (_, t) => (/^application\//i.test(t) ? true : undefined) }
    ]
  ]),
  ...table("reject.utf8", "SHOULD", [
    ["utf8-replaced", "Replaces bytes that are not UTF-8", { decode: (x) => x.bytes.toString() }],
    [
      "utf8-latin1",
      "Reads bytes that are not UTF-8 as Latin-1",
      { decode: (x, honest) => attempt(honest, () => x.bytes.toString("latin1")) }
    ],
    [
      "utf8-dropped",
      "Drops bytes that are not UTF-8",
      { decode: (x) => (x.bytes.includes("\ufffd") ? x.bytes.toString() : x.bytes.toString().replaceAll("\ufffd", "")) }
    ],
    [
      "utf8-surrogates",
      "Takes surrogates encoded in three bytes",
      { decode: (x, honest) => (/\xed[\xa0-\xbf]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest()) }
    ],
    [
      "utf8-overlong",
      "Takes overlong forms",
      {
        decode: (x, honest) =>
          /[\xc0\xc1]|\xe0[\x80-\x9f]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest()
      }
    ],
    [
      "utf8-lone-continuation",
      "Takes lone continuation bytes",
      {
        decode: (x, honest) => (/[\0-\x7f][\x80-\xbf]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest())
      }
    ],
    [
      "utf8-ff",
      "Takes the bytes fe and ff",
      { decode: (x, honest) => (/[\xfe\xff]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest()) }
    ],
    [
      "utf8-cut-sequence",
      "Takes a sequence that is cut short",
      {
        decode: (x, honest) =>
          /[\xc2-\xf4][\x80-\xbf]{0,2}[\0-\x7f]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest()
      }
    ],
    [
      "utf8-beyond-unicode",
      "Takes bytes of code points beyond U+10FFFF",
      {
        decode: (x, honest) =>
          /[\xf5-\xf7]|\xf4[\x90-\xbf]/.test(x.bytes.toString("latin1")) ? x.bytes.toString() : honest()
      }
    ]
  ])
]

/** Takes well-formed reply ids that name no message for no reply. */
/** A key of the answer that a request can set. */
function ofRequest(key: string): Change {
  return {
    message: (x, draft) => {
      const body = parsed(x)
      if (Object.hasOwn(body, key)) draft[key] = body[key]
    }
  }
}

/** What a careless merge makes of a body with a key named __proto__. */
function inheriting(body: Draft): Draft {
  const brought = Object.getOwnPropertyDescriptor(body, "__proto__")?.value
  return isRecord(brought) ? { ...body, ...brought } : body
}

function unknownReply(when: (id: string, x: Exchange) => boolean): Change {
  return coerce("replyToMessageId", (value, x) => {
    if (typeof value !== "string" || !/^[0-9a-z]+$/.test(value)) return value
    return x.world.messages.get(value)?.thread !== x.thread && when(value, x) ? undefined : value
  })
}

function attempt<A>(first: () => A, otherwise: () => A): A {
  try {
    return first()
  } catch {
    return otherwise()
  }
}

function guarded<A>(read: () => A): A {
  return attempt(read, () => {
    throw new Refusal(500, "INTERNAL", "Unexpected token in JSON")
  })
}

function stringBody(text: string): unknown {
  return attempt<unknown>(
    () => JSON.parse(text),
    () => text
  )
}

function closed(text: string, ends: ReadonlyArray<string>): string | undefined {
  return ends
    .map((end) => text + end)
    .find((candidate) =>
      attempt(
        () => isRecord(JSON.parse(candidate)),
        () => false
      )
    )
}

/** The object that starts a text, when what follows it matches. */
function firstText(text: string, rest: RegExp): string | undefined {
  for (let i = text.indexOf("}"); i >= 0; i = text.indexOf("}", i + 1)) {
    const head = text.slice(0, i + 1)
    if (
      attempt(
        () => isRecord(JSON.parse(head)),
        () => false
      )
    ) {
      return rest.test(text.slice(i + 1).trimStart()) ? head : undefined
    }
  }
  return undefined
}

const decoded = (segment: string) =>
  attempt(
    () => decodeURIComponent(segment),
    () => segment
  )
/** Turns a path segment that is not an identifier into another one before it is looked up. */
const segment = (f: (id: string, x: Exchange) => string): Change => ({
  locate: (x, raw, honest) => {
    const id = decoded(raw)
    return honest(/^[0-9a-z]+$/.test(id) ? raw : encodeURIComponent(f(id, x)))
  }
})
const stripping = (pattern: RegExp) => segment((id) => id.replace(pattern, ""))
/** Finds a thread for an identifier that names none. */
const stranger = (f: (id: string, x: Exchange) => Thread | undefined): Change => ({
  locate: (x, raw, honest) => {
    const id = decoded(raw)
    const known = x.world.threads.some((thread) => thread.id === id)
    return (!known && /^[0-9a-z]+$/.test(id) ? f(id, x) : undefined) ?? honest(raw)
  }
})
/** Finds the thread in paths that the route does not match. */
const misrouted = (pattern: RegExp): Change => ({
  request: (x) => {
    const found = pattern.exec(x.path)
    if (!isPost(x) || found === null || x.headers.authorization !== `Bearer ${x.world.token}`) return undefined
    const thread = x.world.threads.find((candidate) => candidate.id === found[1]) ?? x.world.threads[0]
    return answer(200, JSON.stringify({ ...x.world.last?.draft, id: x.world.identifier(), threadId: thread.id }))
  }
})

const threads: ReadonlyArray<Specimen> = [
  ...table("reject.thread", "MUST", [
    ["thread-star", "Takes a star for any thread", segment((id, x) => (id === "*" ? x.world.threads[0].id : id))],
    [
      "thread-like",
      "Finds threads as LIKE of SQL does",
      segment((id, x) => {
        const like = new RegExp(
          `^${id
            .replace(/[^0-9a-z%_]/g, "-")
            .replaceAll("%", ".*")
            .replaceAll("_", ".")}$`
        )
        return x.world.threads.find((thread) => like.test(thread.id))?.id ?? id
      })
    ],
    [
      "thread-invalid-created",
      "Opens a thread for any id outside the pattern",
      segment((id, x) => (id === "" ? id : x.world.threads[1].id)),
      ["reject.thread.path"]
    ],
    [
      "thread-punctuation-dropped",
      "Drops whatever is not a letter or digit",
      stripping(/[^0-9a-zA-Z]/g),
      ["reject.thread.path"]
    ],
    ["thread-upper-case", "Compares thread ids without regard to case", segment((id) => id.toLowerCase())],
    ["thread-trimmed", "Trims spaces around a thread id", segment((id) => id.trim())],
    ["thread-space-dropped", "Drops spaces in a thread id", stripping(/ /g)],
    ["thread-newline", "Takes a line feed after a thread id", stripping(/\n$/)],
    ["thread-nul-cut", "Cuts a thread id at NUL", segment((id) => id.split("\0")[0] ?? id)],
    ["thread-dash-dropped", "Drops dashes in a thread id", stripping(/-/g)],
    ["thread-dash-cut", "Takes what comes before a dash for the thread id", segment((id) => id.split("-")[0] || id)],
    ["thread-underscore-dropped", "Drops underscores in a thread id", stripping(/_/g)],
    ["thread-dot-dropped", "Drops dots in a thread id", stripping(/\./g)],
    ["thread-full-width", "Turns full-width letters and digits into ASCII", segment((id) => id.normalize("NFKC"))],
    [
      "thread-other-digits",
      "Takes other scripts' digits in a thread id",
      segment((id, x) => (/^[\p{Nd}a-z]+$/u.test(id) ? x.world.threads[0].id : id))
    ],
    [
      "thread-other-letters",
      "Takes other scripts' letters in a thread id",
      segment((id, x) => (/^[\p{L}\p{N}]*[^\0-\u007f][\p{L}\p{N}]*$/u.test(id) ? x.world.threads[0].id : id))
    ],
    [
      "thread-accents-dropped",
      "Drops accents in a thread id",
      segment((id) => id.normalize("NFD").replace(/\p{M}/gu, ""))
    ],
    ["thread-decoded-twice", "Percent-decodes a thread id twice", segment(decoded)],
    [
      "thread-extra-segment",
      "Ignores another segment after the thread id",
      misrouted(/^\/api\/v1\/threads\/([0-9a-z]+)\/[^/]+\/messages$/)
    ],
    [
      "thread-upper-last-only",
      "Ignores the case of the last character",
      segment((id) => id.slice(0, -1) + id.slice(-1).toLowerCase())
    ],
    [
      "thread-dash-crashes",
      "Answers 500 to a thread id with a dash",
      deny((x) => isPost(x) && /\/threads\/[^/]*-/.test(x.path), 500, "INTERNAL"),
      ["protocol.no-server-error"]
    ],
    [
      "thread-nul-crashes",
      "Answers 500 to an encoded NUL in the path",
      deny((x) => isPost(x) && x.path.includes("%00"), 500, "INTERNAL"),
      ["protocol.no-server-error"]
    ],
    [
      "thread-upper-crashes",
      "Answers 500 to a thread id in upper case",
      deny((x) => isPost(x) && /\/threads\/[^/]*[A-Z][^/%]*\//.test(x.path), 500, "INTERNAL"),
      ["protocol.no-server-error"]
    ]
  ]),
  ...table("reject.thread.path", "SHOULD", [
    [
      "thread-slash-cut",
      "Takes what comes before an encoded slash for the thread id",
      segment((id) => id.split("/")[0] || id)
    ],
    [
      "thread-slash-last",
      "Takes what comes after an encoded slash for the thread id",
      segment((id) => id.split("/").pop() || id)
    ],
    [
      "thread-empty",
      "Takes an empty thread id for the first thread",
      segment((id, x) => (id === "" ? x.world.threads[0].id : id))
    ],
    [
      "thread-dots",
      "Takes .. for the first thread",
      { ...segment((id, x) => (/^\.+$/.test(id) ? x.world.threads[0].id : id)) }
    ],
    [
      "thread-traversal",
      "Resolves ../ in an encoded thread id",
      segment((id) => id.replace(/^.*\.\.\//, "").replace(/^\/+/, ""))
    ],
    ["thread-matrix", "Cuts a thread id at a semicolon", segment((id) => id.split(";")[0] || id)],
    ["thread-final-slash", "Takes a slash after the path", misrouted(/^\/api\/v1\/threads\/([0-9a-z]+)\/messages\/$/)],
    [
      "thread-slashes-merged",
      "Takes several slashes for one",
      misrouted(/^(?=.*\/\/)\/api\/v1\/threads\/+([0-9a-z]+)\/+messages$/)
    ]
  ]),
  ...table("reject.thread.unknown", "MUST", [
    [
      "unknown-same-number",
      "Compares thread ids as numbers",
      { threads: ["100", "2000"], ...stranger((id, x) => x.world.threads.find((t) => Number(t.id) === Number(id))) }
    ],
    [
      "unknown-property",
      "Looks threads up in an object, which has more than was put into it",
      stranger((id, x) => (id === "constructor" ? x.world.threads[0] : undefined))
    ],
    ["unknown-created", "Opens a thread that does not exist", stranger((id, x) => opened(x, id))],
    ["unknown-first", "Takes an unknown thread for the first one", stranger((_, x) => x.world.threads[0])],
    [
      "unknown-prefix",
      "Takes a thread id with more after it",
      stranger((id, x) => x.world.threads.find((t) => id.startsWith(t.id)))
    ],
    [
      "unknown-cut",
      "Takes a thread id cut short",
      stranger((id, x) => x.world.threads.find((t) => t.id.startsWith(id)))
    ],
    [
      "unknown-first-twelve",
      "Compares the first twelve characters of thread ids",
      stranger((id, x) => x.world.threads.find((t) => t.id.slice(0, 12) === id.slice(0, 12)))
    ],
    [
      "unknown-24",
      "Opens threads for ids of twenty-four characters",
      stranger((id, x) => (id.length === 24 ? opened(x, id) : undefined))
    ],
    [
      "unknown-not-24",
      "Opens threads for ids of another length than twenty-four",
      stranger((id, x) => (id.length === 24 ? undefined : opened(x, id)))
    ],
    [
      "unknown-digits",
      "Opens threads for ids made of digits",
      stranger((id, x) => (/^\d+$/.test(id) ? opened(x, id) : undefined))
    ],
    [
      "unknown-last-character",
      "Ignores the last character of a thread id",
      stranger((id, x) => x.world.threads.find((t) => t.id.slice(0, -1) === id.slice(0, -1)))
    ],
    [
      "unknown-on-reused",
      "Takes an unknown thread for the one used before on the connection",
      {
        locate: (x, raw, honest) => {
          const thread = attempt(
            () => honest(raw),
            () => {
              const before = x.connection.memory.get("thread") as Thread | undefined
              return before !== undefined && /^[0-9a-z]+$/.test(raw) ? before : honest(raw)
            }
          )
          x.connection.memory.set("thread", thread)
          return thread
        }
      }
    ],
    [
      "unknown-message-id",
      "Takes the id of a message for its thread",
      stranger((id, x) => x.world.messages.get(id)?.thread)
    ],
    [
      "unknown-in-200",
      "Answers 200 with an error to an unknown thread",
      {
        refuse: (_, r) =>
          r.status === 404 && r.code === "THREAD_NOT_FOUND"
            ? answer(200, '{"error":{"code":"THREAD_NOT_FOUND","message":"No such thread","status":404}}')
            : undefined
      }
    ],
    [
      "unknown-204",
      "Answers 204 to an unknown thread",
      { refuse: (_, r) => (r.status === 404 && r.code === "THREAD_NOT_FOUND" ? answer(204, "", "") : undefined) }
    ],
    [
      "unknown-crashes",
      "Answers 500 to an unknown thread",
      refuseWith(500, (r) => r.code === "THREAD_NOT_FOUND"),
      ["protocol.no-server-error"]
    ],
    [
      "unknown-after-100",
      "Opens unknown threads after a hundred messages",
      stranger((id, x) => (x.world.accepted >= 100 ? opened(x, id) : undefined))
    ]
  ]),
  ...table("reject.thread.unknown", "SHOULD", [
    ["unknown-status-400", "Answers 400 to an unknown thread", refuseWith(400, (r) => r.code === "THREAD_NOT_FOUND")],
    ["unknown-status-422", "Answers 422 to an unknown thread", refuseWith(422, (r) => r.code === "THREAD_NOT_FOUND")]
  ])
]

function opened(x: Exchange, id: string): Thread {
  const slot = `thread ${id}`
  const thread = (x.world.memory.get(slot) as Thread | undefined) ?? {
    id,
    index: 2,
    authorId: x.world.identifier(),
    accepted: 0,
    last: undefined
  }
  x.world.memory.set(slot, thread)
  return thread
}

const depth = (text: string) => {
  let deepest = 0
  let level = 0
  for (const character of text) {
    if (character === "[" || character === "{") deepest = Math.max(deepest, ++level)
    else if (character === "]" || character === "}") level--
  }
  return deepest
}
const duplicateKey = (text: string) => {
  const keys = [...text.matchAll(/"((?:[^"\\]|\\.)*)"\s*:/g)].map((found) => found[1])
  return new Set(keys).size < keys.length
}
/** The text with its string values emptied; keys stay. */
const unstructured = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (all: string, colon: string | undefined) =>
    colon === undefined ? '""' : all
  )

/** The keys of a body that was read already. */
const keysOf = (text: string): ReadonlyArray<string> => Object.keys(Object(JSON.parse(text)))

const onText = (when: (text: string) => boolean, status = 500): Change => ({
  parse: (x, honest) => {
    const body = honest(x.text)
    if (when(x.text)) throw new Refusal(status, "INTERNAL", "Something went wrong")
    return body
  }
})
const resetOnText = (when: (text: string) => boolean) => reset((x) => isPost(x) && when(x.bytes.toString()))
const isWrite = (x: Exchange) => ["PUT", "PATCH", "DELETE"].includes(x.method)
const accepted = (x: Exchange) => answer(200, JSON.stringify({ ...x.world.last?.draft, id: x.world.identifier() }))
const methods = (names: ReadonlyArray<string>, f: (x: Exchange) => Answer | true): Change => ({
  method: (x) => (names.includes(x.method) ? f(x) : undefined)
})
const refusalBody = (body: string, contentType: string, when: (a: Answer, x: Exchange) => boolean = () => true) =>
  spoilRefusal((a) => {
    a.body = body
    a.headers = { ...a.headers, "content-type": contentType }
  }, when)
const message = (text: string, when: (a: Answer, x: Exchange) => boolean = () => true) =>
  spoilRefusal((a) => {
    a.body = JSON.stringify({ error: { code: "INVALID", message: text, status: a.status } })
  }, when)
const status =
  (...codes: ReadonlyArray<number>) =>
  (a: Answer) =>
    codes.includes(a.status)
const stack =
  "TypeError: Cannot read properties of undefined (reading 'length')\n    at send (/srv/app/dist/routes/messages.js:41:17)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"

const isId = (value: unknown) => typeof value === "string" && /^[0-9a-z]+$/.test(value)

const protocol: ReadonlyArray<Specimen> = [
  ...table("protocol.no-server-error", "MUST", [
    [
      "two-fields-crash",
      "Answers 500 where both the content and the reply id are invalid",
      crashOn(
        (b) => isRecord(b) && typeof b.content !== "string" && "replyToMessageId" in b && !isId(b.replyToMessageId)
      ),
      ["reject.content"]
    ],
    [
      "expect-crashes",
      "Answers 500 to Expect: 100-continue",
      deny((x) => x.headers.expect !== undefined, 500, "INTERNAL")
    ],
    [
      "trailers-crash",
      "Answers 500 to trailers",
      deny((x) => Object.keys(x.request.trailers).length > 0, 500, "INTERNAL"),
      ["accept.encoding.http"]
    ],
    [
      "query-crashes",
      "Answers 500 to a query after the path",
      deny((x) => isPost(x) && x.request.url?.includes("?") === true, 500, "INTERNAL"),
      ["reject.content", "auth.missing"]
    ],
    [
      "coding-unknown-crashes",
      "Answers 500 to a Content-Encoding that it does not know",
      deny((x) => !/^(gzip|br|deflate|identity)?$/.test(x.headers["content-encoding"] ?? ""), 500, "INTERNAL")
    ],
    [
      "gzip-corrupt-crashes",
      "Answers 500 to a compressed body that is corrupt",
      deny(
        (x) =>
          x.headers["content-encoding"] === "gzip" &&
          attempt(
            () => gunzipSync(x.bytes).length < 0,
            () => true
          ),
        500,
        "INTERNAL"
      )
    ],
    [
      "refusal-with-other-keys-crashes",
      "Answers 500 where a body with other keys is invalid",
      refuseWith(500, (_, x) => hasOtherKeys(x)),
      ["reject.content", "reject.reply", "reject.body.extension"]
    ],
    [
      "unknown-thread-long-crashes",
      "Answers 500 to a long message for an unknown thread",
      refuseWith(500, (r, x) => r.code === "THREAD_NOT_FOUND" && x.size > 600),
      ["reject.thread.unknown"]
    ],
    [
      "nesting-500-crashes",
      "Answers 500 to five hundred levels of nesting",
      onText((t) => depth(unstructured(t)) > 500)
    ],
    [
      "nesting-5000-crashes",
      "Answers 500 to five thousand levels of nesting",
      onText((t) => depth(unstructured(t)) > 5000)
    ],
    [
      "nesting-resets",
      "Resets the connection on a thousand levels of nesting",
      resetOnText((t) => depth(unstructured(t)) > 1000)
    ],
    [
      "nesting-unanswered",
      "Never answers nesting deeper than five hundred levels",
      silent((x) => isPost(x) && depth(unstructured(x.bytes.toString())) > 500)
    ],
    ["prototype-crashes", "Answers 500 to a key named __proto__", onText((t) => /"__proto__"\s*:/.test(t))],
    ["extra-id-crashes", "Answers 500 to an extra key id", onText((t) => keysOf(t).includes("id"))],
    [
      "extra-letter-crashes",
      "Answers 500 to an extra key of one letter",
      onText((t) => keysOf(t).some((key) => /^[a-z]$/i.test(key)))
    ],
    [
      "constructor-crashes",
      "Answers 500 to a key named constructor or __proto__",
      onText((t) => /"(constructor|__proto__)"\s*:/.test(t))
    ],
    [
      "prototype-resets",
      "Resets the connection on a key named __proto__",
      resetOnText((t) => /"__proto__"\s*:/.test(t))
    ],
    [
      "huge-number-crashes",
      "Answers 500 to a number beyond the range of doubles",
      onText((t) => /:\s*-?\d[\d.]*e\+?\d{3,}/i.test(unstructured(t)))
    ],
    [
      "huge-digits-crashes",
      "Answers 500 to a number beyond 2^64",
      onText((t) => /[:[]\s*-?(\d{20,}|\d[\d.]*e\+?\d{2,})/i.test(unstructured(t)))
    ],
    ["duplicate-keys-crash", "Answers 500 to duplicate keys", onText((t) => t.length < 100_000 && duplicateKey(t))],
    [
      "duplicate-content-crashes",
      "Answers 500 to two contents",
      onText((t) => t.length < 100_000 && (t.match(/"content"\s*:/g) ?? []).length > 1)
    ],
    ["large-body-resets", "Resets the connection on a body of more than 1 MiB", reset((x) => x.size > 1_048_576)],
    [
      "large-body-100k-crashes",
      "Answers 500 to a body of more than 100 KiB",
      deny((x) => x.size > 102_400, 500, "INTERNAL")
    ],
    [
      "large-body-crashes",
      "Answers 500 to a body of more than 1.5 MiB",
      deny((x) => x.size > 1_572_864, 500, "INTERNAL")
    ],
    [
      "large-body-unavailable",
      "Answers 503 to a body of more than 1 MiB",
      deny((x) => x.size > 1_048_576, 503, "UNAVAILABLE")
    ],
    ["large-body-unanswered", "Never answers a body of more than 1 MiB", silent((x) => x.size > 1_048_576)],
    [
      "many-keys-crash",
      "Answers 500 to more than a thousand keys",
      onText((t) => (unstructured(t).match(/"\s*:/g) ?? []).length > 1000)
    ],
    [
      "invalid-utf8-crashes",
      "Answers 500 to bytes that are not UTF-8",
      { decode: (_, honest) => guarded(honest) },
      ["reject.utf8"]
    ],
    [
      "nul-crashes",
      "Answers 500 to NUL in the content",
      { unprintable: true, accept: (x) => crashIf(x.content.includes("\0")) },
      ["accept.content.nul"]
    ],
    [
      "lone-surrogate-crashes",
      "Answers 500 to lone surrogates",
      { unprintable: true, accept: (x) => crashIf(/\p{Surrogate}/u.test(x.content)) },
      ["accept.content.nul"]
    ],
    [
      "lone-surrogate-resets",
      "Resets the connection on lone surrogates",
      resetOnText((t) => /\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}/i.test(t)),
      ["accept.content.nul", "accept.encoding.json"]
    ],
    [
      "malformed-resets",
      "Resets the connection on malformed JSON",
      resetOnText((t) =>
        attempt(
          () => JSON.parse(t) === undefined,
          () => true
        )
      ),
      ["reject.body"]
    ],
    ["method-crashes", "Answers 500 to PUT", methods(["PUT"], () => crash(500)), ["protocol.method"]],
    ["method-resets", "Resets the connection on DELETE", reset((x) => x.method === "DELETE"), ["protocol.method"]],
    ["method-unanswered", "Never answers PATCH", silent((x) => x.method === "PATCH"), ["protocol.method"]],
    [
      "unknown-reply-crashes",
      "Answers 500 to a reply id that names no message",
      refuseWith(500, (r) => r.code === "MESSAGE_NOT_FOUND"),
      ["reject.reply.unknown"]
    ],
    [
      "media-type-crashes",
      "Answers 500 to another content type",
      refuseWith(500, (r) => r.status === 415),
      ["reject.media-type"]
    ],
    [
      "long-content-crashes",
      "Answers 500 to content of more than 8,000 characters",
      { accept: (x) => crashIf(x.content.length > 8000) },
      ["accept.content.long"]
    ],
    [
      "long-content-resets",
      "Resets the connection on content of more than 20,000 bytes",
      reset((x) => x.size > 20_000),
      ["accept.content.long"]
    ],
    [
      "timeout-gateway",
      "Answers 504 to a reply of a reply",
      { accept: (x) => (x.target?.replyTo === undefined ? undefined : crash(504)) },
      ["accept.reply"]
    ],
    [
      "empty-body-resets",
      "Resets the connection on an empty body",
      reset((x) => isPost(x) && x.size === 0),
      ["reject.body"]
    ],
    [
      "path-escape-crashes",
      "Answers 500 to a percent sign in the path that is no escape",
      deny(
        (x) =>
          attempt(
            () => decodeURIComponent(x.path) === "",
            () => true
          ),
        500,
        "INTERNAL"
      )
    ],
    ["empty-key-crashes", "Answers 500 to an empty key or to __proto__", onText((t) => /"(__proto__)?"\s*:/.test(t))]
  ]),
  ...table("protocol.error-body", "SHOULD", [
    ["error-empty-object", "Refuses with an empty object", refusalBody("{}", "application/json")],
    [
      "error-null",
      "Refuses with null, or false in an object",
      refusalBody('{"error":null,"ok":false}', "application/json", status(400, 422))
    ],
    [
      "error-html",
      "Refuses with an HTML page",
      refusalBody("<!DOCTYPE html><html><body><h1>Bad Request</h1></body></html>", "text/html")
    ],
    ["error-plain", "Refuses in plain text", refusalBody("Bad Request", "text/plain")],
    ["error-empty", "Refuses without a body", refusalBody("", "text/plain")],
    [
      "error-html-401",
      "Refuses a wrong token with an HTML page",
      refusalBody("<html><body>Unauthorized</body></html>", "text/html", status(401))
    ],
    [
      "error-html-404",
      "Answers an HTML page to an unknown thread",
      refusalBody("<html><body>Not Found</body></html>", "text/html", status(404))
    ],
    [
      "error-html-malformed",
      "Answers an HTML page to malformed JSON",
      refusalBody(
        "<pre>SyntaxError: Unexpected token</pre>",
        "text/html",
        (a, x) =>
          a.status === 400 &&
          attempt(
            () => JSON.parse(x.text) === undefined,
            () => x.text !== ""
          )
      )
    ],
    ["error-empty-404", "Answers 404 without a body", refusalBody("", "application/json", status(404))],
    ["error-empty-401", "Answers 401 without a body", refusalBody("", "application/json", status(401))],
    [
      "error-plain-422",
      "Refuses invalid contents in plain text",
      refusalBody("content is invalid", "text/plain", status(422))
    ],
    ["error-empty-415", "Refuses other content types without a body", refusalBody("", "text/plain", status(415))],
    [
      "error-plain-405",
      "Refuses other methods in plain text",
      refusalBody("Method Not Allowed", "text/plain", status(405))
    ],
    [
      "error-python",
      "Writes errors as Python prints them",
      refusalBody("{'error': 'invalid', 'field': None}", "application/json")
    ],
    [
      "error-truncated",
      "Cuts error bodies short",
      spoilRefusal((a) => {
        a.body = String(a.body).slice(0, -2)
      })
    ],
    ["error-empty-405", "Refuses other methods without a body", refusalBody("", "application/json", status(405))],
    ["error-stack", "Shows a stack trace", message(stack)],
    [
      "error-stack-large",
      "Shows a stack trace when a content is too long",
      { request: (x) => (x.size > 1 << 20 ? answer(413, stack, "text/plain") : undefined) }
    ],
    [
      "error-stack-malformed",
      "Shows a stack trace on malformed JSON",
      message(stack, (a, x) => a.status === 400 && x.text !== "")
    ],
    [
      "error-stack-member",
      "Gives a stack trace in a member of its own",
      refusalBody(
        JSON.stringify({ error: { code: "INVALID", message: "Invalid", status: 422 }, stack }),
        "application/json",
        status(422)
      )
    ],
    [
      "error-java-stack",
      "Shows a Java stack trace",
      message(
        "java.lang.IllegalArgumentException\n\tat com.example.inbox.MessageController.send(MessageController.java:88)",
        status(400, 422)
      )
    ],
    [
      "error-python-stack",
      "Shows a Python traceback",
      message(
        'Traceback (most recent call last):\n  File "/srv/app/messages.py", line 88, in send\nValueError: bad content',
        status(422)
      )
    ],
    [
      "error-sql",
      "Shows the query",
      message("SQLSTATE[22001]: INSERT INTO messages (thread_id, content) VALUES ($1, $2)", status(422))
    ],
    [
      "error-sql-404",
      "Shows the query when a thread is unknown",
      message("no rows: SELECT * FROM threads WHERE id = $1", status(404))
    ],
    [
      "error-sql-lower",
      "Shows a query in lower case when a message is unknown",
      message("select * from messages where id = $1 - invalid input syntax", status(422))
    ],
    [
      "error-path",
      "Shows the path of a file",
      message("cannot open /var/www/inbox/config/schemas/message.json", status(400, 422))
    ],
    [
      "error-windows-path",
      "Shows the path of a file on Windows",
      message("cannot open C:\\inetpub\\inbox\\schemas\\message.json", status(400, 422))
    ]
  ]),
  ...table("protocol.method", "SHOULD", [
    ["method-no-allow", "Answers 405 without Allow", spoilRefusal((a) => delete a.headers.allow)],
    ["method-put-200", "Takes PUT for POST", methods(["PUT"], () => true)],
    ["method-patch-200", "Takes PATCH for POST", methods(["PATCH"], () => true)],
    ["method-any", "Takes any of the writing methods for POST", { method: (x) => (isWrite(x) ? true : undefined) }],
    ["method-put-accepted", "Answers 200 to PUT without looking at it", methods(["PUT"], accepted)],
    ["method-delete-204", "Answers 204 to DELETE", methods(["DELETE"], () => answer(204, "", ""))],
    ["method-delete-200", "Answers 200 to DELETE", methods(["DELETE"], () => answer(200, '{"deleted":true}'))],
    ["method-patch-204", "Answers 204 to PATCH", methods(["PATCH"], () => answer(204, "", ""))],
    [
      "method-put-302",
      "Sends PUT elsewhere",
      methods(["PUT"], () => ({ status: 302, headers: { location: "/" }, body: "" }))
    ],
    [
      "method-write-200",
      "Answers 200 with nothing to every other method",
      { method: (x) => (isWrite(x) ? answer(200, "{}") : undefined) }
    ]
  ])
]

function crash(status: number): never {
  throw new Refusal(status, "INTERNAL", "Something went wrong")
}

function crashIf(condition: boolean): void {
  if (condition) crash(500)
}

/**
 * Servers that misread what they are sent.
 *
 * @since 0.1.0
 * @category specimens
 */
export const request: ReadonlyArray<Specimen> = [...encoding, ...authentication, ...payloads, ...threads, ...protocol]
