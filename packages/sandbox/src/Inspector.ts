/**
 * The inspector of a sandbox: its threads and messages, the traffic that it answered, and the faults that it was
 * told to make. This is the sandbox's own API, served beside the vendor's.
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import { InboxId } from "@inbox-effect/client/Identifier"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import { Message } from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Schema from "effect/Schema"
import * as Fault from "./Fault.js"

/**
 * The path that the inspector is served under.
 *
 * @since 0.1.0
 * @category defaults
 */
export const basePath = "/sandbox"

/**
 * The newest message of a thread, its content cut to 200 characters.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Preview = Schema.Struct({
  id: InboxId,
  origin: Message.fields.origin,
  createdAt: Rfc3339.DateTimeUtc,
  content: Schema.String
}).annotations({ identifier: "MessagePreview" })

/**
 * A thread as a list shows it. `lastActivityAt` is when its newest message was stored, or when it was opened.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Thread = Schema.Struct({
  id: InboxId,
  teamId: InboxId,
  createdAt: Rfc3339.DateTimeUtc,
  lastActivityAt: Rfc3339.DateTimeUtc,
  messageCount: Schema.Int,
  inboundCount: Schema.Int,
  lastMessage: Schema.NullOr(Preview)
}).annotations({ identifier: "InspectorThread" })

/**
 * A thread as a list shows it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Thread extends Schema.Schema.Type<typeof Thread> {}

/**
 * Every thread of every team, the one with the newest activity first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Threads = Schema.Struct({ threads: Schema.Array(Thread) })

/**
 * A thread to open: in the first team unless `teamId` says otherwise, with an inbound message to reply to unless
 * `inbound` is `false`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const NewThread = Schema.Struct({
  id: Schema.optionalWith(InboxId, { exact: true }),
  teamId: Schema.optionalWith(InboxId, { exact: true }),
  inbound: Schema.optionalWith(Schema.Boolean, { exact: true })
}).annotations({ identifier: "NewThread" })

/**
 * A message that is stored, and the exchange that made it, as long as that is remembered. An inbound message has none.
 *
 * @since 0.1.0
 * @category schemas
 */
export const StoredMessage = Schema.Struct({
  message: Message,
  exchangeId: Schema.NullOr(InboxId)
}).annotations({ identifier: "StoredMessage" })

/**
 * A message that is stored, and the exchange that made it.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredMessage extends Schema.Schema.Type<typeof StoredMessage> {}

/**
 * Which messages of a thread are wanted: those older than `before`, 50 of them unless `limit` says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessagesQuery = Schema.Struct({
  before: Schema.optionalWith(InboxId, { exact: true }),
  limit: Schema.optionalWith(ListMessages.Limit, { exact: true })
})

/**
 * Messages of a thread, newest first. `nextBefore` goes into the next query as `before`; it is `null` on the last page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Messages = Schema.Struct({
  messages: Schema.Array(StoredMessage),
  nextBefore: Schema.NullOr(InboxId)
})

/**
 * A header as it travelled: its name, its value. Of credentials only the scheme is kept: `Bearer …`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Header = Schema.Tuple(Schema.String, Schema.String)

/**
 * A body, up to the first 65,536 bytes of it. `bytes` is its whole size, `isCut` whether `text` has less; what is not
 * UTF-8 shows as U+FFFD, and `isUtf8` is `false`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Body = Schema.Struct({
  text: Schema.String,
  bytes: Schema.Int,
  isCut: Schema.Boolean,
  isUtf8: Schema.Boolean
}).annotations({ identifier: "RecordedBody" })

/**
 * Why a request was refused: code and message of the answer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Refusal = Schema.Struct({
  code: Schema.String,
  message: Schema.String
}).annotations({ identifier: "Refusal" })

/**
 * The part of an answer that the client can have: all of it, a part, or nothing (the connection was reset or stalled, or the
 * client left before).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Delivered = Schema.Literal("Complete", "Partial", "Nothing")

/**
 * A request and its answer as a list shows them. `status` is `null` where no head was sent, `messageId` names what was
 * stored, whatever the client got to know of it; `preview` is the content of the request, cut to 200 characters.
 * `durationMs` ends when the answer was ready.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExchangeSummary = Schema.Struct({
  id: InboxId,
  startedAt: Rfc3339.DateTimeUtc,
  durationMs: Schema.Number,
  method: Schema.String,
  path: Schema.String,
  status: Schema.NullOr(Schema.Int),
  delivered: Delivered,
  teamId: Schema.NullOr(InboxId),
  threadId: Schema.NullOr(InboxId),
  messageId: Schema.NullOr(InboxId),
  faults: Schema.Array(Fault.Fault),
  refusal: Schema.NullOr(Refusal),
  preview: Schema.NullOr(Schema.String)
}).annotations({ identifier: "ExchangeSummary" })

/**
 * A request and its answer as a list shows them.
 *
 * @since 0.1.0
 * @category models
 */
export interface ExchangeSummary extends Schema.Schema.Type<typeof ExchangeSummary> {}

/**
 * A line for a POSIX shell by which curl sends a request again, byte for byte, with the token from the variable
 * `INBOX_API_TOKEN`. `line` is `null` where the request was not kept as a whole; `note` says why, or what the line leaves
 * out.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Curl = Schema.Struct({
  line: Schema.NullOr(Schema.String),
  note: Schema.NullOr(Schema.String)
}).annotations({ identifier: "CurlLine" })

/**
 * A request and its answer in full. Its `id` is the `X-Request-Id` of the answer. `answer` is what was sent; after a
 * reset, a stall or a cut that is less than the sandbox had to say.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Exchange = Schema.Struct({
  ...ExchangeSummary.fields,
  request: Schema.Struct({ headers: Schema.Array(Header), body: Body }),
  answer: Schema.NullOr(Schema.Struct({ headers: Schema.Array(Header), body: Body })),
  curl: Curl
}).annotations({ identifier: "Exchange" })

/**
 * A request and its answer in full.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange extends Schema.Schema.Type<typeof Exchange> {}

/**
 * The exchange by which a request is sent again: it is recorded when it has ended. `null` where the connection broke
 * before that could be told.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Resent = Schema.Struct({ exchangeId: Schema.NullOr(InboxId) }).annotations({ identifier: "Resent" })

/**
 * Which exchanges are wanted: those of a thread, those older than `before`, and those that have the text `search`, in any
 * case, in a body, an id, the path or the status; 50 of them unless `limit` says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ExchangesQuery = Schema.Struct({
  thread: Schema.optionalWith(InboxId, { exact: true }),
  search: Schema.optionalWith(Schema.String, { exact: true }),
  ...MessagesQuery.fields
})

/**
 * Exchanges, newest first. `nextBefore` goes into the next query as `before`; it is `null` on the last page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Exchanges = Schema.Struct({
  exchanges: Schema.Array(ExchangeSummary),
  nextBefore: Schema.NullOr(InboxId)
})

/**
 * The rules in force, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Faults = Schema.Struct({ faults: Schema.Array(Fault.Rule) })

/**
 * Switches of a running sandbox: whether the rate limits are enforced, or only shown in the headers.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Settings = Schema.Struct({ rateLimits: Schema.Boolean }).annotations({ identifier: "Settings" })

/**
 * Switches of a running sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

/**
 * A team: whether it has the add-on that lets it write first into a thread.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Team = Schema.Struct({
  id: InboxId,
  outboundAddon: Schema.Boolean
}).annotations({ identifier: "Team" })

/**
 * Every team, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Teams = Schema.Struct({ teams: Schema.Array(Team) })

/**
 * A token that is accepted. Its `id` is the beginning of its SHA-256: the token itself is not kept.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Token = Schema.Struct({
  id: InboxId,
  teamId: InboxId,
  createdAt: Rfc3339.DateTimeUtc
}).annotations({ identifier: "Token" })

/**
 * Every token that is accepted, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Tokens = Schema.Struct({ tokens: Schema.Array(Token) })

/**
 * An event of `GET /sandbox/events`: its name, and the data that it carries. `reload` says that events were missed or that
 * everything changed: what is shown has to be fetched again.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Event = Schema.Union(
  Schema.TaggedStruct("message", { data: StoredMessage }),
  Schema.TaggedStruct("exchange", { data: ExchangeSummary }),
  Schema.TaggedStruct("thread", { data: Thread }),
  Schema.TaggedStruct("faults", { data: Faults }),
  Schema.TaggedStruct("settings", { data: Settings }),
  Schema.TaggedStruct("reload", { data: Schema.Struct({}) })
)

/**
 * An event of `GET /sandbox/events`.
 *
 * @since 0.1.0
 * @category models
 */
export type Event = typeof Event.Type

const NotFound = ErrorResponse.ThreadNotFound

const ThreadPath = SendMessage.Path

const IdPath = Schema.Struct({ id: InboxId })

const threads = HttpApiEndpoint.get("threads", "/threads").annotate(OpenApi.Summary, "List threads").addSuccess(Threads)

const openThread = HttpApiEndpoint.post("openThread", "/threads")
  .annotate(OpenApi.Summary, "Open a thread")
  .setPayload(NewThread)
  .addSuccess(Thread)
  .addError(ErrorResponse.Conflict)
  .addError(NotFound)

const receive = HttpApiEndpoint.post("receive", "/threads/:threadId/inbound")
  .annotate(OpenApi.Summary, "Speak as the other side")
  .setPath(ThreadPath)
  .setPayload(SendMessage.Payload)
  .addSuccess(StoredMessage)
  .addError(NotFound)

const messages = HttpApiEndpoint.get("messages", "/threads/:threadId/messages")
  .annotate(OpenApi.Summary, "List the messages of a thread, with the exchange that made each")
  .setPath(ThreadPath)
  .setUrlParams(MessagesQuery)
  .addSuccess(Messages)
  .addError(NotFound)

const message = HttpApiEndpoint.get("message", "/threads/:threadId/messages/:messageId")
  .annotate(OpenApi.Summary, "Show a message, with the exchange that made it")
  .setPath(Schema.Struct({ ...ThreadPath.fields, messageId: InboxId }))
  .addSuccess(StoredMessage)
  .addError(NotFound)

const clear = HttpApiEndpoint.del("clear", "/messages")
  .annotate(OpenApi.Summary, "Forget the traffic and what was sent")
  .addSuccess(Schema.Struct({ deleted: Schema.Int }))

const exchanges = HttpApiEndpoint.get("exchanges", "/exchanges")
  .annotate(OpenApi.Summary, "List requests and their answers")
  .setUrlParams(ExchangesQuery)
  .addSuccess(Exchanges)

const exchange = HttpApiEndpoint.get("exchange", "/exchanges/:id")
  .annotate(OpenApi.Summary, "Show a request and its answer in full")
  .setPath(IdPath)
  .addSuccess(Exchange)
  .addError(NotFound)

const resend = HttpApiEndpoint.post("resend", "/exchanges/:id/resend")
  .annotate(OpenApi.Summary, "Send a request again, as the team that sent it")
  .setPath(IdPath)
  .addSuccess(Resent)
  .addError(NotFound)
  .addError(ErrorResponse.Conflict)

const events = HttpApiEndpoint.get("events", "/events")
  .annotate(OpenApi.Summary, "Tell what happens as it happens")
  .addSuccess(HttpApiSchema.Text({ contentType: "text/event-stream" }))

const faults = HttpApiEndpoint.get("faults", "/faults")
  .annotate(OpenApi.Summary, "List the faults that are made")
  .addSuccess(Faults)

const addFault = HttpApiEndpoint.post("addFault", "/faults")
  .annotate(OpenApi.Summary, "Make a fault")
  .setPayload(Fault.Order)
  .addSuccess(Fault.Rule)

const clearFaults = HttpApiEndpoint.del("clearFaults", "/faults")
  .annotate(OpenApi.Summary, "Make no faults any more")
  .addSuccess(Faults)

const removeFault = HttpApiEndpoint.del("removeFault", "/faults/:id")
  .annotate(OpenApi.Summary, "Remove a fault")
  .setPath(IdPath)
  .addSuccess(Faults)
  .addError(NotFound)

const settings = HttpApiEndpoint.get("settings", "/settings")
  .annotate(OpenApi.Summary, "Show what can be switched")
  .addSuccess(Settings)

const changeSettings = HttpApiEndpoint.put("changeSettings", "/settings")
  .annotate(OpenApi.Summary, "Switch it")
  .setPayload(Settings)
  .addSuccess(Settings)

const teams = HttpApiEndpoint.get("teams", "/teams").annotate(OpenApi.Summary, "List teams").addSuccess(Teams)

const tokens = HttpApiEndpoint.get("tokens", "/tokens")
  .annotate(OpenApi.Summary, "List the tokens that are accepted")
  .addSuccess(Tokens)

const revokeToken = HttpApiEndpoint.del("revokeToken", "/tokens/:id")
  .annotate(OpenApi.Summary, "Accept a token no more")
  .setPath(IdPath)
  .addSuccess(Tokens)
  .addError(NotFound)

/**
 * Everything that the inspector can be asked. Errors come in the vendor's envelope.
 *
 * @since 0.1.0
 * @category groups
 */
export const inspector = HttpApiGroup.make("inspector")
  .add(threads)
  .add(openThread)
  .add(receive)
  .add(messages)
  .add(message)
  .add(clear)
  .add(exchanges)
  .add(exchange)
  .add(resend)
  .add(events)
  .add(faults)
  .add(addFault)
  .add(clearFaults)
  .add(removeFault)
  .add(settings)
  .add(changeSettings)
  .add(teams)
  .add(tokens)
  .add(revokeToken)
  .addError(ErrorResponse.BadRequest)
  .addError(ErrorResponse.Forbidden)
  .addError(ErrorResponse.UnprocessableContent)
  .prefix(basePath)
  .annotate(OpenApi.Title, "Inspector")

/**
 * The inspector's API. Paths start at the root of the sandbox, not below `/api/v1`.
 *
 * @since 0.1.0
 * @category api
 */
export const InspectorApi = HttpApi.make("sandbox-inspector").add(inspector)
