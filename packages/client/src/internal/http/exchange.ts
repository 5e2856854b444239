/**
 * Exchanges one request for one answer, and turns whatever comes of it into a message or an error.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import type * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as Delivery from "../../Delivery.js"
import * as InboxError from "../../InboxError.js"
import { Message } from "../../Message.js"
import * as ReceivedMessage from "../../ReceivedMessage.js"
import type { SendMessage } from "../../SendMessage.js"
import * as answer from "../answer/answer.js"
import type { IsSecret } from "../answer/withheld.js"
import type * as settings from "../config/settings.js"
import type * as startGate from "../send/startGate.js"
import type * as telemetry from "../telemetry.js"
import * as body from "./body.js"
import * as progress from "./progress.js"
import * as transport from "./transport.js"
import { decodeUtf8, decodeUtf8Lenient, encodeUtf8 } from "./web.js"
import { type Direct, type Head, Wire } from "./wire.js"

/** What an answer may lack and still be taken for a message. */
export interface Accepted {
  readonly missingKeys: ReceivedMessage.MissingKeys
  readonly otherMediaType: ReceivedMessage.OtherMediaType
}

/** A failed attempt: everything but `InvalidRequest`, which is found before. */
export type Failure = Exclude<InboxError.InboxError, InboxError.InvalidRequest>

/** An answer as far as it was read. */
interface Received extends Head {
  readonly body: body.Body
}

/** A message, and the answer that it came in. */
export interface Exchanged extends ReceivedMessage.Decoded, Head {}

const isKey = (key: unknown): key is InboxError.KeyProblem["key"] =>
  typeof key === "string" && Object.hasOwn(Message.fields, key)

/** The issues of an answer, and those of its keys. No issue is spelled out: its value may be as deep as it likes. */
const issuesOf = (issue: ParseResult.ParseIssue): ReadonlyArray<ParseResult.ParseIssue> => {
  switch (issue._tag) {
    case "Composite":
      return Arr.ensure(issue.issues).flatMap(issuesOf)
    case "Refinement":
    case "Transformation":
      return issuesOf(issue.issue)
    default:
      return [issue]
  }
}

/** One problem for each key at fault. */
const keyProblems = (error: ParseResult.ParseError): ReadonlyArray<InboxError.KeyProblem> => {
  const problems = new Map<InboxError.KeyProblem["key"], InboxError.KeyProblem>()
  for (const issue of issuesOf(error.issue)) {
    const key = issue._tag === "Pointer" ? Arr.ensure(issue.path)[0] : undefined
    if (issue._tag === "Pointer" && isKey(key)) {
      problems.set(key, { key, problem: issue.issue._tag === "Missing" ? "missing" : "invalid" })
    }
  }
  return [...problems.values()]
}

const failed: unique symbol = Symbol()

const attempted = <A>(f: () => A): A | typeof failed => {
  try {
    return f()
  } catch {
    return failed
  }
}

const json = "application/json"

/** The media type of an answer, where it is not the documented one; empty where none is declared. */
const otherMediaType = (headers: Headers.Headers): string | undefined => {
  const declared = headers["content-type"]
  if (declared === json) {
    return undefined
  }
  const [type = ""] = (declared ?? "").split(";")
  const mediaType = type.trim().toLowerCase()
  return mediaType === json ? undefined : mediaType
}

/** Reads a 2xx answer: a message, or what keeps its body from being one. */
const readMessage = (received: Received, isSecret: IsSecret, accepted: Accepted): Either.Either<Exchanged, Failure> => {
  const { headers, status } = received
  const { bytes, end } = received.body
  const malformed = (
    reason: InboxError.MalformedReason,
    text?: string,
    keys: ReadonlyArray<InboxError.KeyProblem> = []
  ) =>
    Either.left(
      new InboxError.MalformedResponse({
        status,
        reason,
        keys,
        ...answer.fromHeaders(answer.safeHeaders(headers, isSecret), isSecret),
        ...(text === undefined ? {} : { body: Redacted.make(text) })
      })
    )
  if (bytes === undefined) {
    return malformed("Incomplete")
  }
  if (end !== "Complete") {
    return malformed(end === "TooLarge" ? "TooLarge" : "Incomplete", decodeUtf8Lenient(bytes))
  }
  if (bytes.length === 0) {
    return malformed("Empty", "")
  }
  const text = attempted(() => decodeUtf8(bytes))
  if (text === failed) {
    return malformed("NotUtf8", decodeUtf8Lenient(bytes))
  }
  const value = attempted(() => JSON.parse(text) as unknown)
  if (value === failed) {
    return malformed("NotJson", text)
  }
  const decoded = ReceivedMessage.decode(value, accepted.missingKeys)
  if (Either.isLeft(decoded)) {
    return malformed("NotAMessage", text, keyProblems(decoded.left))
  }
  const { drift, message } = decoded.right
  const mediaType = otherMediaType(headers)
  // An answer that is not declared at all says nothing against its being a message.
  if (mediaType !== undefined && mediaType !== "" && accepted.otherMediaType === "Refuse") {
    return malformed("MediaType", text)
  }
  return Either.right({
    status,
    headers,
    message,
    drift: mediaType === undefined ? drift : { ...drift, mediaType }
  })
}

/** The errors that say no more than the answer does. */
const refusals = {
  BadRequest: InboxError.BadRequest,
  Unauthorized: InboxError.Unauthorized,
  Forbidden: InboxError.Forbidden,
  ThreadNotFound: InboxError.ThreadNotFound,
  Conflict: InboxError.Conflict,
  UnprocessableContent: InboxError.UnprocessableContent
}

type FailureRow = Exclude<Delivery.StatusRow, { readonly error: "MalformedResponse" }>

/** Reads an answer that says that the send failed. */
const readFailure = (row: FailureRow, received: Received, isSecret: IsSecret, now: number): Failure => {
  const headers = answer.safeHeaders(received.headers, isSecret)
  const { bytes, end } = received.body
  const text = end === "Complete" && bytes !== undefined ? decodeUtf8Lenient(bytes) : undefined
  const known = answer.read(received.status, headers, text, isSecret)
  const retryAfter = answer.retryAfter(received.status, received.headers, headers, now)
  switch (row.error) {
    case "RateLimited":
      return new InboxError.RateLimited({ ...known, ...retryAfter })
    case "ServerError":
      return new InboxError.ServerError({ ...known, ...retryAfter })
    case "UnexpectedStatus":
      return new InboxError.UnexpectedStatus({ ...known, delivery: row.delivery })
    default:
      return new refusals[row.error](known)
  }
}

/** One attempt: what it sends, and by which time it has to be over. */
export interface Attempt {
  readonly request: SendMessage
  readonly token: string
  /** The `Idempotency-Key` of the send, where the server takes one. */
  readonly key: string | undefined
  readonly progress: progress.Progress
  readonly isSecret: IsSecret
  readonly accepted: Accepted
  readonly fiber: telemetry.AnyFiber
  readonly clock: Clock.Clock
  readonly span: Tracer.Span
  readonly limit: Limit | undefined
  readonly startBy: startGate.Deadline | undefined
}

/** How long something may take, and by which rule. `full` is how long the rule says. */
export interface Limit {
  readonly name: InboxError.TimedOut["limit"]
  readonly duration: Duration.Duration
  readonly full: Duration.Duration
}

/** Where and how requests go. */
export interface Target {
  readonly client: HttpClient.HttpClient
  /** How that client sends without its detours, if it does. */
  readonly direct: Direct | undefined
  readonly baseUrl: settings.BaseUrl
  readonly maxBodySize: number
  readonly fetchInit: Option.Option<Context.Tag.Service<typeof FetchHttpClient.RequestInit>>
}

/** Once a status line has been read, it decides about delivery, whatever becomes of the body. */
const conclude = (attempt: Attempt, { headers, status }: Head, body: body.Body): Either.Either<Exchanged, Failure> => {
  const row = Delivery.ofStatus(status)
  const received = { status, headers, body }
  if (row.error !== "MalformedResponse") {
    return Either.left(readFailure(row, received, attempt.isSecret, attempt.clock.unsafeCurrentTimeMillis()))
  }
  // Whatever reading throws, and be it for want of stack, the message is there.
  const read = attempted(() => readMessage(received, attempt.isSecret, attempt.accepted))
  return read === failed
    ? Either.left(new InboxError.MalformedResponse({ status, reason: "NotAMessage", keys: [] }))
    : read
}

/** What is left where the body of an answer was not read to its end. */
const cutShort = (attempt: Attempt, head: Head): Either.Either<Exchanged, Failure> => {
  const { chunks } = attempt.progress
  return conclude(attempt, head, { bytes: chunks.length === 0 ? undefined : body.join(chunks), end: "CutShort" })
}

/** A unit of a text has at most as many bytes in JSON. */
const bytesOfUnit = 6

/** What is read of an answer's body: an answer repeats its message, which may fill most of it. */
const roomFor = ({ maxBodySize }: Target, { content }: SendMessage): number =>
  bytesOfUnit * content.length <= maxBodySize / 2 ? maxBodySize : maxBodySize + bytesOfUnit * content.length

const readAnswer = (
  target: Target,
  attempt: Attempt,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<Exchanged, Failure> => {
  const head: Head = { status: response.status, headers: response.headers }
  attempt.progress.head = head
  return Effect.matchCauseEffect(
    body.read(response, head.headers, roomFor(target, attempt.request), attempt.progress.chunks),
    {
      onSuccess: (body) => conclude(attempt, head, body),
      onFailure: (cause) =>
        Cause.isInterruptedOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : cutShort(attempt, head)
    }
  )
}

const unsent = (attempt: Attempt, cause: Cause.Cause<unknown>): Either.Either<never, Failure> => {
  const { progress, startBy } = attempt
  return Either.left(
    progress.wire.state === "TooLate" && startBy !== undefined
      ? new InboxError.TimedOut({ delivery: "NotDelivered", after: startBy.duration, limit: "Start" })
      : transport.classify(Cause.squash(cause), attempt.isSecret, progress.wire.state === "Started")
  )
}

/** There is no answer, unless what is put around the client kept one from us. */
const unanswered = (
  target: Target,
  attempt: Attempt,
  cause: Cause.Cause<unknown>
): Effect.Effect<Exchanged, Failure> => {
  if (Cause.isInterruptedOnly(cause)) {
    return Effect.failCause(cause as Cause.Cause<never>)
  }
  const { failure, response } = attempt.progress
  return response === undefined ? unsent(attempt, failure ?? cause) : readAnswer(target, attempt, response)
}

const always = () => true

/**
 * What transports find in the fiber. Fetch follows redirects unless told otherwise, and would turn the request into
 * another one, with the token on it. The platform's own spans would carry headers of the answer, and its trace headers
 * would go to another company.
 */
const enter = (target: Target, attempt: Attempt, fiber: telemetry.AnyFiber): Effect.Effect<void> => {
  const services = new Map(fiber.currentContext.unsafeMap)
  services.set(FetchHttpClient.RequestInit.key, {
    ...Option.getOrUndefined(target.fetchInit),
    ...services.get(FetchHttpClient.RequestInit.key),
    redirect: "manual"
  })
  services.set(Tracer.ParentSpan.key, attempt.span)
  services.set(progress.key, attempt.progress)
  services.set(Wire.key, attempt.progress.wire)
  return Effect.zipRight(
    FiberRef.set(FiberRef.currentContext, Context.unsafeMake<never>(services)),
    FiberRef.set(HttpClient.currentTracerDisabledWhen, always)
  )
}

/**
 * Leaves in a fiber what is there now. An attempt does so when it is over; one that is interrupted leaves that to who
 * handles the interruption.
 */
export const leave = (fiber: telemetry.AnyFiber): Effect.Effect<void> =>
  Effect.zipRight(
    FiberRef.set(FiberRef.currentContext, fiber.currentContext),
    FiberRef.set(HttpClient.currentTracerDisabledWhen, fiber.getFiberRef(HttpClient.currentTracerDisabledWhen))
  )

const expired = (attempt: Attempt, limit: Limit): Either.Either<Exchanged, Failure> => {
  const { cancel, head, wire } = attempt.progress
  cancel?.()
  if (head !== undefined) {
    return cutShort(attempt, head)
  }
  return Either.left(
    wire.state === "Waiting"
      ? new InboxError.ConnectionFailed({ code: "TIMED_OUT" })
      : new InboxError.TimedOut({ delivery: "Unknown", after: limit.full, limit: limit.name })
  )
}

/** The path of the endpoint for a request. */
export const pathOf = (target: Target, { threadId }: SendMessage): string =>
  `${target.baseUrl.path}/threads/${encodeURIComponent(threadId)}/messages`

const payload = ({ content, replyToMessageId }: SendMessage): string =>
  JSON.stringify(replyToMessageId === undefined ? { content } : { content, replyToMessageId })

/** Nothing has happened yet to the request of an attempt. */
export const begin = (target: Target, request: SendMessage, mayStart: (() => boolean) | undefined): progress.Progress =>
  progress.make(
    target.direct === undefined ? HttpBody.uint8Array(encodeUtf8(payload(request)), json) : undefined,
    mayStart
  )

const headersOf = ({ key, token }: Attempt): Readonly<Record<string, string>> => {
  const headers = { accept: json, authorization: `Bearer ${token}` }
  return key === undefined ? headers : { ...headers, "idempotency-key": key }
}

/** Straight through a transport that knows how. */
const directly = (target: Target, attempt: Attempt, send: Direct): Effect.Effect<Exchanged, Failure> => {
  const { progress, request } = attempt
  return Effect.matchCauseEffect(
    send(
      {
        origin: target.baseUrl.origin,
        path: pathOf(target, request),
        headers: { ...headersOf(attempt), "content-type": json },
        body: payload(request),
        maxBodySize: roomFor(target, request)
      },
      progress,
      attempt.fiber
    ),
    {
      onSuccess: (end) => conclude(attempt, progress.head as Head, { bytes: body.join(progress.chunks), end }),
      onFailure: (cause) =>
        Cause.isInterruptedOnly(cause)
          ? Effect.failCause(cause as Cause.Cause<never>)
          : progress.head === undefined
            ? unsent(attempt, cause)
            : cutShort(attempt, progress.head)
    }
  )
}

/** Through whatever `HttpClient` there is. */
const through = (target: Target, attempt: Attempt): Effect.Effect<Exchanged, Failure> =>
  Effect.withFiberRuntime((fiber) => {
    const { progress, request } = attempt
    const left = leave(fiber)
    const outgoing = HttpClientRequest.post(target.baseUrl.origin + pathOf(target, request), {
      headers: headersOf(attempt),
      body: progress.wire.body
    })
    return Effect.matchCauseEffect(
      Effect.zipRight(
        enter(target, attempt, fiber),
        Effect.suspend(() => target.client.execute(outgoing))
      ),
      {
        onSuccess: (response) => Effect.zipRight(left, readAnswer(target, attempt, response)),
        onFailure: (cause) => Effect.zipRight(left, unanswered(target, attempt, cause))
      }
    )
  })

/** Makes an attempt. */
export const exchange = (target: Target, attempt: Attempt): Effect.Effect<Exchanged, Failure> => {
  const { limit } = attempt
  const answered = target.direct === undefined ? through(target, attempt) : directly(target, attempt, target.direct)
  return limit === undefined
    ? answered
    : Effect.flatten(
        Effect.timeoutTo(answered, {
          duration: limit.duration,
          onSuccess: (exchanged): Effect.Effect<Exchanged, Failure> => Effect.succeed(exchanged),
          onTimeout: () => expired(attempt, limit)
        })
      )
}
