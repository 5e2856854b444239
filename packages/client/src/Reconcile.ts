/**
 * Finds out about a send whose delivery is unknown, by reading the thread.
 *
 * It needs a second endpoint of the API, `GET /threads/{threadId}/messages` (see `ListMessages`), and a token that may
 * read. It sends nothing. The answer is `Found` only where exactly one message fits, and `NotFound` only where the
 * thread was read back to before the send, late enough for a slow server to have stored the message; in every other
 * case it is `Ambiguous`, and a person should look before the message is sent again.
 *
 * @example
 * ```ts
 * import { InboxClient, InboxError, Reconcile } from "@inbox-effect/client"
 * import { Effect } from "effect"
 *
 * export const sendOnce = (request: InboxClient.Request) =>
 *   Effect.gen(function* () {
 *     const inbox = yield* InboxClient.InboxClient
 *     const reconciler = yield* Reconcile.Reconciler
 *     return yield* inbox
 *       .sendMessage(request)
 *       .pipe(
 *         InboxError.catchDelivery("Unknown", (error) =>
 *           Effect.flatMap(reconciler.reconcile(request, Reconcile.windowOf(error)), (outcome) =>
 *             outcome._tag === "Found" ? Effect.succeed(outcome.message) : Effect.fail(outcome)
 *           )
 *         )
 *       )
 *   })
 * ```
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { InboxId } from "./Identifier.js"
import type * as InboxClient from "./InboxClient.js"
import type * as InboxError from "./InboxError.js"
import * as answer from "./internal/answer/answer.js"
import { type IsSecret, repeats } from "./internal/answer/withheld.js"
import * as environment from "./internal/config/environment.js"
import * as knownOptions from "./internal/config/knownOptions.js"
import * as settings from "./internal/config/settings.js"
import { validate } from "./internal/config/validation.js"
import * as body from "./internal/http/body.js"
import * as transport from "./internal/http/transport.js"
import { decodeUtf8, decodeUtf8Lenient } from "./internal/http/web.js"
import * as testReconciler from "./internal/testing/testReconciler.js"
import * as ListMessages from "./ListMessages.js"
import * as RateLimit from "./RateLimit.js"
import * as ReceivedMessage from "./ReceivedMessage.js"
import type { SendMessage } from "./SendMessage.js"

/**
 * When the send happened, by the clock of the sender: from the start of its first attempt to the end of its last.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Window = Schema.Struct({
  from: Schema.DateTimeUtc,
  until: Schema.DateTimeUtc
})

/**
 * When the send happened.
 *
 * @since 0.1.0
 * @category models
 */
export interface Window extends Schema.Schema.Type<typeof Window> {}

/**
 * When the attempts happened that an error tells of. An error without any is older than this moment, and no more is
 * known: the window is empty then, and lies at the Unix epoch.
 *
 * @since 0.1.0
 * @category constructors
 */
export const windowOf = (error: Pick<InboxError.InboxError, "attempts">): Window => {
  const [first] = error.attempts
  const last = error.attempts[error.attempts.length - 1]
  const epoch = DateTime.unsafeMake(0)
  return {
    from: first?.startedAt ?? epoch,
    until: last === undefined ? epoch : DateTime.addDuration(last.startedAt, last.duration)
  }
}

/**
 * What an outcome rests on: the `window` that was asked about, which messages were looked at in the time in question
 * (newest first), how many messages and pages were read in all, since when the thread is known, and whether the server
 * was still syncing it. Ids only, no text.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Evidence = Schema.Struct({
  window: Window,
  readAt: Schema.DateTimeUtc,
  messageIds: Schema.Array(InboxId),
  messages: Schema.NonNegativeInt,
  pages: Schema.NonNegativeInt,
  oldest: Schema.NullOr(Schema.DateTimeUtc),
  isSyncing: Schema.Boolean
})

/**
 * What an outcome rests on.
 *
 * @since 0.1.0
 * @category models
 */
export interface Evidence extends Schema.Schema.Type<typeof Evidence> {}

/**
 * The message is in the thread: it was delivered.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Found = Schema.TaggedStruct("Found", { message: ReceivedMessage.ReceivedMessage, evidence: Evidence })

/**
 * The message is in the thread: it was delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface Found extends Schema.Schema.Type<typeof Found> {}

/**
 * The message is not in the thread: it was not delivered.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const NotFound = Schema.TaggedStruct("NotFound", { evidence: Evidence })

/**
 * The message is not in the thread: it was not delivered.
 *
 * @since 0.1.0
 * @category models
 */
export interface NotFound extends Schema.Schema.Type<typeof NotFound> {}

/**
 * Why nothing is certain: the server is still syncing the thread (`Syncing`), more than one message fits (`Several`), a
 * message fits but for its origin, its time or what it replies to (`Doubtful`), a message cannot be read
 * (`Unreadable`), or the thread was not read back far enough (`Incomplete`).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Doubt = Schema.Literal("Syncing", "Several", "Doubtful", "Unreadable", "Incomplete")

/**
 * Why nothing is certain.
 *
 * @since 0.1.0
 * @category models
 */
export type Doubt = typeof Doubt.Type

/**
 * Nobody can say. `candidates` are the messages that fit, or nearly do.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Ambiguous = Schema.TaggedStruct("Ambiguous", {
  doubts: Schema.NonEmptyArray(Doubt),
  candidates: Schema.Array(InboxId),
  evidence: Evidence
})

/**
 * Nobody can say.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ambiguous extends Schema.Schema.Type<typeof Ambiguous> {}

/**
 * What became of a send whose delivery was unknown.
 *
 * @since 0.1.0
 * @category outcomes
 */
export const Outcome = Schema.Union(Found, NotFound, Ambiguous)

/**
 * What became of a send whose delivery was unknown.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = Found | NotFound | Ambiguous

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const reasons = {
  InvalidRequest: "The request could not have been sent: it breaks the schema",
  CredentialsUnavailable: "There is no token to read with",
  ConnectionFailed: "There is no connection to the server",
  ConnectionLost: "The connection was lost before the server answered",
  TimedOut: "The server did not answer in time",
  Refused: "The server refuses to list the thread",
  RateLimited: "The rate limit is exceeded",
  ServerError: "The server failed",
  MalformedResponse: "The server's answer is not a page of messages"
}

/**
 * The thread could not be read, so the delivery remains unknown: that is what `delivery` says, whatever the `reason`.
 * `status`, `code`, `detail` and `requestId` are the server's; they repeat neither the token nor the text.
 *
 * @since 0.1.0
 * @category errors
 */
export class ReconcileError extends Schema.TaggedError<ReconcileError>("@inbox-effect/client/Reconcile/ReconcileError")(
  "ReconcileError",
  {
    delivery: Schema.propertySignature(Schema.Literal("Unknown")).pipe(
      Schema.withConstructorDefault(() => "Unknown" as const)
    ),
    reason: Schema.Literal(...(Object.keys(reasons) as Array<keyof typeof reasons>)),
    status: optional(Schema.Int),
    code: optional(Schema.String),
    detail: optional(Schema.String),
    requestId: optional(Schema.String),
    rateLimit: optional(RateLimit.RateLimit),
    retryAfter: optional(Schema.Duration)
  }
) {
  override get message(): string {
    const known = [this.status === undefined ? undefined : `status ${this.status}`, this.code, this.detail]
    const said = known.filter((part) => part !== undefined).join(", ")
    return `${reasons[this.reason]}${said === "" ? "" : ` (${said})`}. It is still unknown whether the message was delivered.`
  }
}

/**
 * What may be said about one question.
 *
 * @since 0.1.0
 * @category models
 */
export interface Known {
  /** Ids of messages that are known to come from other sends: they do not count. */
  readonly except?: ReadonlyArray<string> | undefined
}

/**
 * The operations of a reconciler.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Looks for the message of a request that was sent in the window. */
  readonly reconcile: (
    request: InboxClient.Request,
    window: Window,
    known?: Known
  ) => Effect.Effect<Outcome, ReconcileError>
}

/**
 * A reconciler as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class Reconciler extends Context.Tag("@inbox-effect/client/Reconcile/Reconciler")<Reconciler, Service>() {}

/**
 * How to read threads.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Pick<InboxClient.Options, "baseUrl" | "transformClient" | "limiter"> {
  /** The API token: one that stays, or an effect that is run before each request. */
  readonly token: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown>
  /** How far the clocks of sender and server may be apart. Default: 2 minutes. */
  readonly clockSkew?: Duration.DurationInput | undefined
  /**
   * How long after a send a server may still store its message. Where nothing is found, the thread is read again once
   * that time is over. Default: 10 seconds.
   */
  readonly settle?: Duration.DurationInput | undefined
  /** How many pages of 100 messages are read at most. Default: 20. */
  readonly maxPages?: number | undefined
  /** How long one request may take. Default: 30 seconds. */
  readonly timeout?: Duration.DurationInput | undefined
  /** How often a request is repeated that may succeed yet; reading twice is harmless. Default: 3 times. */
  readonly retries?: number | undefined
}

/** The page around its messages, of which each is read by itself. */
const Shell = Schema.Struct({ ...ListMessages.Page.fields, messages: Schema.Array(Schema.Unknown) })

const decodeShell = Schema.decodeUnknownEither(Schema.parseJson(Shell), { exact: true })

interface Page {
  readonly messages: ReadonlyArray<ReceivedMessage.ReceivedMessage>
  readonly unreadable: number
  readonly nextCursor: ListMessages.Cursor | null
  readonly isSyncing: boolean
}

const readPage = (text: string, threadId: string): Option.Option<Page> =>
  Either.getRight(decodeShell(text)).pipe(
    Option.filter((shell) => shell.threadId === threadId),
    Option.map((shell) => {
      const messages = shell.messages.flatMap((json) =>
        Either.match(ReceivedMessage.decode(json, "ReadAsNull"), {
          onLeft: () => [],
          onRight: ({ message }) => (message.threadId === threadId ? [message] : [])
        })
      )
      return { ...shell, messages, unreadable: shell.messages.length - messages.length }
    })
  )

const reasonOf = (status: number): ReconcileError["reason"] => {
  if (status === 429) return "RateLimited"
  if (status >= 500) return "ServerError"
  return status >= 200 && status < 300 ? "MalformedResponse" : "Refused"
}

const transient: ReadonlySet<ReconcileError["reason"]> = new Set([
  "ConnectionFailed",
  "ConnectionLost",
  "TimedOut",
  "RateLimited",
  "ServerError"
] as const)

/** Nobody is kept waiting for longer than this because a server asks for it. */
const longestWait = Duration.minutes(1)

const isWorthRetrying = ({ reason, retryAfter }: ReconcileError): boolean =>
  transient.has(reason) && (retryAfter === undefined || Duration.lessThanOrEqualTo(retryAfter, longestWait))

const retrying = (retries: number) =>
  Schedule.exponential("200 millis").pipe(
    Schedule.jittered,
    Schedule.intersect(Schedule.recurs(retries)),
    Schedule.zipRight(Schedule.identity<ReconcileError>()),
    Schedule.modifyDelay((error, delay) => error.retryAfter ?? delay),
    Schedule.whileInput(isWorthRetrying)
  )

interface Reader {
  readonly client: HttpClient.HttpClient
  readonly fetchInit: Option.Option<Context.Tag.Service<typeof FetchHttpClient.RequestInit>>
  readonly baseUrl: string
  readonly token: Effect.Effect<string, ReconcileError>
  readonly timeout: Duration.Duration
  readonly limiter: InboxClient.Limiter | undefined
}

const maxBodySize = 16 * 1024 * 1024

const readAnswer = (
  reader: Reader,
  response: HttpClientResponse.HttpClientResponse,
  threadId: string,
  isSecret: IsSecret
): Effect.Effect<Page, ReconcileError> =>
  Effect.gen(function* () {
    const { status } = response
    const { bytes, end } = yield* body
      .read(response, response.headers, maxBodySize, [])
      .pipe(Effect.mapError(() => new ReconcileError({ reason: "ConnectionLost", status })))
    const headers = answer.safeHeaders(response.headers, isSecret)
    const text = end === "Complete" && bytes !== undefined ? bytes : new Uint8Array(0)
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const retryAfter = answer.retryAfter(status, response.headers, headers, now)
    const { rateLimit } = answer.fromHeaders(headers, isSecret)
    const resetAfter = answer.resetAfter(rateLimit, response.headers, now)
    yield* reader.limiter?.learn({
      status,
      ...(rateLimit === undefined ? {} : { rateLimit }),
      ...(resetAfter === undefined ? {} : { resetAfter }),
      ...retryAfter
    }) ?? Effect.void
    const reason = reasonOf(status)
    if (reason !== "MalformedResponse") {
      const said = answer.read(status, headers, decodeUtf8Lenient(text), isSecret)
      return yield* new ReconcileError({ reason, ...said, ...retryAfter })
    }
    const page = Option.flatMap(Option.liftThrowable(() => decodeUtf8(text))(), (json) => readPage(json, threadId))
    return yield* Option.isSome(page)
      ? Effect.succeed(page.value)
      : new ReconcileError({ reason, status, ...answer.fromHeaders(headers, isSecret) })
  })

const fetchPage = (
  reader: Reader,
  { content, threadId }: SendMessage,
  cursor: ListMessages.Cursor | null
): Effect.Effect<Page, ReconcileError> =>
  Effect.gen(function* () {
    const token = yield* reader.token
    const isSecret = repeats({ text: content, tokens: [token] })
    const request = HttpClientRequest.get(`${reader.baseUrl}/threads/${encodeURIComponent(threadId)}/messages`).pipe(
      HttpClientRequest.setUrlParams({
        limit: String(ListMessages.maxLimit),
        ...(cursor === null ? {} : { cursorId: cursor.id, cursorTimestamp: cursor.timestamp })
      }),
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.acceptJson
    )
    yield* reader.limiter?.acquire ?? Effect.void
    return yield* reader.client.execute(request).pipe(
      // Fetch would follow a redirect with the token on it.
      Effect.provideService(FetchHttpClient.RequestInit, {
        ...Option.getOrUndefined(reader.fetchInit),
        redirect: "manual"
      }),
      Effect.catchAllCause((cause) => {
        if (Cause.isInterruptedOnly(cause)) {
          return Effect.interrupt
        }
        const { _tag: reason, code } = transport.classify(Cause.squash(cause), isSecret)
        return new ReconcileError({ reason, ...(code === undefined ? {} : { code }) })
      }),
      Effect.flatMap((response) => readAnswer(reader, response, threadId, isSecret)),
      Effect.timeoutFail({ duration: reader.timeout, onTimeout: () => new ReconcileError({ reason: "TimedOut" }) })
    )
  })

/** What is looked for, and between which instants (in milliseconds since the Unix epoch). */
interface Question {
  readonly request: SendMessage
  readonly earliest: number
  readonly latest: number
  readonly except: ReadonlySet<string>
}

/** Whether a message is what a request would have become, nearly so, or something else. */
const compare = (
  { earliest, except, latest, request }: Question,
  message: ReceivedMessage.ReceivedMessage
): "Same" | "Similar" | "Other" => {
  const at = DateTime.toEpochMillis(message.createdAt)
  const byOthers = message.origin === "internal" || message.origin === "external"
  if (message.content !== request.content || at < earliest || byOthers || except.has(message.id)) {
    return "Other"
  }
  const replies = (message.replyData !== null) === (request.replyToMessageId !== undefined)
  return message.origin === "api" && replies && at <= latest ? "Same" : "Similar"
}

/** What was read of a thread. */
interface Reading {
  readonly messages: Array<ReceivedMessage.ReceivedMessage>
  pages: number
  unreadable: number
  isSyncing: boolean
  isComplete: boolean
}

const isDescending = (instants: ReadonlyArray<number>): boolean =>
  instants.every((instant, index) => index === 0 || instant <= (instants[index - 1] as number))

/** Reads back to before the instant in question, or to the beginning of the thread. */
const readBack = (
  page: (cursor: ListMessages.Cursor | null) => Effect.Effect<Page, ReconcileError>,
  earliest: number,
  maxPages: number
): Effect.Effect<Reading, ReconcileError> =>
  Effect.gen(function* () {
    const reading: Reading = { messages: [], pages: 0, unreadable: 0, isSyncing: false, isComplete: false }
    const cursors = new Set<string>()
    let cursor: ListMessages.Cursor | null = null
    while (reading.pages < maxPages) {
      const { isSyncing, messages, nextCursor, unreadable }: Page = yield* page(cursor)
      reading.pages++
      reading.messages.push(...messages)
      reading.unreadable += unreadable
      reading.isSyncing ||= isSyncing
      const instants = reading.messages.map((message) => DateTime.toEpochMillis(message.createdAt))
      // A server that does not list the newest first has to be read to its end.
      const isBefore = isDescending(instants) && (instants[instants.length - 1] ?? earliest) < earliest
      if (nextCursor === null || isBefore) {
        reading.isComplete = true
        break
      }
      if (cursors.has(nextCursor.id)) break
      cursors.add(nextCursor.id)
      cursor = nextCursor
    }
    return reading
  })

const conclude = (question: Question, window: Window, reading: Reading, readAt: DateTime.Utc): Outcome => {
  const same = reading.messages.filter((message) => compare(question, message) === "Same")
  const similar = reading.messages.filter((message) => compare(question, message) === "Similar")
  const inTime = reading.messages.filter(({ createdAt }) => DateTime.toEpochMillis(createdAt) >= question.earliest)
  const instants = reading.messages.map(({ createdAt }) => createdAt)
  const evidence: Evidence = {
    window,
    readAt,
    messageIds: inTime.map(({ id }) => id),
    messages: reading.messages.length + reading.unreadable,
    pages: reading.pages,
    oldest: instants.reduce<DateTime.Utc | null>((a, b) => (a === null ? b : DateTime.min(a, b)), null),
    isSyncing: reading.isSyncing
  }
  const [doubt, ...doubts] = [
    ...(reading.isSyncing ? (["Syncing"] as const) : []),
    ...(same.length > 1 ? (["Several"] as const) : []),
    ...(similar.length > 0 ? (["Doubtful"] as const) : []),
    ...(reading.unreadable > 0 ? (["Unreadable"] as const) : []),
    ...(reading.isComplete ? [] : (["Incomplete"] as const))
  ]
  if (doubt !== undefined) {
    return Ambiguous.make({
      doubts: [doubt, ...doubts],
      candidates: [...same, ...similar].map(({ id }) => id),
      evidence
    })
  }
  const [message] = same
  return message === undefined ? NotFound.make({ evidence }) : Found.make({ message, evidence })
}

const checked = <A, B>(option: string, value: A, check: (value: A) => Either.Either<B, string>) =>
  Either.mapLeft(check(value), (problem) => ConfigError.InvalidData([option], problem))

const tokenOf = (token: Effect.Effect<Redacted.Redacted, unknown>): Effect.Effect<string, ReconcileError> =>
  token.pipe(
    Effect.flatMap(settings.token),
    Effect.mapBoth({
      onSuccess: Redacted.value,
      onFailure: () => new ReconcileError({ reason: "CredentialsUnavailable" })
    })
  )

const names: knownOptions.Names<Options> = {
  token: true,
  baseUrl: true,
  transformClient: true,
  limiter: true,
  clockSkew: true,
  settle: true,
  maxPages: true,
  timeout: true,
  retries: true
}

/**
 * Makes a reconciler. Fails with a `ConfigError` that names the option where there is no such option, and where the token
 * or the base URL cannot be used.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    yield* knownOptions.refused(options, names)
    if (Redacted.isRedacted(options.token)) yield* checked("token", options.token, settings.token)
    const http = yield* HttpClient.HttpClient
    const reader: Reader = {
      client: HttpClient.withTracerDisabledWhen(options.transformClient?.(http) ?? http, () => true),
      fetchInit: yield* Effect.serviceOption(FetchHttpClient.RequestInit),
      baseUrl: yield* checked("baseUrl", options.baseUrl ?? settings.hostedBaseUrl, settings.baseUrl),
      token: tokenOf(Redacted.isRedacted(options.token) ? Effect.succeed(options.token) : options.token),
      timeout: Duration.decode(options.timeout ?? "30 seconds"),
      limiter: options.limiter
    }
    const skew = Duration.toMillis(options.clockSkew ?? "2 minutes")
    const settle = Duration.toMillis(options.settle ?? "10 seconds")
    const schedule = retrying(options.retries ?? 3)

    const look = (question: Question, window: Window) =>
      Effect.gen(function* () {
        const readAt = yield* DateTime.now
        const page = (cursor: ListMessages.Cursor | null) =>
          Effect.retry(fetchPage(reader, question.request, cursor), schedule)
        return conclude(question, window, yield* readBack(page, question.earliest, options.maxPages ?? 20), readAt)
      })

    return {
      reconcile: (request, window, known) =>
        Effect.gen(function* () {
          const valid = yield* Either.mapLeft(validate(request), () => new ReconcileError({ reason: "InvalidRequest" }))
          const settled = DateTime.toEpochMillis(window.until) + settle
          const question: Question = {
            request: valid,
            earliest: DateTime.toEpochMillis(window.from) - skew,
            latest: settled + skew,
            except: new Set(known?.except)
          }
          const first = yield* look(question, window)
          const wait = settled - DateTime.toEpochMillis(first.evidence.readAt)
          return first._tag !== "NotFound" || wait <= 0
            ? first
            : yield* Effect.zipRight(Effect.sleep(wait), look(question, window))
        }).pipe(
          Effect.tap((outcome) => Effect.annotateCurrentSpan("inbox.reconcile.outcome", outcome._tag)),
          Effect.withSpan("Reconciler.reconcile", { captureStackTrace: false })
        )
    }
  })

/**
 * A reconciler as a layer, over the `HttpClient` of your choice.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<Reconciler, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Reconciler, make(options))

/**
 * Where `layerConfig` takes the options from, if not from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigOptions
  extends Omit<Options, "token" | "baseUrl">,
    Pick<InboxClient.ConfigOptions, "token" | "baseUrl"> {}

/**
 * A reconciler as a layer, configured by `INBOX_API_TOKEN` and `INBOX_API_BASE_URL` or by configs of your own, as
 * `InboxClient.layerConfig` is, and failing as that one does.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: ConfigOptions = {}
): Layer.Layer<Reconciler, ConfigError.ConfigError, HttpClient.HttpClient> =>
  environment.read(options).pipe(
    Effect.map((config) => layer({ ...options, ...config })),
    Layer.unwrapEffect
  )

/**
 * An answer of the test reconciler: an ordinary outcome by its name; an outcome or an error of your own; or an effect
 * that gives one when it sees fit.
 *
 * @since 0.1.0
 * @category testing
 */
export type TestReply = Outcome["_tag"] | Outcome | ReconcileError | Effect.Effect<Outcome, ReconcileError>

/**
 * The other side of `layerTest`: what was asked, and what is to be answered next.
 *
 * @since 0.1.0
 * @category testing
 */
export class TestReconciler extends Context.Tag("@inbox-effect/client/Reconcile/TestReconciler")<
  TestReconciler,
  {
    /** All valid questions so far. */
    readonly asked: Effect.Effect<ReadonlyArray<testReconciler.Asked>>
    /** Adds to the script: one answer for each of the next questions. */
    readonly script: (...replies: ReadonlyArray<TestReply>) => Effect.Effect<void>
  }
>() {}

const replyOf = (reply: TestReply): testReconciler.Reply => {
  if (typeof reply === "string") return reply
  if (reply instanceof ReconcileError) return Effect.fail(reply)
  return Effect.isEffect(reply) ? reply : Effect.succeed(reply)
}

/**
 * A reconciler without HTTP, for the tests of applications. It validates requests as the real one does, records what it
 * is asked, and answers as the script says, without waiting. Once the script has ended it answers `Ambiguous`.
 *
 * @since 0.1.0
 * @category testing
 */
export const layerTest = (...replies: ReadonlyArray<TestReply>): Layer.Layer<Reconciler | TestReconciler> =>
  Layer.unwrapEffect(
    Effect.sync(() => {
      const book: testReconciler.Book = { replies: replies.map(replyOf), asked: [] }
      const invalid = () => new ReconcileError({ reason: "InvalidRequest" })
      return Layer.merge(
        Layer.succeed(Reconciler, {
          reconcile: (request, window, known) =>
            testReconciler.reconcile(book, request, window, known?.except ?? [], invalid)
        }),
        Layer.succeed(TestReconciler, {
          asked: Effect.sync(() => [...book.asked]),
          script: (...more) => Effect.sync(() => void book.replies.push(...more.map(replyOf)))
        })
      )
    })
  )
