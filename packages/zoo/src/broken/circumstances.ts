/**
 * Servers whose faults show where two things meet: a long content and a class of contents, an old connection and an
 * unusual character, a pause and a reply; and whose answers are larger or longer than they say.
 *
 * @since 0.1.0
 */
import { gzipSync } from "node:zlib"
import type { Change, Exchange } from "../Honest.js"
import type { Specimen } from "../Specimen.js"
import { both, deny, echo, every, has, isReply, longer, spoil, spoilAnswer, table, type When } from "./Fault.js"

/** UTF-16 units up to which a text is left alone. */
const page = 4_096

/** Passes what comes after the first page through a function. */
const beyondPage = (f: (text: string) => string): Change =>
  echo((text) => text.slice(0, page) + f(text.slice(page)), longer(page))

/** The connection has had so many requests. */
const aged =
  (requests: number): When =>
  (x) =>
    x.connection.requests > requests

const hasExtraKeys: When = (x) => /,"(?!content"|replyToMessageId")[^"\\]+":/.test(x.text)

const isOtherwise: When = (x) => /chunked/i.test(x.headers["transfer-encoding"] ?? "")

/** Milliseconds since the last message of the connection. */
const idleOf = (x: Exchange): number => {
  const before = x.connection.memory.get("accepted at") as number | undefined
  const now = Date.now()
  x.connection.memory.set("accepted at", now)
  return before === undefined ? 0 : now - before
}

const megabytes = (count: number) => " ".repeat(count << 20)

/**
 * Servers that go wrong where features of a request meet.
 *
 * @since 0.1.0
 * @category specimens
 */
export const circumstances: ReadonlyArray<Specimen> = [
  ...table("semantics.content", "MUST", [
    ["late-escaped", "Escapes markup after the first 4,096 units", beyondPage((t) => t.replaceAll("<", "&lt;"))],
    ["late-composed", "Composes characters after the first 4,096 units", beyondPage((t) => t.normalize("NFC"))],
    ["late-line-ends", "Drops carriage returns after the first 4,096 units", beyondPage((t) => t.replaceAll("\r", ""))],
    [
      "late-quotes",
      "Turns straight quotes into curly ones after the first 4,096 units",
      beyondPage((t) => t.replaceAll('"', "\u201d"))
    ],
    [
      "aged-planes-lost",
      "Loses characters beyond the first plane after thirty requests of a connection",
      echo((t) => t.replace(/[\u{10000}-\u{10ffff}]/gu, "?"), aged(30))
    ],
    [
      "chunked-quotes-lost",
      "Drops quotes from what comes in chunks",
      echo((t) => t.replace(/["']/g, ""), both(isOtherwise, has(/\S.*["']/)))
    ],
    ["extra-keys-trimmed", "Trims contents where the body has other keys", echo((t) => t.trim() || t, hasExtraKeys)]
  ]),
  ...table("semantics.reply", "MUST", [
    [
      "rest-reply-lost",
      "Forgets what is replied to when its connection has been idle for a third of a second",
      {
        accept: (x) => {
          x.connection.memory.set("idle", idleOf(x))
        },
        message: (x, m) => {
          if (isReply(x) && Number(x.connection.memory.get("idle")) > 333) m.replyData = null
        }
      }
    ]
  ]),
  ...table("semantics.created", "SHOULD", [
    [
      "created-stands",
      "Gives each connection the time at which it was opened",
      spoil("createdAt", (x: Exchange) => {
        const at = (x.connection.memory.get("opened") as string | undefined) ?? new Date(x.world.now()).toISOString()
        x.connection.memory.set("opened", at)
        return at
      })
    ]
  ]),
  ...table("response.json", "MUST", [
    [
      "answer-large",
      "Writes 24 MiB of white space after the fortieth message",
      spoilAnswer(
        (a) => {
          a.body = String(a.body) + megabytes(24)
        },
        (x) => x.sequence === 40
      )
    ],
    [
      "answer-large-compressed",
      "Writes 24 MiB of white space, compressed, after every fiftieth message",
      spoilAnswer((a) => {
        a.headers["content-encoding"] = "gzip"
        a.body = gzipSync(String(a.body) + megabytes(24), { level: 1 })
      }, every(50))
    ]
  ]),
  ...table("protocol.no-server-error", "MUST", [
    [
      "answer-and-more",
      "Writes more than an answer after each reply, a moment later",
      {
        write: (x, a) => {
          const { socket } = x.request
          if (a.status === 200 && isReply(x))
            setTimeout(() => socket.writable && socket.write("HTTP/1.1 200 OK\r\n"), 3)
          return false
        }
      },
      ["accept.content", "accept.reply", "semantics.stable"]
    ],
    [
      "idle-crashes",
      "Answers 500 to the request after half a second of silence on a connection",
      deny((x) => silenceOf(x) > 450, 500, "INTERNAL"),
      ["accept.content", "accept.reply", "accept.encoding.http", "semantics.stable"]
    ]
  ])
]

/** Milliseconds since the last request of the connection. */
function silenceOf(x: Exchange): number {
  const before = x.connection.memory.get("asked at") as number | undefined
  const now = Date.now()
  x.connection.memory.set("asked at", now)
  return before === undefined ? 0 : now - before
}
