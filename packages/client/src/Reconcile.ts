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
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as InboxClient from "./InboxClient.js"
import * as environment from "./internal/config/environment.js"
import * as knownOptions from "./internal/config/knownOptions.js"
import * as settings from "./internal/config/settings.js"
import { validate } from "./internal/config/validation.js"
import { conclude, type Question } from "./internal/reconcile/compare.js"
import { type Outcome, ReconcileError, type Window } from "./internal/reconcile/model.js"
import { fetchPage, type Reader, readBack, retrying } from "./internal/reconcile/page.js"
import * as testReconciler from "./internal/testing/testReconciler.js"
import type * as ListMessages from "./ListMessages.js"

export {
  Ambiguous,
  Doubt,
  Evidence,
  Found,
  NotFound,
  Outcome,
  ReconcileError,
  Window,
  windowOf
} from "./internal/reconcile/model.js"

/**
 * Options of one question.
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
 * Options of a reconciler.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Pick<InboxClient.Options, "baseUrl" | "transformClient" | "limiter"> {
  /** The API token: one that stays, or an effect that is run before each request. */
  readonly token: Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown>
  /** Largest difference between the clocks of sender and server. Default: 2 minutes. */
  readonly clockSkew?: Duration.DurationInput | undefined
  /**
   * Time after a send in which a server may still store its message. Where nothing is found, the thread is read again
   * once that time is over. Default: 10 seconds.
   */
  readonly settle?: Duration.DurationInput | undefined
  /** Largest number of pages, of 100 messages each, that are read. Default: 20. */
  readonly maxPages?: number | undefined
  /** Time limit of one request. Default: 30 seconds. */
  readonly timeout?: Duration.DurationInput | undefined
  /**
   * Largest number of times that a request is repeated that may succeed yet; reading twice is harmless. Default: 3
   * times.
   */
  readonly retries?: number | undefined
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
 * Sources of the options that `layerConfig` does not take from the environment.
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
