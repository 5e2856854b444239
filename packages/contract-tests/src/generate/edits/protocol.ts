/** Edits of HTTP: other methods, large bodies, and what a server has to ignore. */
import * as Zlib from "node:zlib"
import * as Record from "effect/Record"
import {
  type Apply,
  type Draft,
  type EditSpec,
  edit,
  jsonOf,
  type Known,
  nested,
  nobody,
  type Options,
  withKey,
  withRaw
} from "./edit.js"

const survived = (name: string, title: string, apply: Apply): EditSpec =>
  edit("protocol.no-server-error", name, title, apply, { expects: "survived" })

const ignored = (name: string, title: string, apply: Apply, options: Options = {}): EditSpec =>
  edit("protocol.no-server-error", name, title, apply, { ...options, expects: "ignored" })

const mebibyte = 1_048_576

const withHeader = (draft: Draft, name: string, value: string): Draft => ({
  ...draft,
  headers: [...draft.headers, [name, value]]
})

/** The bytes under a content coding; the plain ones where none are given. */
const coded = (draft: Draft, coding: string, bytes: Uint8Array | undefined): Draft => ({
  ...withHeader(draft, "Content-Encoding", coding),
  bytes: bytes ?? draft.bytes
})

/** A byte in the middle changed. */
const corrupted = (bytes: Uint8Array): Uint8Array => {
  const middle = Math.floor(bytes.length / 2)
  return bytes.map((byte, index) => (index === middle ? byte ^ 0xff : byte))
}

/** Keys that a server must not take from a request, in case it copies every key that it gets. */
const answerKeys = ({ thread, threads }: Pick<Known, "thread" | "threads">) => ({
  id: "-",
  platform: "other",
  teamId: nobody,
  threadId: threads.find((each) => each !== thread) ?? nobody,
  userId: "-",
  createdAt: "2001-02-03T04:05:06Z",
  updatedAt: "2001-02-03T04:05:05Z",
  platformId: 1,
  campaignId: nobody,
  authorId: nobody,
  origin: "external",
  replyData: { id: nobody },
  forwardData: { id: nobody },
  reactions: [nobody],
  isEncrypted: "-",
  isEdited: true,
  deletedAt: "2001-02-03T04:05:06Z",
  platformDeletedAt: "2001-02-03T04:05:06Z"
})

/** The members that a value lists; all of them where it lists none. */
const chosen = (members: Readonly<Record<string, unknown>>, value: unknown): Readonly<Record<string, unknown>> =>
  Array.isArray(value) ? Record.filter(members, (_, key) => value.includes(key)) : members

const extraKeys = (name: string, title: string, members: Readonly<Record<string, unknown>>): EditSpec =>
  ignored(name, title, (draft, _, value) => ({ ...draft, payload: { ...draft.payload, ...chosen(members, value) } }), {
    keys: Object.keys(members)
  })

export const protocol: ReadonlyArray<EditSpec> = [
  // On a reply, reply data of any kind would be as it should be.
  ignored(
    "message-keys",
    "extra keys called like those of the answer",
    (draft, known, value) => ({ ...draft, payload: { ...chosen(answerKeys(known), value), ...draft.payload } }),
    { reply: "never", keys: Object.keys(answerKeys({ thread: "", threads: [] })) }
  ),
  survived("nested-arrays-100", "content nested 100 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 100))
  ),
  survived("nested-arrays-5000", "content nested 5,000 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 5_000))
  ),
  survived("nested-arrays-100000", "content nested 100,000 arrays deep", (draft) =>
    withRaw(draft, "content", nested("[", "]", 100_000))
  ),
  survived("nested-objects-10000", "content nested 10,000 objects deep", (draft) =>
    withRaw(draft, "content", nested('{"a":', "}", 10_000))
  ),
  ignored("nested-extra", "an extra key nested 5,000 arrays deep", (draft) =>
    withRaw(draft, "extra", nested("[", "]", 5_000))
  ),
  survived("nested-open", "10,000 brackets that never close", (draft) => ({ ...draft, text: "[".repeat(10_000) })),
  ignored("proto", "a key __proto__", (draft) => ({
    ...draft,
    text: `{"__proto__":{"content":"x","polluted":true},${jsonOf(draft).slice(1)}`
  })),
  ignored("proto-null", "a key __proto__ with null", (draft) => ({
    ...draft,
    text: `{"__proto__":null,${jsonOf(draft).slice(1)}`
  })),
  ignored("constructor", "a key constructor with a prototype", (draft) =>
    withKey(draft, "constructor", { prototype: { polluted: true } })
  ),
  extraKeys("built-ins", "keys called like built-in methods", { toString: 1, hasOwnProperty: 1, valueOf: null }),
  survived("huge-number", "content 1e400", (draft) => withRaw(draft, "content", "1e400")),
  survived("huge-negative", "content -1e400", (draft) => withRaw(draft, "content", "-1e400")),
  ignored("huge-exponent", "an extra key 1e999999999", (draft) => withRaw(draft, "extra", "1e999999999")),
  ignored("huge-extra", "an extra key 1e400", (draft) => withRaw(draft, "extra", "1e400")),
  survived("huge-reply", "replyToMessageId 1e400", (draft) => withRaw(draft, "replyToMessageId", "1e400")),
  ignored("long-integer", "an extra key of 5,000 digits", (draft) => withRaw(draft, "extra", "9".repeat(5_000))),
  survived("big-integer", "content 123456789012345678901234567890", (draft) =>
    withRaw(draft, "content", "123456789012345678901234567890")
  ),
  survived("duplicate-content", "content twice", (draft) => ({
    ...draft,
    text: `{"content":"first",${jsonOf(draft).slice(1)}`
  })),
  survived("duplicate-content-type", "content twice, once as a number", (draft) => ({
    ...draft,
    text: `{"content":1,${jsonOf(draft).slice(1)}`
  })),
  survived("duplicate-reply", "replyToMessageId twice", (draft) => ({
    ...draft,
    text: `{"replyToMessageId":"a","replyToMessageId":"b",${jsonOf(draft).slice(1)}`
  })),
  ignored("empty-key", "an empty key", (draft) => withKey(draft, "", "x")),
  extraKeys("odd-keys", "keys with dots, dollars and brackets", {
    $where: "1",
    "content.length": 5,
    "content[]": "x"
  }),
  ignored("many-keys", "5,000 keys", (draft) => ({
    ...draft,
    payload: {
      ...draft.payload,
      ...Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index]))
    }
  })),
  ignored("long-key", "a key of 100,000 characters", (draft) => withKey(draft, "k".repeat(100_000), 1)),
  ignored("byte-order-mark", "a byte-order mark before the object", (draft) => ({
    ...draft,
    text: `\ufeff${jsonOf(draft)}`
  })),
  ignored("gzip", "a compressed body", (draft) => coded(draft, "gzip", Zlib.gzipSync(jsonOf(draft)))),
  ignored("deflate", "a body compressed by deflate", (draft) =>
    coded(draft, "deflate", Zlib.deflateSync(jsonOf(draft)))
  ),
  ignored("brotli", "a body compressed by brotli", (draft) =>
    coded(draft, "br", Zlib.brotliCompressSync(jsonOf(draft)))
  ),
  ignored("coding-identity", "Content-Encoding: identity", (draft) => coded(draft, "identity", undefined)),
  ignored("coding-unknown", "a Content-Encoding that does not exist", (draft) => coded(draft, "nonsense", undefined)),
  survived("gzip-plain", "Content-Encoding: gzip on a body that is not compressed", (draft) =>
    coded(draft, "gzip", undefined)
  ),
  survived("gzip-corrupt", "a compressed body with a changed byte", (draft) =>
    coded(draft, "gzip", corrupted(Zlib.gzipSync(jsonOf(draft))))
  ),
  survived("gzip-cut", "a compressed body that is cut short", (draft) =>
    coded(draft, "gzip", Zlib.gzipSync(jsonOf(draft)).subarray(0, -9))
  ),
  survived("gzip-empty", "Content-Encoding: gzip on an empty body", (draft) => coded(draft, "gzip", new Uint8Array(0))),
  survived("deflate-corrupt", "a body compressed by deflate with a changed byte", (draft) =>
    coded(draft, "deflate", corrupted(Zlib.deflateSync(jsonOf(draft))))
  ),
  survived("brotli-corrupt", "a body compressed by brotli with a changed byte", (draft) =>
    coded(draft, "br", corrupted(Zlib.brotliCompressSync(jsonOf(draft))))
  ),
  survived("coding-list", "two codings of which one is unknown", (draft) =>
    coded(draft, "gzip, nonsense", Zlib.gzipSync(jsonOf(draft)))
  ),
  ignored("expect", "Expect: 100-continue", (draft) => withHeader(draft, "Expect", "100-continue")),
  survived("expect-unknown", "an expectation that does not exist", (draft) => withHeader(draft, "Expect", "nonsense")),
  survived("large-content", "content of 1 MiB", (draft) => withKey(draft, "content", "a".repeat(mebibyte))),
  survived("larger-content", "content of 3 MiB", (draft) => withKey(draft, "content", "a".repeat(3 * mebibyte))),
  ignored("large-space", "2 MiB of white space before the object", (draft) => ({
    ...draft,
    text: " ".repeat(2 * mebibyte) + jsonOf(draft)
  })),
  survived("large-reply", "replyToMessageId of 100,000 characters", (draft) =>
    withKey(draft, "replyToMessageId", "a".repeat(100_000))
  ),
  survived("odd-charset", "charset=utf-16 on a UTF-8 body", (draft) => ({
    ...draft,
    contentType: "application/json; charset=utf-16"
  })),
  survived("unknown-charset", "a charset that does not exist", (draft) => ({
    ...draft,
    contentType: "application/json; charset=nonsense"
  })),
  survived("broken-content-type", "a Content-Type that is none", (draft) => ({ ...draft, contentType: ";;=" })),
  survived("no-content-type", "no Content-Type", (draft) => ({ ...draft, contentType: undefined })),
  ignored("query-plain", "a query on the path, of one parameter", (draft) => ({ ...draft, query: "?source=app" })),
  ignored("query-empty", "a question mark after the path", (draft) => ({ ...draft, query: "?" })),
  ignored("query-keys", "a query with the keys of a message", (draft, { thread, threads }) => ({
    ...draft,
    query: `?threadId=${threads.find((each) => each !== thread) ?? nobody}&replyToMessageId=${nobody}&content=other&id=${nobody}`
  })),
  ignored("query", "a query on the path, with an escape that is none", (draft) => ({
    ...draft,
    query: "?content=x&a[]=1&%zz"
  })),
  survived("long-query", "a query of 4,000 characters", (draft) => ({ ...draft, query: `?q=${"a".repeat(4_000)}` })),
  survived("get", "GET on the path", (draft) => ({ ...draft, method: "GET", bodiless: true })),
  survived("head", "HEAD on the path", (draft) => ({ ...draft, method: "HEAD", bodiless: true })),
  survived("options", "OPTIONS on the path", (draft) => ({ ...draft, method: "OPTIONS", bodiless: true })),
  survived("malformed-path", "a path with a broken percent escape", (draft) => ({
    ...draft,
    segment: `${draft.segment}%zz`
  })),
  survived("invalid-path", "a path with percent escapes that are not UTF-8", (draft) => ({
    ...draft,
    segment: `${draft.segment}%FF%FE`
  }))
]

export const methods: ReadonlyArray<EditSpec> = ["PUT", "PATCH", "DELETE"].flatMap((method) => [
  edit("protocol.method", method.toLowerCase(), `${method} on the path`, (draft) => ({ ...draft, method })),
  edit("protocol.method", `${method.toLowerCase()}-bodiless`, `${method} on the path without a body`, (draft) => ({
    ...draft,
    method,
    bodiless: true
  }))
])
