/**
 * Servers whose answers go wrong by what came before, or by what is in flight beside.
 *
 * @since 0.1.0
 */
import type { Change, Exchange, Stored } from "../Honest.js"
import { Refusal, replyData } from "../Honest.js"
import type { Specimen } from "../Specimen.js"
import { hash } from "../Specimen.js"
import {
  after,
  afterInThread,
  afterRefusal,
  always,
  both,
  coerce,
  count,
  dedupe,
  drop,
  echo,
  every,
  has,
  inSecondThread,
  isReply,
  longer,
  meeting,
  not,
  peek,
  rarely,
  refuse,
  reset,
  silent,
  spoil,
  spoilText,
  table,
  together,
  type When
} from "./Fault.js"

const firstOf = (x: Exchange) => x.replyTo?.[0] ?? ""
const replyId =
  (pattern: RegExp): When =>
  (x) =>
    x.replyTo !== undefined && pattern.test(x.replyTo)
const otherThread = (x: Exchange) => x.world.threads[x.thread.index === 0 ? 1 : 0]
const at = (x: Exchange, offset: number) => new Date((x.stored?.at ?? 0) + offset).toISOString()
const created = (offset: number | ((x: Exchange) => number), when: When = always) =>
  spoil("createdAt", (x: Exchange) => at(x, typeof offset === "number" ? offset : offset(x)), when)
const updated = (offset: number, when: When = always) => spoil("updatedAt", (x: Exchange) => at(x, offset), when)
const minute = 60_000
const target = (x: Exchange) => x.target as Stored
/** Identifiers of lengths from four to forty. */
const manyLengths: Change = {
  identifier: (x) => (x.world.identifier() + x.world.identifier()).slice(0, 4 + ((x.world.accepted * 7) % 37))
}
/** Identifiers all of one length. */
const ofLength = (n: number): Change => ({
  identifier: (x) => (x.world.identifier() + x.world.identifier()).slice(0, n)
})
const key = (x: Exchange) => `${x.thread.id} ${x.replyTo ?? ""} `

/** The last message of a thread that is a reply. */
const lastReply = (x: Exchange): Stored | undefined => {
  const slot = `reply ${x.thread.id}`
  const before = x.world.memory.get(slot) as Stored | undefined
  if (x.target !== undefined) x.world.memory.set(slot, x.target)
  return before
}

/** Another request in flight, the one that came last. */
const other = (x: Exchange): Exchange | undefined => {
  let found: Exchange | undefined
  for (const candidate of x.world.inFlight) if (candidate !== x && candidate.method === "POST") found = candidate
  return found
}
const otherPath = (x: Exchange) => {
  for (const candidate of x.world.inFlight) if (candidate.path !== x.path && candidate.method === "POST") return true
  return false
}
const latestContent = (c: string, x: Exchange) => peek(other(x))?.content ?? c

const replies: ReadonlyArray<Specimen> = [
  ...table("accept.reply", "MUST", [
    ["reply-digit-refused", "Refuses reply ids that begin with a digit", refuse(replyId(/^\d/))],
    ["reply-zero-refused", "Refuses reply ids that begin with 0", refuse(replyId(/^0/))],
    ["reply-letter-z-refused", "Refuses reply ids that begin with y or z", refuse(replyId(/^[yz]/))],
    ["reply-letter-refused", "Refuses reply ids that begin with a letter up to f", refuse(replyId(/^[a-f]/), 422)],
    ["reply-digit-end-refused", "Refuses reply ids that end with a digit", refuse(replyId(/\d$/))],
    ["reply-digits-run-refused", "Refuses reply ids with four digits in a row", refuse(replyId(/\d{4}/))],
    [
      "reply-exponent-refused",
      "Takes reply ids such as 1e5x for numbers and refuses them",
      {
        identifier: (x) => `${x.world.accepted % 5 === 0 ? "1e5" : ""}${x.world.identifier()}`,
        ...refuse(replyId(/^\d+e\d/))
      }
    ],
    [
      "reply-short-refused",
      "Refuses reply ids shorter than ten characters",
      { ...manyLengths, ...refuse((x) => (x.replyTo?.length ?? 24) < 10) }
    ],
    [
      "reply-long-refused",
      "Refuses reply ids longer than thirty-two characters",
      { ...manyLengths, ...refuse((x) => (x.replyTo?.length ?? 24) > 32) }
    ],
    [
      "reply-not-24-refused",
      "Refuses reply ids of another length than twenty-four",
      { ...manyLengths, ...refuse((x) => (x.replyTo?.length ?? 24) !== 24) }
    ],
    [
      "reply-25-refused",
      "Gives ids of twenty-five characters and refuses replies to them",
      { ...ofLength(25), ...refuse((x) => (x.replyTo?.length ?? 0) > 24) }
    ],
    [
      "reply-own-refused",
      "Refuses replies to messages sent through the API",
      refuse((x) => x.target?.inbound === false)
    ],
    [
      "reply-own-unknown",
      "Does not find messages sent through the API",
      refuse((x) => x.target?.inbound === false, 404)
    ],
    ["reply-inbound-refused", "Refuses replies to inbound messages", refuse((x) => x.target?.inbound === true, 404)],
    [
      "reply-old-refused",
      "Refuses replies to messages older than fifty messages",
      refuse((x) => x.target?.inbound === false && x.sequence - target(x).sequence > 50, 404)
    ],
    ["reply-first-refused", "Refuses replies to the first message", refuse((x) => x.target?.sequence === 1)],
    [
      "reply-second-refused",
      "Refuses a second reply to the same message",
      refuse((x) => (x.target?.replies ?? 0) > 0, 409)
    ],
    [
      "reply-third-refused",
      "Refuses a third reply to the same message",
      refuse((x) => (x.target?.replies ?? 0) > 1, 409)
    ],
    ["reply-of-reply-refused", "Refuses replies to replies", refuse((x) => x.target?.replyTo !== undefined)],
    [
      "reply-to-long-refused",
      "Refuses replies to messages longer than a thousand characters",
      refuse((x) => (x.target?.content.length ?? 0) > 1000, 422)
    ],
    [
      "reply-to-emoji-crashes",
      "Answers 500 to replies to a message with a character beyond the first plane",
      refuse((x) => /[\u{10000}-\u{10ffff}]/u.test(x.target?.content ?? ""), 500)
    ],
    [
      "reply-latest-only",
      "Takes replies to the latest message of the thread alone",
      refuse((x) => isReply(x) && x.target !== x.thread.last)
    ],
    [
      "reply-not-latest",
      "Refuses replies to the latest message, as a lagging replica does",
      refuse((x) => isReply(x) && x.target === x.thread.last && !target(x).inbound, 404)
    ],
    ["reply-in-second-thread-refused", "Refuses replies in one thread", refuse(both(isReply, inSecondThread))],
    [
      "reply-long-content-refused",
      "Refuses replies longer than a hundred characters",
      refuse(both(isReply, longer(100)), 422)
    ],
    [
      "reply-evicted",
      "Forgets messages after a hundred more",
      refuse((x) => x.target?.inbound === false && x.sequence - target(x).sequence > 100, 404),
      ["semantics.stable"]
    ],
    [
      "reply-crashes",
      "Answers 500 to reply ids that begin with a digit",
      refuse(replyId(/^\d/), 500),
      ["protocol.no-server-error"]
    ],
    [
      "reply-same-content-refused",
      "Refuses a reply that repeats the content replied to",
      refuse((x) => x.target?.content === x.content),
      ["accept.content", "accept.content.long"]
    ],
    [
      "reply-to-emoji-refused",
      "Refuses replies to messages that hold characters beyond the basic plane",
      refuse((x) => /[\u{10000}-\u{10ffff}]/u.test(x.target?.content ?? ""))
    ]
  ]),
  ...table("semantics.reply", "MUST", [
    ["reply-data-null", "Gives no reply data", spoil("replyData", null)],
    [
      "reply-data-null-own",
      "Gives no reply data for replies to messages of its own",
      spoil("replyData", null, (x) => x.target?.inbound === false)
    ],
    [
      "reply-data-null-inbound",
      "Gives no reply data for replies to inbound messages",
      spoil("replyData", null, (x) => x.target?.inbound === true)
    ],
    [
      "reply-data-null-old",
      "Gives no reply data for messages older than thirty messages",
      spoil("replyData", null, (x) => x.target?.inbound === false && x.sequence - target(x).sequence > 30)
    ],
    [
      "reply-data-null-second",
      "Gives no reply data for a second reply to the same message",
      spoil("replyData", null, (x) => (x.target?.replies ?? 0) > 1)
    ],
    [
      "reply-data-null-chain",
      "Gives no reply data for a reply to a reply",
      spoil("replyData", null, (x) => x.target?.replyTo !== undefined)
    ],
    [
      "reply-data-null-digit",
      "Gives no reply data when the id begins with a digit",
      spoil("replyData", null, replyId(/^\d/))
    ],
    [
      "reply-data-null-z",
      "Gives no reply data when the id begins with z",
      spoil("replyData", null, (x) => firstOf(x) === "z")
    ],
    ["reply-data-null-second-thread", "Gives no reply data in one thread", spoil("replyData", null, inSecondThread)],
    ["reply-data-null-every-fifth", "Gives no reply data every fifth message", spoil("replyData", null, every(5))],
    ["reply-data-null-rarely", "Gives no reply data, one time in twenty", spoil("replyData", null, rarely(20))],
    [
      "reply-data-null-long",
      "Gives no reply data when the content is longer than 200",
      spoil("replyData", null, longer(200))
    ],
    [
      "reply-data-null-non-ascii",
      "Gives no reply data when the content is not ASCII",
      spoil("replyData", null, has(/[^\0-\u007f]/))
    ],
    [
      "reply-data-null-target-emoji",
      "Gives no reply data when the message replied to holds an emoji",
      spoil("replyData", null, (x) => /\p{Extended_Pictographic}/u.test(x.target?.content ?? ""))
    ],
    [
      "reply-data-null-latest",
      "Gives no reply data for a reply to the latest message",
      spoil("replyData", null, (x) => isReply(x) && x.target === x.previous)
    ],
    ["reply-data-always", "Gives an empty object when the message is no reply", spoil("replyData", {}, not(isReply))],
    ["reply-data-false", "Gives false when the message is no reply", spoil("replyData", false, not(isReply))],
    [
      "reply-data-empty-text",
      "Gives an empty string when the message is no reply",
      spoil("replyData", "", not(isReply))
    ],
    ["reply-data-empty-list", "Gives an empty list when the message is no reply", spoil("replyData", [], not(isReply))],
    [
      "reply-data-members-null",
      "Gives an object of nulls when the message is no reply",
      spoil("replyData", { messageId: null }, not(isReply))
    ],
    ["reply-data-stale", "Keeps the reply data for the next message that is no reply", stale(1)],
    ["reply-data-stale-in-thread", "Keeps the reply data of a thread for one more message", staleInThread()],
    [
      "reply-data-to-previous",
      "Takes every message that follows an inbound one for a reply",
      spoil(
        "replyData",
        (x: Exchange) => (x.target === undefined ? { messageId: x.previous?.id ?? null } : replyData(x.target)),
        (x) => x.threadSequence <= 2
      )
    ],
    ["reply-data-same-content", "Takes a message whose content was sent before for a reply", sameContentReply()],
    [
      "reply-data-mention",
      "Takes a message with a mention for a reply",
      spoil(
        "replyData",
        (x: Exchange) => (x.target === undefined ? { mention: true } : replyData(x.target)),
        has(/@\w/)
      )
    ],
    [
      "reply-data-quote",
      "Takes a message that begins with > for a reply",
      spoil(
        "replyData",
        (x: Exchange) => (x.target === undefined ? { quote: x.content.slice(1) } : replyData(x.target)),
        has(/^>/)
      )
    ],
    [
      "reply-ignored",
      "Ignores the reply id",
      coerce("replyToMessageId", (v) => (typeof v === "string" && /^[0-9a-z]+$/.test(v) ? undefined : v)),
      ["reject.reply.unknown", "reject.reply.other-thread"]
    ],
    [
      "reply-data-null-after-refusal",
      "Gives no reply data after a refusal on the connection",
      spoil("replyData", null, afterRefusal),
      ["semantics.stable"]
    ],
    [
      "reply-data-rarely-stale",
      "Gives reply data to one plain message in forty",
      spoil(
        "replyData",
        (x: Exchange) => (x.target === undefined ? { messageId: x.previous?.id ?? "0" } : replyData(x.target)),
        rarely(40)
      )
    ]
  ])
]

/** Keeps the reply data for as many messages after a reply. */
function stale(n: number): Change {
  return {
    message: (x, m) => {
      if (x.target !== undefined) x.world.memory.set("stale", { data: m.replyData, left: n })
      else {
        const kept = x.world.memory.get("stale") as { data: unknown; left: number } | undefined
        if (kept !== undefined && kept.left-- > 0) m.replyData = kept.data
      }
    }
  }
}

function staleInThread(): Change {
  return {
    message: (x, m) => {
      const before = lastReply(x)
      const slot = `stale ${x.thread.id}`
      if (x.target !== undefined) x.world.memory.set(slot, true)
      else if (before !== undefined && x.world.memory.get(slot) === true) {
        x.world.memory.set(slot, false)
        m.replyData = replyData(before)
      }
    }
  }
}

function sameContentReply(): Change {
  return {
    message: (x, m) => {
      const slot = `content ${x.content}`
      const seen = x.world.memory.get(slot)
      x.world.memory.set(slot, x.stored?.id)
      if (seen !== undefined && x.target === undefined) m.replyData = { messageId: seen }
    }
  }
}

const identity: ReadonlyArray<Specimen> = [
  ...table("semantics.thread", "MUST", [
    ["thread-first-always", "Names the first thread always", spoil("threadId", (x: Exchange) => x.world.threads[0].id)],
    ["thread-other", "Names the other thread", spoil("threadId", (x: Exchange) => otherThread(x).id)],
    [
      "thread-other-in-replies",
      "Names the other thread in replies",
      spoil("threadId", (x: Exchange) => otherThread(x).id, isReply)
    ],
    [
      "thread-previous",
      "Names the thread of the message before",
      spoil("threadId", (x: Exchange) => x.previous?.thread.id ?? x.thread.id)
    ],
    ["thread-previous-on-connection", "Names the first thread that was used on the connection", threadOfConnection()],
    [
      "thread-cut",
      "Cuts the thread id after twenty characters",
      spoil("threadId", (x: Exchange) => x.thread.id.slice(0, 20))
    ],
    [
      "thread-first-dropped",
      "Loses the first character of the thread id",
      spoil("threadId", (x: Exchange) => x.thread.id.slice(1))
    ],
    ["thread-padded", "Pads the thread id with zeros", spoil("threadId", (x: Exchange) => `0${x.thread.id}`)],
    ["thread-own-id", "Gives the message's id as the thread's", spoil("threadId", (x: Exchange) => x.stored?.id)],
    ["thread-team-id", "Gives the team's id as the thread's", spoil("threadId", (x: Exchange) => x.world.teamId)],
    ["thread-fresh", "Gives a new thread id each time", spoil("threadId", (x: Exchange) => x.world.identifier())],
    [
      "thread-rarely-other",
      "Names the other thread, one time in fifty",
      spoil("threadId", (x: Exchange) => otherThread(x).id, rarely(50))
    ],
    [
      "thread-other-every-20th",
      "Names the other thread every twentieth time",
      spoil("threadId", (x: Exchange) => otherThread(x).id, every(20))
    ],
    [
      "thread-other-when-long",
      "Names the other thread when the content is longer than 800",
      spoil("threadId", (x: Exchange) => otherThread(x).id, longer(800))
    ]
  ]),
  ...table("semantics.origin", "MUST", [
    ["origin-internal", "Calls the origin internal", spoil("origin", "internal")],
    ["origin-external", "Calls the origin external", spoil("origin", "external")],
    ["origin-null", "Gives no origin", spoil("origin", null)],
    ["origin-internal-in-replies", "Calls the origin of replies internal", spoil("origin", "internal", isReply)],
    ["origin-null-in-second-thread", "Gives no origin in one thread", spoil("origin", null, inSecondThread)],
    [
      "origin-external-every-tenth",
      "Calls the origin external every tenth time",
      spoil("origin", "external", every(10))
    ],
    [
      "origin-of-target",
      "Takes over the origin of an inbound message that it replies to",
      spoil("origin", "external", (x) => x.target?.inbound === true)
    ],
    ["origin-null-rarely", "Gives no origin, one time in forty", spoil("origin", null, rarely(40))],
    [
      "origin-internal-repeated",
      "Calls the origin internal when the content repeats",
      spoil("origin", "internal", (x) => x.previous?.content === x.content)
    ]
  ]),
  ...table("semantics.fresh", "MUST", [
    ["fresh-edited", "Calls every message edited", spoil("isEdited", true)],
    ["fresh-edited-in-replies", "Calls replies edited", spoil("isEdited", true, isReply)],
    [
      "fresh-edited-when-trimmed",
      "Calls messages with white space at an edge edited",
      spoil("isEdited", true, has(/^\s|\s$/))
    ],
    [
      "fresh-edited-when-repeated",
      "Calls a message that repeats the one before edited",
      spoil("isEdited", true, (x) => x.previous?.content === x.content)
    ],
    ["fresh-edited-rarely", "Calls one message in fifty edited", spoil("isEdited", true, rarely(50))],
    [
      "fresh-edited-when-decomposed",
      "Calls messages that are not in NFC edited",
      spoil("isEdited", true, (x) => x.content.normalize("NFC") !== x.content)
    ],
    [
      "fresh-deleted",
      "Gives the time of creation as the time of deletion",
      spoil("deletedAt", (x: Exchange) => at(x, 0))
    ],
    ["fresh-deleted-zero", "Gives the year 1 for never deleted", spoil("deletedAt", "0001-01-01T00:00:00Z")],
    ["fresh-deleted-epoch", "Gives 1970 for never deleted", spoil("deletedAt", "1970-01-01T00:00:00.000Z")],
    [
      "fresh-deleted-future",
      "Gives the time at which the message will be deleted",
      spoil("deletedAt", (x: Exchange) => at(x, 86_400_000))
    ],
    [
      "fresh-deleted-when-long",
      "Deletes messages longer than 1,000",
      spoil("deletedAt", (x: Exchange) => at(x, 0), longer(1000))
    ],
    [
      "fresh-platform-deleted",
      "Gives the time of creation as that of deletion on the platform",
      spoil("platformDeletedAt", (x: Exchange) => at(x, 0))
    ],
    [
      "fresh-platform-deleted-epoch",
      "Gives 1970 for never deleted on the platform",
      spoil("platformDeletedAt", "1970-01-01T00:00:00Z")
    ],
    [
      "fresh-platform-deleted-replies",
      "Calls replies deleted on the platform",
      spoil("platformDeletedAt", (x: Exchange) => at(x, 1000), isReply)
    ],
    [
      "fresh-deleted-every-30th",
      "Deletes every thirtieth message",
      spoil("deletedAt", (x: Exchange) => at(x, 0), every(30))
    ]
  ]),
  ...table("semantics.unique", "MUST", [
    [
      "unique-same-content",
      "Answers the earlier message when the content is the same",
      dedupe((x) => key(x) + x.content)
    ],
    [
      "unique-same-content-anywhere",
      "Answers the earlier message when the content is the same in any thread",
      dedupe((x) => x.content),
      ["semantics.thread", "semantics.reply", "semantics.identity"]
    ],
    [
      "unique-same-content-in-a-row",
      "Answers the message before when the content is the same",
      dedupe(
        (x) => key(x) + x.content,
        (x, found) => found === x.previous
      )
    ],
    [
      "unique-same-content-five-seconds",
      "Answers the earlier message within five seconds",
      dedupe(
        (x) => key(x) + x.content,
        (x, found) => x.world.now() - found.at < 5000
      )
    ],
    [
      "unique-same-content-for-replies",
      "Answers the earlier reply when content and target are the same",
      dedupe((x) => key(x) + x.content, isReply)
    ],
    [
      "unique-same-content-of-plain",
      "Answers the earlier message when the same content is no reply",
      dedupe((x) => key(x) + x.content, not(isReply))
    ],
    [
      "unique-same-short-content",
      "Answers the earlier message when the same content is shorter than twenty",
      dedupe((x) => key(x) + x.content, not(longer(19)))
    ],
    [
      "unique-lower-case",
      "Takes contents that differ in case for one message",
      dedupe((x) => key(x) + x.content.toLowerCase()),
      ["semantics.content"]
    ],
    [
      "unique-nfc",
      "Takes contents of one normal form for one message",
      dedupe((x) => key(x) + x.content.normalize("NFC")),
      ["semantics.content"]
    ],
    [
      "unique-trimmed",
      "Takes contents that differ in outer white space for one message",
      dedupe((x) => key(x) + x.content.trim()),
      ["semantics.content"]
    ],
    [
      "unique-first-32",
      "Takes contents with the same first thirty-two characters for one message",
      dedupe((x) => key(x) + x.content.slice(0, 32)),
      ["semantics.content", "semantics.created"]
    ],
    [
      "unique-length-when-long",
      "Takes long contents of one length for one message",
      dedupe((x) => key(x) + x.content.length, longer(900)),
      ["semantics.content"]
    ],
    [
      "unique-hash-16",
      "Takes contents with the same hash of sixteen bits for one message",
      dedupe((x) => key(x) + (x.content.length > 40 ? hash(x.content) & 0xff : x.content)),
      ["semantics.content"]
    ],
    [
      "unique-id-same",
      "Gives the same id to the same content",
      { identifier: (x) => `c${hash(key(x) + x.content).toString(36)}${hash(x.content).toString(36)}` }
    ],
    [
      "unique-id-of-length",
      "Makes the id of thread and content length",
      { identifier: (x) => `l${x.thread.index}x${x.content.length}` }
    ],
    [
      "unique-id-second",
      "Makes the id of the second of the clock",
      { identifier: (x) => `t${Math.floor(x.world.now() / 1000).toString(36)}` }
    ],
    [
      "unique-id-wraps-256",
      "Starts again after 256 ids",
      { identifier: (x) => `m${(x.world.accepted % 256).toString(36)}` }
    ],
    ["unique-id-wraps-100", "Starts again after a hundred ids", { identifier: (x) => `m${x.world.accepted % 100}` }],
    ["unique-id-per-thread", "Counts ids in each thread by itself", { identifier: (x) => `m${x.thread.accepted}` }],
    [
      "unique-id-of-target",
      "Gives a reply the id of the message replied to",
      spoil("id", (x: Exchange) => x.target?.id, isReply)
    ],
    [
      "unique-id-short-random",
      "Draws ids from a thousand",
      { identifier: (x) => `r${Math.floor(x.world.random() * 1000).toString(36)}` }
    ],
    [
      "unique-id-every-40th",
      "Repeats the id before every fortieth time",
      spoil("id", (x: Exchange) => x.previous?.id ?? x.stored?.id, every(40))
    ],
    ["unique-id-constant", "Gives every message the same id", { identifier: () => "msg0" }],
    [
      "unique-id-in-a-row",
      "Gives a message that repeats the content before its id",
      { identifier: (x) => (x.world.last?.content === x.content ? x.world.last.id : x.world.identifier()) }
    ],
    [
      "unique-id-of-first-on-connection",
      "Gives the first message of each connection the id of the one before",
      spoil(
        "id",
        (x: Exchange) => x.previous?.id ?? x.stored?.id,
        (x) => x.connection.requests === 1
      ),
      ["accept.reply", "accept.encoding.http"]
    ],
    [
      "unique-conflict",
      "Answers 409 when the content was sent before",
      refuse((x) => count(x, `sent ${x.content}`) > 1, 409),
      ["accept.content", "accept.reply"]
    ],
    [
      "unique-conflict-in-a-row",
      "Answers 409 when the content is that of the message before",
      refuse((x) => x.previous?.content === x.content && x.previous.thread === x.thread, 409),
      ["accept.content", "accept.reply"]
    ],
    [
      "unique-id-of-inbound",
      "Gives the first message the id of the inbound one",
      spoil(
        "id",
        (x: Exchange) => x.target?.id ?? x.stored?.id,
        (x) => x.target?.inbound === true
      )
    ]
  ])
]

function threadOfConnection(): Change {
  return {
    message: (x, m) => {
      const first = x.connection.memory.get("first") ?? x.thread.id
      x.connection.memory.set("first", first)
      m.threadId = first
    }
  }
}

const concurrent = (id: string, title: string, change: Change, also?: ReadonlyArray<string>) =>
  [id, title, meeting(change), also ?? []] as const
const conflict = (when: When, status: number) => refuse(when, status)
const tenantId = (x: Exchange) => `t${x.world.now().toString(36)}`

const concurrency = table("semantics.concurrent", "MUST", [
  concurrent("concurrent-content", "Gives the content of another request in flight", echo(latestContent)),
  concurrent(
    "concurrent-content-4",
    "Gives the content of another request when four are in flight",
    echo(latestContent, together(4))
  ),
  concurrent(
    "concurrent-content-8",
    "Gives the content of another request when eight are in flight",
    echo(latestContent, together(8))
  ),
  concurrent(
    "concurrent-content-12",
    "Gives the content of another request when twelve are in flight",
    echo(latestContent, together(12))
  ),
  concurrent(
    "concurrent-content-across",
    "Gives the content of another request when two threads are written to",
    echo(latestContent, otherPath)
  ),
  concurrent(
    "concurrent-content-replies",
    "Gives a reply the content of another request in flight",
    echo(latestContent, isReply)
  ),
  concurrent(
    "concurrent-content-rarely",
    "Gives the content of another request, one time in ten when several are in flight",
    echo(latestContent, rarely(10))
  ),
  concurrent(
    "concurrent-content-joined",
    "Joins the contents of two requests in flight",
    echo((c, x) => c + (peek(other(x))?.content ?? ""), together(3))
  ),
  concurrent(
    "concurrent-content-cut",
    "Cuts the content to the length of the one before when four are in flight",
    echo((c, x) => c.slice(0, x.previous?.content.length ?? c.length), together(4))
  ),
  concurrent(
    "concurrent-thread",
    "Names the thread of another request in flight",
    spoil("threadId", (x: Exchange) => otherThread(x).id, otherPath),
    ["semantics.thread"]
  ),
  concurrent(
    "concurrent-thread-4",
    "Names another thread when four are in flight in two threads",
    spoil("threadId", (x: Exchange) => otherThread(x).id, both(otherPath, together(4))),
    ["semantics.thread"]
  ),
  concurrent(
    "concurrent-thread-8",
    "Names another thread when eight are in flight in two threads",
    spoil("threadId", (x: Exchange) => otherThread(x).id, both(otherPath, together(8)))
  ),
  concurrent(
    "concurrent-reply-lost",
    "Loses reply data when a message that is no reply is in flight",
    spoil("replyData", null, (x) => isReply(x) && other(x) !== undefined && peek(other(x))?.replyTo === undefined),
    ["semantics.reply"]
  ),
  concurrent(
    "concurrent-reply-leaked",
    "Gives the reply data of another request in flight to a message that is no reply",
    spoil("replyData", (x: Exchange) => leaked(x) ?? (x.target === undefined ? null : replyData(x.target))),
    ["semantics.reply"]
  ),
  concurrent(
    "concurrent-reply-lost-8",
    "Loses reply data when eight are in flight",
    spoil("replyData", null, together(8)),
    ["semantics.reply"]
  ),
  concurrent(
    "concurrent-reply-crossed",
    "Gives a reply the data of another reply in flight",
    spoil("replyData", (x: Exchange) => leaked(x) ?? replyData(target(x)), isReply)
  ),
  concurrent("concurrent-id", "Makes ids of the millisecond of the clock", { identifier: tenantId }, [
    "semantics.unique",
    "accept.reply"
  ]),
  concurrent(
    "concurrent-id-4",
    "Makes ids of the millisecond when four are in flight",
    { identifier: (x) => (together(4)(x) ? tenantId(x) : x.world.identifier()) },
    ["semantics.unique", "accept.reply"]
  ),
  concurrent(
    "concurrent-id-8",
    "Gives the id of the message before when eight are in flight",
    spoil("id", (x: Exchange) => x.previous?.id ?? x.stored?.id, together(8)),
    ["semantics.unique", "accept.reply"]
  ),
  concurrent(
    "concurrent-id-12",
    "Gives the id of the message before when twelve are in flight",
    spoil("id", (x: Exchange) => x.previous?.id ?? x.stored?.id, together(12)),
    ["semantics.unique", "accept.reply"]
  ),
  concurrent(
    "concurrent-id-across",
    "Gives the id of the message before when it was sent to another thread meanwhile",
    spoil(
      "id",
      (x: Exchange) => (x.previous?.thread === x.thread ? x.stored?.id : (x.previous?.id ?? x.stored?.id)),
      otherPath
    ),
    ["semantics.unique", "accept.reply"]
  ),
  concurrent(
    "concurrent-merged",
    "Answers one message to equal contents in flight together",
    dedupe(
      (x) => `${x.thread.id} ${x.content}`,
      (x, found) => x.together > 1 && x.world.now() - found.at < 50
    ),
    ["semantics.unique", "semantics.reply"]
  ),
  concurrent("concurrent-answer-swapped", "Answers with the message of another request in flight", swapped(2), [
    "accept.reply",
    "semantics.reply"
  ]),
  concurrent(
    "concurrent-answer-swapped-8",
    "Answers with the message of another request when eight are in flight",
    swapped(8),
    ["accept.reply", "semantics.reply"]
  ),
  concurrent(
    "concurrent-conflict",
    "Answers 409 when another request of the thread is in flight",
    conflict((x) => x.together > 1 && [...x.world.inFlight].some((y) => y !== x && y.path === x.path), 409),
    ["accept.content"]
  ),
  concurrent("concurrent-locked-8", "Answers 423 when eight are in flight", conflict(together(8), 423), [
    "accept.content"
  ]),
  concurrent(
    "concurrent-deadlock",
    "Answers 500 when eight are in flight, as a database that is locked does",
    conflict(together(8), 500),
    ["protocol.no-server-error"]
  ),
  concurrent("concurrent-pool-12", "Answers 503 when twelve are in flight", conflict(together(12), 503), [
    "protocol.no-server-error"
  ]),
  concurrent(
    "concurrent-reset-10",
    "Resets connections when ten are in flight",
    reset((x) => x.together >= 10),
    ["protocol.no-server-error", "reject.reply"]
  ),
  concurrent(
    "concurrent-unauthorized",
    "Refuses the token when six are in flight",
    { authenticate: (x) => (together(6)(x) ? false : undefined) },
    ["accept.content"]
  ),
  concurrent(
    "concurrent-unanswered",
    "Never answers one of twelve requests in flight",
    silent((x) => x.together >= 12 && count(x, "unanswered") % 12 === 0),
    ["protocol.no-server-error", "auth.missing"]
  ),
  concurrent(
    "concurrent-json-spliced",
    "Writes the end of another answer after its own when five are in flight",
    spoilText((t) => `${t}${t.slice(-20)}`, together(5)),
    ["response.json"]
  ),
  concurrent(
    "concurrent-keys-lost",
    "Loses keys of the answer when eight are in flight",
    drop("attachment", together(8)),
    ["response.key.attachment"]
  )
])

function leaked(x: Exchange): unknown {
  const id = peek(other(x))?.replyTo
  const found = id === undefined ? undefined : x.world.messages.get(id)
  return found === undefined ? undefined : replyData(found)
}

/** Holds the first answer back until another is there, and hands out the other's message. */
function swapped(n: number): Change {
  return {
    message: (x, m) => {
      const before = x.previous
      if (x.together >= n && before !== undefined && x.world.now() - before.at < 20) Object.assign(m, before.draft)
    }
  }
}

const stability = table("semantics.stable", "MUST", [
  [
    "stable-cut-after-100",
    "Cuts contents after a hundred messages",
    echo((c) => c.slice(0, 100), after(100)),
    ["semantics.content"]
  ],
  [
    "stable-trim-after-300",
    "Trims contents after three hundred messages",
    echo((c) => c.trim() || c, after(300)),
    ["semantics.content"]
  ],
  [
    "stable-content-frozen-after-300",
    "Gives the same content for ever after three hundred messages",
    frozen(300),
    ["semantics.content"]
  ],
  [
    "stable-mojibake-after-700",
    "Reads UTF-8 as Latin-1 after seven hundred messages",
    echo((c) => Buffer.from(c).toString("latin1"), after(700)),
    ["semantics.content"]
  ],
  [
    "stable-refuses-after-100",
    "Refuses everything after a hundred messages",
    refuse(after(100), 403),
    ["accept.content"]
  ],
  [
    "stable-refuses-after-300",
    "Refuses everything after three hundred messages",
    refuse(after(300), 402),
    ["accept.content"]
  ],
  [
    "stable-refuses-after-1000",
    "Refuses everything after a thousand messages",
    refuse(after(999), 422),
    ["accept.content"]
  ],
  [
    "stable-crashes-after-300",
    "Answers 500 after three hundred messages",
    refuse(after(300), 500),
    ["protocol.no-server-error"]
  ],
  [
    "stable-crashes-after-1000",
    "Answers 500 from the thousandth message on",
    refuse(after(999), 500),
    ["protocol.no-server-error"]
  ],
  [
    "stable-thread-full-after-200",
    "Refuses messages of a thread that has two hundred",
    refuse(afterInThread(200), 409),
    ["accept.content"]
  ],
  [
    "stable-thread-full-after-50",
    "Refuses messages of a thread that has fifty",
    refuse(afterInThread(50), 422),
    ["accept.content"]
  ],
  [
    "stable-id-after-100",
    "Repeats ids after a hundred messages",
    {
      identifier: (x) => (x.world.accepted > 100 && x.world.last !== undefined ? x.world.last.id : x.world.identifier())
    },
    ["semantics.unique"]
  ],
  [
    "stable-id-wraps-1000",
    "Starts again after 999 ids",
    { identifier: (x) => `m${x.world.accepted % 999}` },
    ["semantics.unique"]
  ],
  [
    "stable-id-upper-case-after-700",
    "Writes ids in upper case after seven hundred messages",
    spoil("id", (x: Exchange) => x.stored?.id.toUpperCase(), after(700)),
    ["response.key.id"]
  ],
  [
    "stable-reply-data-after-100",
    "Gives no reply data after a hundred messages",
    spoil("replyData", null, after(100)),
    ["semantics.reply"]
  ],
  [
    "stable-key-lost-after-20",
    "Leaves entities out after twenty messages",
    drop("entities", after(20)),
    ["response.key.entities"]
  ],
  [
    "stable-key-lost-after-300",
    "Leaves isEncrypted out after three hundred messages",
    drop("isEncrypted", after(300)),
    ["response.key.isEncrypted"]
  ],
  [
    "stable-created-after-700",
    "Writes createdAt without an offset after seven hundred messages",
    spoil("createdAt", (x: Exchange) => at(x, 0).slice(0, -1), after(700)),
    ["response.key.createdAt"]
  ],
  [
    "stable-origin-after-100",
    "Calls the origin internal after a hundred messages",
    spoil("origin", "internal", after(100)),
    ["semantics.origin"]
  ],
  [
    "stable-thread-after-200",
    "Names the first thread after two hundred messages",
    spoil("threadId", (x: Exchange) => x.world.threads[0].id, after(200)),
    ["semantics.thread"]
  ],
  [
    "stable-deleted-after-1000",
    "Calls messages deleted from the thousandth on",
    spoil("deletedAt", (x: Exchange) => at(x, 0), after(999)),
    ["semantics.fresh"]
  ],
  [
    "stable-status-after-300",
    "Answers 201 after three hundred messages",
    {
      answer: (x, a) => {
        if (a.status === 200 && x.sequence > 300) a.status = 201
      }
    },
    ["response.status"]
  ],
  [
    "stable-connection-after-64",
    "Resets a connection after sixty-four requests",
    reset((x) => x.connection.requests > 64),
    ["protocol.no-server-error", "accept.encoding.http"]
  ],
  [
    "stable-refused-then-refused",
    "Refuses the message after a refused one",
    refuseAfterRefusal(() => true),
    ["accept.encoding.http"]
  ],
  [
    "stable-refused-then-crash",
    "Answers 500 after malformed JSON on the connection",
    {
      coerce: (x, b) => {
        if (x.connection.lastStatus === 400) throw new Refusal(500, "INTERNAL", "Something went wrong")
        return b
      }
    },
    ["protocol.no-server-error"]
  ],
  [
    "stable-refused-then-unauthorized",
    "Refuses the right token after a wrong one on the connection",
    { authenticate: (x) => (x.connection.lastStatus === 401 ? false : undefined) },
    ["accept.encoding.http"]
  ],
  [
    "stable-refused-locks-out",
    "Refuses the right token for a while after five wrong ones",
    lockOut(5),
    ["accept.content"]
  ],
  ["stable-refused-content-kept", "Gives the content of the request refused before on the connection", keptContent()],
  [
    "stable-refused-content-changed",
    "Loses the first character after a refusal on the connection",
    echo((c) => c.slice(1) || c, afterRefusal),
    ["semantics.content"]
  ],
  [
    "stable-refused-id-repeated",
    "Repeats an id after a refusal on the connection",
    spoil("id", (x: Exchange) => x.previous?.id ?? x.stored?.id, afterRefusal),
    ["semantics.unique", "accept.reply"]
  ],
  [
    "stable-refused-thread-changed",
    "Names the other thread after a refusal on the connection",
    spoil("threadId", (x: Exchange) => otherThread(x).id, afterRefusal),
    ["semantics.thread"]
  ],
  [
    "stable-refused-origin-changed",
    "Calls the origin external after a refusal on the connection",
    spoil("origin", "external", afterRefusal),
    ["semantics.origin"]
  ],
  [
    "stable-refused-edited",
    "Calls the message after a refused one edited",
    spoil("isEdited", true, afterRefusal),
    ["semantics.fresh"]
  ],
  [
    "stable-refused-key-lost",
    "Leaves reactions out after a refusal on the connection",
    drop("reactions", afterRefusal),
    ["response.key.reactions"]
  ],
  [
    "stable-refused-reset",
    "Resets the connection after a refusal without notice",
    reset((x, a) => a.status === 200 && x.connection.refused > 0),
    ["protocol.no-server-error", "accept.encoding.http"]
  ],
  [
    "stable-refused-answered-again",
    "Sends the refusal once more to the request that follows",
    refuseAfterRefusal((x) => x.connection.refused % 2 === 1),
    ["accept.encoding.http"]
  ],
  [
    "stable-cap-of-replies",
    "Refuses replies after thirty replies",
    refuse((x) => isReply(x) && count(x, "replies") > 30, 422),
    ["accept.reply"]
  ],
  [
    "stable-wrong-after-refusals",
    "Cuts contents after twenty refusals",
    echo(
      (c) => c.slice(0, 10),
      (x) => x.world.refused > 20
    ),
    ["semantics.content"]
  ]
])

function frozen(n: number): Change {
  return {
    message: (x, m) => {
      if (x.sequence === n) x.world.memory.set("frozen", x.content)
      if (x.sequence > n) m.content = x.world.memory.get("frozen") ?? x.content
    }
  }
}

/** Refuses one message after a refusal that was right. */
function refuseAfterRefusal(when: When): Change {
  return refuse((x) => {
    const { memory, requests } = x.connection
    if (!afterRefusal(x) || memory.get("again") === requests - 1 || !when(x)) return false
    memory.set("again", requests)
    return true
  })
}

function lockOut(n: number): Change {
  return {
    authenticate: (x, header) => {
      if (header !== `Bearer ${x.world.token}` && header !== undefined) count(x, "wrong")
      const wrong = (x.world.memory.get("wrong") as number | undefined) ?? 0
      const left = (x.world.memory.get("left") as number | undefined) ?? 20
      if (wrong < n || left === 0) return undefined
      x.world.memory.set("left", left - 1)
      return false
    }
  }
}

function keptContent(): Change {
  return {
    coerce: (x, body) => {
      const text = (body as { readonly content?: unknown } | null)?.content
      const kept = x.connection.memory.get("kept")
      x.connection.memory.set("kept", text)
      x.connection.memory.set("leak", afterRefusal(x) && typeof kept === "string" && kept !== "" ? kept : undefined)
      return body
    },
    message: (x, m) => {
      m.content = x.connection.memory.get("leak") ?? m.content
    }
  }
}

const expected: ReadonlyArray<Specimen> = [
  ...table("semantics.created", "SHOULD", [
    ["created-ahead-10", "Runs ten minutes ahead", created(10 * minute)],
    ["created-behind-10", "Runs ten minutes behind", created(-10 * minute)],
    ["created-ahead-hour", "Writes the time of a zone one hour east with the offset Z", created(60 * minute)],
    [
      "created-behind-five-hours",
      "Writes the time of a zone five hours west with the offset Z",
      created(-300 * minute)
    ],
    [
      "created-offset-wrong-sign",
      "Writes an offset with the wrong sign",
      spoil("createdAt", (x: Exchange) => at(x, 120 * minute).replace("Z", "-02:00"))
    ],
    ["created-year-ahead", "Runs a year ahead", created(366 * 1440 * minute)],
    ["created-epoch", "Writes 1970", spoil("createdAt", "1970-01-01T00:00:00.000Z")],
    ["created-fixed", "Writes the same day always", spoil("createdAt", "2023-11-07T05:31:56Z")],
    [
      "created-thousandth",
      "Takes seconds for milliseconds",
      spoil("createdAt", (x: Exchange) => new Date((x.stored?.at ?? 0) / 1000).toISOString())
    ],
    ["created-decreases-every-tenth", "Goes back by thirty seconds every tenth time", created(-30_000, every(10))],
    ["created-decreases", "Counts down", created((x) => -x.sequence * 1000)],
    ["created-jitter", "Wavers by two seconds", created((x) => Math.round(x.world.random() * 4000) - 2000)],
    ["created-threads-apart", "Has clocks a minute apart in two threads", created(-minute, inSecondThread)],
    [
      "created-of-target",
      "Gives a reply the time of the message replied to",
      created((x) => target(x).at - (x.stored?.at ?? 0) - 1, isReply)
    ],
    ["created-replies-late", "Writes replies ten minutes late", created(-10 * minute, isReply)],
    [
      "created-date-month-swapped",
      "Swaps month and day when it can",
      spoil("createdAt", (x: Exchange) =>
        at(x, 0).replace(/-(\d\d)-(\d\d)T/, (all, m: string, d: string) =>
          Number(d) <= 12 && d !== m ? `-${d}-${m}T` : all.replace(/-\d\dT/, "-01T")
        )
      )
    ],
    ["created-drifts", "Gains a second with each message", created((x) => x.sequence * 1000)]
  ]),
  ...table("semantics.updated", "SHOULD", [
    ["updated-second-before", "Gives a time one second before createdAt", updated(-1000)],
    ["updated-millisecond-before", "Gives a time one millisecond before createdAt", updated(-1)],
    ["updated-hour-before", "Gives a time one hour before createdAt", updated(-60 * minute)],
    ["updated-epoch", "Gives 1970", spoil("updatedAt", "1970-01-01T00:00:00Z")],
    [
      "updated-cut-to-seconds",
      "Cuts the time to seconds, so that it lies before createdAt",
      spoil("updatedAt", (x: Exchange) => at(x, 0).replace(/\.\d+/, ""))
    ],
    ["updated-in-replies", "Gives replies a time before createdAt", updated(-5000, isReply)],
    [
      "updated-of-previous",
      "Gives the time of the message before",
      spoil("updatedAt", (x: Exchange) => new Date((x.previous?.at ?? x.stored?.at ?? 0) - 1).toISOString())
    ],
    [
      "updated-offset",
      "Gives the right clock with a wrong offset",
      spoil("updatedAt", (x: Exchange) => at(x, 0).replace("Z", "+02:00"))
    ],
    ["updated-every-25th", "Gives a time before createdAt every 25th time", updated(-2000, every(25))]
  ]),
  ...table("semantics.plain", "SHOULD", [
    ["plain-reactions", "Gives a reaction", spoil("reactions", [{ emoji: "\u2764" }])],
    ["plain-reactions-null-item", "Gives a list of null as reactions", spoil("reactions", [null])],
    ["plain-reactions-in-replies", "Gives replies a reaction", spoil("reactions", ["like"], isReply)],
    [
      "plain-reactions-emoji",
      "Takes an emoji in the content for a reaction",
      spoil("reactions", (x: Exchange) => [x.content.slice(0, 2)], has(/^\p{Extended_Pictographic}/u))
    ],
    ["plain-forward", "Gives an empty object as forwarded data", spoil("forwardData", {})],
    ["plain-forward-false", "Gives false as forwarded data", spoil("forwardData", false)],
    [
      "plain-forward-url",
      "Takes a message with a URL for a forwarded one",
      spoil("forwardData", { url: true }, has(/https?:\/\//))
    ],
    [
      "plain-forward-reply",
      "Takes a reply for a forwarded message",
      spoil("forwardData", (x: Exchange) => replyData(target(x)), isReply)
    ],
    ["plain-campaign", "Names a campaign", spoil("campaignId", "df6jbw4h36aaaaaaaaaaaaaa")],
    ["plain-campaign-zero", "Names the campaign 0", spoil("campaignId", "0")],
    [
      "plain-campaign-first",
      "Names a campaign for the first message of a thread",
      spoil("campaignId", "c1", (x) => x.threadSequence === 1)
    ],
    ["plain-campaign-every-20th", "Names a campaign every twentieth time", spoil("campaignId", "c1", every(20))]
  ]),
  ...table("semantics.identity", "SHOULD", [
    ["identity-team-random", "Gives a new teamId each time", spoil("teamId", (x: Exchange) => x.world.identifier())],
    [
      "identity-team-per-thread",
      "Gives each thread a team",
      spoil("teamId", (x: Exchange) => `${x.world.teamId}${x.thread.index}`)
    ],
    ["identity-team-of-reply", "Gives replies another team", spoil("teamId", (x: Exchange) => x.thread.id, isReply)],
    [
      "identity-team-every-15th",
      "Gives another team every fifteenth time",
      spoil("teamId", (x: Exchange) => x.world.userId, every(15))
    ],
    [
      "identity-team-rarely",
      "Gives another team, one time in forty",
      spoil("teamId", (x: Exchange) => x.world.userId, rarely(40))
    ],
    [
      "identity-team-after-refusal",
      "Gives another team after a refusal on the connection",
      spoil("teamId", (x: Exchange) => x.world.userId, afterRefusal)
    ],
    [
      "identity-author-random",
      "Gives a new authorId each time",
      spoil("authorId", (x: Exchange) => x.world.identifier())
    ],
    [
      "identity-author-alternates",
      "Takes turns between two authors",
      spoil("authorId", (x: Exchange) => x.world.userId, every(2))
    ],
    [
      "identity-author-of-reply",
      "Gives replies another author",
      spoil("authorId", (x: Exchange) => x.world.userId, isReply)
    ],
    [
      "identity-author-message",
      "Gives the message's id as the author",
      spoil("authorId", (x: Exchange) => x.stored?.id)
    ],
    [
      "identity-author-per-length",
      "Makes the author of the content's length",
      spoil("authorId", (x: Exchange) => `a${x.content.length}`)
    ],
    [
      "identity-author-every-30th",
      "Gives another author every thirtieth time",
      spoil("authorId", (x: Exchange) => x.world.userId, every(30))
    ],
    [
      "identity-author-connection",
      "Gives each connection an author",
      spoil("authorId", (x: Exchange) => {
        const author = x.connection.memory.get("author") ?? x.world.identifier()
        x.connection.memory.set("author", author)
        return author
      })
    ]
  ])
]

/**
 * Servers that go wrong in identity, replies, time, sequences and concurrency.
 *
 * @since 0.1.0
 * @category specimens
 */
export const state: ReadonlyArray<Specimen> = [...replies, ...identity, ...concurrency, ...stability, ...expected]
