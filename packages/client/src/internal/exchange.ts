/**
 * Exchanges one request for one answer, and turns whatever comes of it into a message or an error.
 */
import type * as Headers from "@effect/platform/Headers"
import * as HttpBody from "@effect/platform/HttpBody"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Function from "effect/Function"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Delivery from "../Delivery.js"
import * as InboxError from "../InboxError.js"
import { Message } from "../Message.js"
import * as RateLimit from "../RateLimit.js"
import type { SendMessage } from "../SendMessage.js"
import * as answer from "./answer.js"
import * as transport from "./transport.js"
import { decodeUtf8, decodeUtf8Lenient, encodeUtf8 } from "./web.js"
import { repeats } from "./withheld.js"

type IsSecret = (text: string) => boolean

/** A failed send: everything but `InvalidRequest`, which is found before. */
type Failure = Exclude<InboxError.InboxError, InboxError.InvalidRequest>

/** The head of an answer, and its body where that was read to its end. */
interface Received {
  readonly status: number
  readonly headers: Headers.Headers
  readonly body: Uint8Array | undefined
}

/** What a send has come to, kept outside of the fiber so that a time-out can see it. */
interface Progress {
  head: Omit<Received, "body"> | undefined
}

const decodeMessage = Schema.decodeUnknownEither(Message, { errors: "all", exact: true })

const isKey = (key: unknown): key is InboxError.KeyProblem["key"] =>
  typeof key === "string" && Object.hasOwn(Message.fields, key)

/** One problem for each key at fault. */
const keyProblems = (error: ParseResult.ParseError): ReadonlyArray<InboxError.KeyProblem> => {
  const problems = new Map<InboxError.KeyProblem["key"], InboxError.KeyProblem>()
  for (const { _tag, path } of ParseResult.ArrayFormatter.formatErrorSync(error)) {
    const [key] = path
    if (isKey(key)) {
      problems.set(key, { key, problem: _tag === "Missing" ? "missing" : "invalid" })
    }
  }
  return [...problems.values()]
}

const parseJson = (text: string): Either.Either<unknown, undefined> =>
  Either.try({ try: () => JSON.parse(text) as unknown, catch: () => undefined })

/** Reads a 2xx answer: a message, or what keeps its body from being one. */
const readMessage = (received: Received, isSecret: IsSecret): Either.Either<Message, InboxError.MalformedResponse> => {
  const { body, headers, status } = received
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
  if (body === undefined) {
    return malformed("Incomplete")
  }
  if (body.length === 0) {
    return malformed("Empty", "")
  }
  const text = Either.try(() => decodeUtf8(body))
  if (Either.isLeft(text)) {
    return malformed("NotUtf8", decodeUtf8Lenient(body))
  }
  const json = parseJson(text.right)
  if (Either.isLeft(json)) {
    return malformed("NotJson", text.right)
  }
  const message = decodeMessage(json.right)
  return Either.isRight(message)
    ? Either.right(message.right)
    : malformed("NotAMessage", text.right, keyProblems(message.left))
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
  const body = received.body === undefined ? undefined : decodeUtf8Lenient(received.body)
  const known = answer.read(received.status, headers, body, isSecret)
  const wait = Option.flatMap(Option.fromNullable(headers["retry-after"]), (text) =>
    RateLimit.parseRetryAfter(text, now)
  )
  const retryAfter = Option.isSome(wait) ? { retryAfter: wait.value } : {}
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

/** Once a status line has been read, it decides about delivery, whatever becomes of the body. */
const conclude = (received: Received, isSecret: IsSecret): Effect.Effect<Message, Failure> => {
  const row = Delivery.ofStatus(received.status)
  return row.error === "MalformedResponse"
    ? Effect.suspend(() => readMessage(received, isSecret))
    : Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.fail(readFailure(row, received, isSecret, now)))
}

const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  progress: Progress
): Effect.Effect<Received, HttpClientError.ResponseError> => {
  const head = { status: response.status, headers: response.headers }
  progress.head = head
  return Effect.map(response.arrayBuffer, (buffer) => ({ ...head, body: new Uint8Array(buffer) }))
}

const attempt = (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  progress: Progress,
  isSecret: IsSecret
): Effect.Effect<Message, Failure> =>
  client.execute(request).pipe(
    Effect.flatMap((response) => readBody(response, progress)),
    Effect.matchCauseEffect({
      onSuccess: (received) => conclude(received, isSecret),
      onFailure: (cause) => {
        if (Cause.isInterruptedOnly(cause)) {
          return Effect.failCause(cause as Cause.Cause<never>)
        }
        return progress.head === undefined
          ? Effect.fail(transport.classify(Cause.squash(cause), isSecret))
          : conclude({ ...progress.head, body: undefined }, isSecret)
      }
    })
  )

const withTimeout = (
  self: Effect.Effect<Message, Failure>,
  progress: Progress,
  isSecret: IsSecret,
  timeout: Duration.Duration
): Effect.Effect<Message, Failure> =>
  self.pipe(
    Effect.timeoutTo({
      duration: timeout,
      onSuccess: (message) => Effect.succeed(message),
      onTimeout: (): Effect.Effect<Message, Failure> =>
        progress.head === undefined
          ? Effect.fail(new InboxError.TimedOut({ after: timeout }))
          : conclude({ ...progress.head, body: undefined }, isSecret)
    }),
    Effect.flatMap(Function.identity)
  )

/** Where and how requests go. */
export interface Target {
  readonly client: HttpClient.HttpClient
  readonly baseUrl: string
  readonly token: Redacted.Redacted
  readonly timeout: Duration.Duration | undefined
}

/** Sends a validated request, once. */
export const send = (target: Target): ((request: SendMessage) => Effect.Effect<Message, Failure>) => {
  const token = Redacted.value(target.token)
  const template = HttpClientRequest.post(target.baseUrl).pipe(
    HttpClientRequest.bearerToken(token),
    HttpClientRequest.acceptJson
  )
  return ({ threadId, ...payload }) =>
    Effect.suspend(() => {
      const progress: Progress = { head: undefined }
      const isSecret = repeats([token, payload.content])
      const request = template.pipe(
        HttpClientRequest.appendUrl(`/threads/${encodeURIComponent(threadId)}/messages`),
        HttpClientRequest.setBody(HttpBody.uint8Array(encodeUtf8(JSON.stringify(payload)), "application/json"))
      )
      const sent = attempt(target.client, request, progress, isSecret)
      return target.timeout === undefined ? sent : withTimeout(sent, progress, isSecret, target.timeout)
    })
}
