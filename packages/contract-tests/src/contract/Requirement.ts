/**
 * The catalogue: everything that the kit holds a server to, one entry a requirement.
 *
 * @since 0.1.0
 */
import * as Message from "@inbox-effect/client/Message"
import { documentedType } from "./documentedType.js"

/**
 * Weight of a requirement. `MUST`: the document says it, or HTTP and JSON do; a violation fails the run.
 * `SHOULD`: the vendor says it elsewhere, or every client would expect it; a violation is a warning.
 *
 * @since 0.1.0
 * @category models
 */
export type Level = "MUST" | "SHOULD"

/**
 * The chapters of the catalogue, in the order of a report.
 *
 * @since 0.1.0
 * @category models
 */
export const groups = ["accept", "response", "semantics", "auth", "reject", "protocol"] as const

/**
 * One chapter of the catalogue.
 *
 * @since 0.1.0
 * @category models
 */
export type Group = (typeof groups)[number]

/**
 * Titles of the chapters, for headings.
 *
 * @since 0.1.0
 * @category models
 */
export const groupTitles: { readonly [G in Group]: string } = {
  accept: "accept: valid payloads",
  response: "response: shape",
  semantics: "semantics: what the 200 says",
  auth: "authentication",
  reject: "validation: invalid payloads",
  protocol: "protocol"
}

/**
 * A promise of the contract. Ids are stable, since users waive by them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Requirement extends Entry<Id> {}

interface Entry<I extends string> {
  readonly id: I
  readonly group: Group
  readonly level: Level
  /** When it holds, in one sentence. */
  readonly title: string
  /** The sentence that it rests on, and whose it is. */
  readonly source: string
  /** The harm to a client if it does not hold. */
  readonly harm: string
}

const define = <I extends `${Group}.${string}`>(
  id: I,
  level: Level,
  title: string,
  source: string,
  harm: string
): Entry<I> => ({
  id,
  group: id.slice(0, id.indexOf(".")) as Group,
  level,
  title,
  source,
  harm
})

const contentRule = "Body: content, string, required, minimum string length 1 (no maximum is documented)"
const replyRule = 'Body: replyToMessageId, string, pattern ^[0-9a-z]+$, "The ID of the message to reply to."'
const threadRule = "Path parameters: threadId, string, required, pattern ^[0-9a-z]+$"
const authRule =
  'Authorization, header, required: "Bearer authentication header of the form Bearer <token>, where <token> is your auth token."'
const bodyRule = "Body: application/json, an object whose key content is required"
const answerRule = "Response: 200, application/json, one Message object whose keys are all required"

/** The harm of a bad key, if it is more than a decoding error. */
const keyHarms: { readonly [key: string]: string } = {
  id: "The message cannot be found again, replied to or deduplicated.",
  threadId: "The application files the message under the wrong conversation, or nowhere.",
  content: "The application cannot show what was sent.",
  createdAt: "Messages sort wrongly, or their time cannot be read at all."
}

const keyRequirement = <K extends keyof Message.Message>(key: K) =>
  define(
    `response.key.${key}` as const,
    "MUST",
    `${key} is present and has its documented type`,
    `Response: ${key}, ${documentedType(key)}, required`,
    keyHarms[key] ??
      "A client that decodes the documented Message fails after the message was delivered, and may send it again."
  )

const catalogue = [
  define(
    "accept.content",
    "MUST",
    "any content of at least one code point gets 200",
    contentRule,
    "People cannot send ordinary messages: a name, an emoji or a quotation is refused."
  ),
  define(
    "accept.content.whitespace",
    "MUST",
    "content made only of white space is still content",
    contentRule,
    "A message that the document allows is refused."
  ),
  define(
    "accept.content.long",
    "SHOULD",
    "10,000 code points are accepted",
    contentRule,
    "Long messages fail without a documented limit that the application could check first."
  ),
  define(
    "accept.content.nul",
    "SHOULD",
    "NUL and lone surrogates get the same answer every time: accepted and echoed as sent, or refused with a 4xx",
    contentRule,
    "The same message sometimes goes through and sometimes does not."
  ),
  define(
    "accept.reply",
    "MUST",
    "replyToMessageId naming a message that the thread has is accepted",
    replyRule,
    "People cannot reply to some messages."
  ),
  define(
    "accept.encoding.json",
    "MUST",
    "equivalent JSON texts of one payload are treated alike",
    "RFC 8259: any character may be escaped; insignificant white space is allowed around structural characters; objects are unordered",
    "A client written in another language, or with another JSON library, is refused or misread."
  ),
  define(
    "accept.encoding.http",
    "MUST",
    "equivalent HTTP forms of one request are treated alike",
    "RFC 9110: field names and media types are case-insensitive, parameters may be quoted; RFC 9112: a body may be chunked",
    "A client behind another HTTP library or proxy is refused or misread."
  ),
  define(
    "accept.encoding.length",
    "SHOULD",
    "a chunked body is not refused with 411",
    "RFC 9112 section 6.3: a server may ask for a length; RFC 9112 section 7.1: it has to be able to read chunks",
    "A client that streams its requests, or sits behind a proxy that does, is locked out."
  ),
  define(
    "accept.scheme-case",
    "SHOULD",
    "the Bearer scheme is recognised in any case",
    "RFC 9110 section 11.1: the authentication scheme is a case-insensitive token",
    'A client that writes "bearer" is locked out.'
  ),
  define(
    "response.status",
    "MUST",
    "the status of an accepted message is exactly 200",
    answerRule,
    "A client that waits for 200 takes a delivered message for a failure, and may send it again."
  ),
  define(
    "response.content-type",
    "MUST",
    "the media type of the answer is application/json",
    answerRule,
    "A client that checks the media type refuses an answer to a delivered message."
  ),
  define(
    "response.json",
    "MUST",
    "the answer is one JSON object in UTF-8, without a byte-order mark, and not wrapped",
    answerRule,
    "A client cannot read the answer to a message that was delivered."
  ),
  ...Message.keys.map(keyRequirement),
  define(
    "semantics.thread",
    "MUST",
    "threadId is the thread in the path",
    "Path parameters: threadId; Response: threadId",
    "A message is shown, or was sent, in somebody else's conversation."
  ),
  define(
    "semantics.content",
    "MUST",
    "content equals what was sent, code point for code point: what a server cannot keep, it refuses",
    "Body: content, string; Response: content, string, of the same message",
    "People receive, or are shown, a text that nobody wrote."
  ),
  define(
    "semantics.origin",
    "MUST",
    "origin is api",
    "Response: origin: \"'api' means sent via the API\"",
    "Applications that filter by origin treat their own messages as somebody else's, and may answer themselves."
  ),
  define(
    "semantics.fresh",
    "MUST",
    "a message just sent is neither edited nor deleted",
    'Response: isEdited "Whether the message has been edited.", deletedAt and platformDeletedAt "When the message was … deleted"',
    "Applications hide a message that exists, or mark it as edited."
  ),
  define(
    "semantics.unique",
    "MUST",
    "every send makes a new message: ids never repeat",
    'Response: id, "The Inbox ID of the message."',
    "Two messages share one id: one of them is lost in every store that is keyed by it, or was never sent."
  ),
  define(
    "semantics.concurrent",
    "MUST",
    "sends in flight together each get their own content, thread, reply data and id",
    "Response: one Message, the one that was sent",
    "Under load, people see each other's messages."
  ),
  define(
    "semantics.reply",
    "MUST",
    "replyData is about the message replied to and no other, and null when there is none",
    'Response: replyData, "The reply data of the message if applicable."',
    "Replies appear as loose messages, or loose messages as replies."
  ),
  define(
    "semantics.stable",
    "MUST",
    "the contract holds on the thousandth send as on the first, and a refused request leaves the next one unharmed",
    "The document makes no promise that ends with the number of messages sent",
    "What passed every test in the morning fails in the afternoon."
  ),
  define(
    "semantics.created",
    "SHOULD",
    "createdAt is within five minutes of the clock, advances with it, and never decreases from one send to the next",
    "Response: createdAt, string<date-time>",
    "Messages appear in the wrong order, or in the future."
  ),
  define(
    "semantics.updated",
    "SHOULD",
    "updatedAt is null or not before createdAt",
    "Response: updatedAt, string<date-time> | null",
    "Synchronisation by updatedAt skips the message."
  ),
  define(
    "semantics.plain",
    "SHOULD",
    "a message just sent has no reactions, no forward data and no campaign",
    'Response: forwardData and campaignId "… if applicable", reactions "Normalized reactions."',
    "Applications show reactions or campaigns that do not exist."
  ),
  define(
    "semantics.identity",
    "SHOULD",
    "teamId is one for a token, authorId one for a thread",
    'Response: authorId, "Will either be the accountLinkId or the externalId of the thread."',
    "Messages of one conversation appear to come from several senders."
  ),
  define(
    "auth.missing",
    "MUST",
    "a request without Authorization is refused",
    authRule,
    "Anybody can send messages in the customer's name."
  ),
  define(
    "auth.wrong",
    "MUST",
    "another token is refused",
    authRule,
    "Anybody can send messages in the customer's name."
  ),
  define(
    "auth.near",
    "MUST",
    "the right token cut short, extended or in another case is refused",
    authRule,
    "A token that is not the right one lets a caller in: one that is compared in part can be guessed piece by piece."
  ),
  define(
    "auth.scheme",
    "MUST",
    "the right token under another scheme, bare, or an empty Bearer is refused",
    authRule,
    "Requests that other servers refuse pass here: a misconfigured client goes unnoticed until it moves."
  ),
  define(
    "auth.equivalent",
    "SHOULD",
    "other spellings that decode to the same token are refused",
    "RFC 4648 section 3.5: a decoder may refuse pad bits that are not zero",
    "One token has several spellings: a list of revoked tokens that compares texts misses them."
  ),
  define(
    "auth.status",
    "SHOULD",
    "the refusal of credentials is 401 or 403",
    "The vendor's error reference: 401 UNAUTHORIZED",
    "A client cannot tell a bad token from a bad request, and does not renew it."
  ),
  define(
    "auth.challenge",
    "SHOULD",
    "a 401 says in WWW-Authenticate which credentials it asks for",
    "RFC 9110 section 11.6.1: a server that generates a 401 sends WWW-Authenticate",
    "HTTP libraries that answer challenges find none, and proxies and browsers do not know what is asked for."
  ),
  define(
    "reject.content",
    "MUST",
    "content that is missing, empty or not a string is refused with a 4xx",
    contentRule,
    'An empty message, or "[object Object]", reaches a person.'
  ),
  define(
    "reject.content.key-case",
    "SHOULD",
    "Content or CONTENT in place of content is refused with a 4xx",
    "RFC 8259 section 8.3: names are compared code unit for code unit",
    "A client with a misspelt key goes unnoticed until it moves to a server that compares names."
  ),
  define(
    "reject.reply",
    "MUST",
    "replyToMessageId outside its pattern or not a string is refused with a 4xx",
    replyRule,
    "A reply with a mistyped id goes out as a loose message."
  ),
  define(
    "reject.reply.unknown",
    "SHOULD",
    "a well-formed replyToMessageId that names no message is refused with a 4xx",
    replyRule,
    "A reply to nothing goes out, and nobody learns that its context is lost."
  ),
  define(
    "reject.reply.other-thread",
    "SHOULD",
    "a replyToMessageId that names a message of another thread is refused with a 4xx",
    replyRule,
    "A reply quotes another conversation: its text is handed to somebody who is no part of it."
  ),
  define(
    "reject.body",
    "MUST",
    "a body that is not one JSON object is refused with a 4xx",
    bodyRule,
    "A damaged request is guessed at, and something that nobody wrote is sent."
  ),
  define(
    "reject.body.extension",
    "SHOULD",
    "a body that is JSON but for an extension (comments, other quotes or numbers) is refused with a 4xx",
    "RFC 8259 section 9: a parser may accept non-JSON forms or extensions",
    "A client that writes no JSON goes unnoticed until it moves to a server that reads nothing else."
  ),
  define(
    "reject.media-type",
    "SHOULD",
    "another content type is refused with a 4xx",
    bodyRule,
    "A cross-site form can send messages; a client with a wrong header goes unnoticed until it moves."
  ),
  define(
    "reject.utf8",
    "SHOULD",
    "bytes that are not UTF-8 are refused with a 4xx",
    "RFC 8259 section 8.1: JSON text exchanged between systems MUST be encoded using UTF-8",
    "Damaged text is sent to a person."
  ),
  define(
    "reject.thread",
    "MUST",
    "a threadId outside its pattern is refused with a 4xx",
    threadRule,
    "A mistyped thread is taken for another one, and the message reaches the wrong person."
  ),
  define(
    "reject.thread.path",
    "SHOULD",
    "other spellings of the path (%2F, //, dot segments, a final slash, ;x=1) are refused with a 4xx or redirected",
    "RFC 9110 section 4.2.3 and RFC 3986 section 6: URIs are equivalent only where their normal forms are",
    "Rules of a proxy that compare paths are evaded by another spelling of the same path."
  ),
  define(
    "reject.thread.unknown",
    "MUST",
    "a well-formed thread that does not exist is refused with a 4xx",
    threadRule,
    "A message to nowhere is confirmed as sent."
  ),
  define(
    "protocol.no-server-error",
    "MUST",
    "nothing gets a 5xx, a reset connection or no answer (501 to another method is none)",
    "HTTP: a 5xx is the server's own failure; the document lists none",
    "After a 5xx or a cut connection a client cannot know whether the message was sent."
  ),
  define(
    "protocol.error-body",
    "SHOULD",
    "refusals carry a JSON error body with a code or a message, and leak no stack trace, path or query",
    'The vendor\'s error reference: {"error":{"code","message","status"}}',
    "A client cannot tell its user what is wrong; an attacker learns how the server is built."
  ),
  define(
    "protocol.method",
    "SHOULD",
    "PUT, PATCH and DELETE on the path get a 4xx or 501, and a 405 says in Allow what is allowed",
    "The document has one method: POST /threads/{threadId}/messages; RFC 9110 section 15.5.6: a 405 carries Allow",
    "A request that was meant for something else sends a message."
  )
]

/**
 * The id of a requirement.
 *
 * @since 0.1.0
 * @category models
 */
export type Id = (typeof catalogue)[number]["id"]

/**
 * Every requirement, in the order of a report.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const all: ReadonlyArray<Requirement> = catalogue

/**
 * The catalogue by id.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const byId: ReadonlyMap<string, Requirement> = new Map(all.map((requirement) => [requirement.id, requirement]))

/**
 * Tells whether a text is the id of a requirement.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const isId = (text: string): text is Id => byId.has(text)

/**
 * The requirement of an id.
 *
 * @since 0.1.0
 * @category catalogue
 */
export const get = (id: Id): Requirement => {
  const found = byId.get(id)
  if (found === undefined) throw new Error(`The catalogue has no requirement ${id}`)
  return found
}

/**
 * Tells whether a pattern of `--only`, `--skip` or a waiver means a requirement: its id, or else a prefix that ends at a
 * dot (`response`, `response.key`, `response.key.*`).
 *
 * @since 0.1.0
 * @category catalogue
 */
export const matches = (pattern: string, id: string): boolean => {
  if (byId.has(pattern)) return pattern === id
  const prefix = pattern.endsWith(".*") ? pattern.slice(0, -2) : pattern
  return id === prefix || id.startsWith(`${prefix}.`)
}
