/**
 * The client: sends a message once, and says what happened to it.
 *
 * @example
 * ```ts
 * import { FetchHttpClient } from "@effect/platform"
 * import { InboxClient } from "@inbox-effect/client"
 * import { Effect, Layer } from "effect"
 *
 * const InboxLive = InboxClient.layerConfig({ timeout: "1 minute" }).pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const program = Effect.gen(function* () {
 *   const inbox = yield* InboxClient.InboxClient
 *   const message = yield* inbox.sendMessage({ threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" })
 *   yield* Effect.log(message.id)
 * }).pipe(Effect.provide(InboxLive))
 * ```
 *
 * @since 0.1.0
 */
import * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type * as Credentials from "./Credentials.js"
import type * as InboxError from "./InboxError.js"
import * as client from "./internal/client.js"
import * as environment from "./internal/config/environment.js"
import * as settings from "./internal/config/settings.js"
import { requestInitKey } from "./internal/http/fetchClient.js"
import { once } from "./internal/http/progress.js"
import { directOf } from "./internal/http/wire.js"
import { directly } from "./internal/send/directly.js"
import { through } from "./internal/send/through.js"
import * as testInbox from "./internal/testing/testInbox.js"
import type * as Metadata from "./Metadata.js"
import type * as RateLimit from "./RateLimit.js"
import type * as ReceivedMessage from "./ReceivedMessage.js"
import type * as RetryPolicy from "./RetryPolicy.js"
import type * as SendMessage from "./SendMessage.js"
import * as StartWithin from "./StartWithin.js"
import * as Transport from "./Transport.js"

/**
 * A message to send, and its thread: plain strings, as `SendMessage` describes them. A `replyToMessageId` that is
 * `undefined` counts as absent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  /** Id of the thread to send in: lower-case letters and digits. */
  readonly threadId: string
  /** Text of the message: at least one character. */
  readonly content: string
  /** Id of the message of the same thread that this one replies to. Default: it is no reply. */
  readonly replyToMessageId?: string | undefined
}

/**
 * Options of one send, in place of those of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendOptions {
  /** When to try again. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** Time limit of one attempt, which then fails with `TimedOut`; obtaining a token may take as long again. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** Time limit of the whole send, waits and all attempts together, which then fails with `TimedOut`. */
  readonly timeout?: Duration.DurationInput | undefined
  /**
   * No first byte of the request leaves after this time, which counts from the begin of the send: a request that was not
   * begun by then fails with `TimedOut`, `NotDelivered`. Only a client whose `keepsStartWithin` is true takes it; with
   * another one the send dies before anything is sent. See `StartWithin`.
   */
  readonly startWithin?: StartWithin.Input | undefined
  /** Treatment of an answer that lacks documented keys. */
  readonly missingKeys?: ReceivedMessage.MissingKeys | undefined
  /** Treatment of a message that is declared as another media type than `application/json`. */
  readonly otherMediaType?: ReceivedMessage.OtherMediaType | undefined
}

/**
 * A message that was sent, and what the answer says besides.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sent {
  /** The message as the server answered it. */
  readonly message: ReceivedMessage.ReceivedMessage
  /** Status, headers, attempts and limits, and where the answer differs from the document. */
  readonly metadata: Metadata.Metadata
}

/**
 * The operations of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Sends one message. The request is validated before anything is sent; the `delivery` of an error says whether the
   * message arrived, and its `attempts` how it came to that. What was certainly not delivered and may pass is tried
   * again as the retry policy says; nothing else is.
   */
  readonly sendMessage: (
    request: Request,
    options?: SendOptions
  ) => Effect.Effect<ReceivedMessage.ReceivedMessage, InboxError.InboxError>
  /** Sends one message as `sendMessage` does, and tells what the answer says besides it. */
  readonly sendMessageWithMetadata: (
    request: Request,
    options?: SendOptions
  ) => Effect.Effect<Sent, InboxError.InboxError>
  /** Tells whether the `HttpClient` in use can keep `startWithin`: only that of the undici layer does. */
  readonly keepsStartWithin: boolean
}

/**
 * The client as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class InboxClient extends Context.Tag("@inbox-effect/client/InboxClient")<InboxClient, Service>() {}

/**
 * Gives attempts their turn, and learns from answers. `acquire` is run before each attempt, retries included, and only
 * the `timeout` of the whole send bounds it: an attempt that never gets its turn is certainly not delivered. `learn` is
 * told of each answer, and nothing bounds it: the send goes on once it is over.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limiter {
  /** Waits until one request may go. */
  readonly acquire: Effect.Effect<void>
  /** Receives every answer. */
  readonly learn: (answer: {
    /** HTTP status of the answer. */
    readonly status: number
    /** Rate limit that the answer reports. */
    readonly rateLimit?: RateLimit.RateLimit
    /** Time that the server asks to wait. */
    readonly retryAfter?: Duration.Duration
    /** The time until the rate limit ends, by the clock of the server. */
    readonly resetAfter?: Duration.Duration
  }) => Effect.Effect<void>
  /** Time that a request would wait that asked now, as far as it is known: for the log. */
  readonly wait?: Effect.Effect<Duration.Duration> | undefined
}

/**
 * Options of the client: the server, and the defaults of sends.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends SendOptions {
  /**
   * The API token, visible ASCII characters without white space: one that stays, an effect that is run before each
   * attempt, or `Credentials`. After a 401 the effect is run again, and a token that is new by then is tried once.
   */
  readonly token: Credentials.Input
  /** Base URL of the API, up to and including its version. Default: `hostedBaseUrl`. */
  readonly baseUrl?: string | undefined
  /** When to try again. Default: `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** Time limit of one attempt. Default: `defaultAttemptTimeout`. `Duration.infinity` is without end. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** Time limit of the whole send. Default: none. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Treatment of an answer that lacks documented keys. Default: `Refuse`, with the error `MalformedResponse`. */
  readonly missingKeys?: ReceivedMessage.MissingKeys | undefined
  /**
   * Treatment of a message that is declared as another media type than `application/json`. Default: `Refuse`, with
   * the error `MalformedResponse`.
   */
  readonly otherMediaType?: ReceivedMessage.OtherMediaType | undefined
  /** Number of bytes of an answer's body that are read, at least 1. Default: `defaultMaxBodySize`. */
  readonly maxBodySize?: number | undefined
  /** Limiter that gives attempts their turn. Default: none. */
  readonly limiter?: Limiter | undefined
  /**
   * Changes the `HttpClient` that requests go through: proxies, headers, logs. Whatever it does, the message goes out
   * once for each attempt: a redirect that it follows and a retry that it makes are stopped.
   */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The base URL of the hosted API.
 *
 * @since 0.1.0
 * @category defaults
 */
export const hostedBaseUrl: string = settings.hostedBaseUrl

/**
 * Time limit of one attempt: 60 seconds.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultAttemptTimeout: Duration.Duration = client.defaultAttemptTimeout

/**
 * Size to which an answer's body is read: 1 MiB, in bytes; more where the message itself needs it.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultMaxBodySize: number = client.defaultMaxBodySize

/**
 * Makes a client. Fails with a `ConfigError` that names the option where there is no such option, and where the token, the
 * base URL, the body size or a time-out cannot be used.
 *
 * `FetchHttpClient.RequestInit`, where it is wanted, belongs around this effect or around the sends, not beneath
 * `FetchHttpClient.layer`: the client adds `redirect: "manual"` to the one that it sees.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Effect.zipWith(HttpClient.HttpClient, Effect.context<never>(), (http, beneath) => {
    const { transformClient } = options
    return client.make(options, {
      names: { transformClient: true },
      isGateway: Transport.isGateway(http),
      keepsStartWithin: StartWithin.isKeptBy(http),
      way: () => {
        const changed = transformClient === undefined ? http : transformClient(once(http))
        const direct = directOf(changed)
        return direct === undefined ? through(changed, beneath.unsafeMap.get(requestInitKey)) : directly(direct)
      }
    })
  }).pipe(Effect.flatten)

/**
 * The client as a layer, over the `HttpClient` of your choice.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<InboxClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(InboxClient, make(options))

/**
 * Sources of the options that `layerConfig` does not take from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigOptions extends Omit<Options, "token" | "baseUrl"> {
  /** Default: `INBOX_API_TOKEN`, redacted. */
  readonly token?: Config.Config<Redacted.Redacted> | undefined
  /** Default: `INBOX_API_BASE_URL`, or the hosted API where that is not set. */
  readonly baseUrl?: Config.Config<string> | undefined
}

/**
 * The client as a layer, configured by `INBOX_API_TOKEN` and `INBOX_API_BASE_URL` or by configs of your own. Fails with
 * a `ConfigError` that names the variable and the fix where one is missing, empty or malformed.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: ConfigOptions = {}
): Layer.Layer<InboxClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  environment.read(options).pipe(
    Effect.map((config) => layer({ ...options, ...config })),
    Layer.unwrapEffect
  )

/**
 * Result of a call of the test client: an error of the channel; `"Deliver"`; or an effect that fails with such an
 * error, or gives the fields in which the message differs from an ordinary one, when it sees fit.
 *
 * @since 0.1.0
 * @category testing
 */
export type TestReply =
  | "Deliver"
  | InboxError.InboxError
  | Effect.Effect<Partial<ReceivedMessage.ReceivedMessage>, InboxError.InboxError>

/**
 * The other side of `layerTest`: what was sent, and what is to become of what is sent next.
 *
 * @since 0.1.0
 * @category testing
 */
export class TestInbox extends Context.Tag("@inbox-effect/client/TestInbox")<
  TestInbox,
  {
    /** All valid requests so far, whatever became of them. */
    readonly sends: Effect.Effect<ReadonlyArray<SendMessage.SendMessage>>
    /** All messages that were delivered so far. */
    readonly delivered: Effect.Effect<ReadonlyArray<ReceivedMessage.ReceivedMessage>>
    /** Adds to the script: one reply for each of the next calls. */
    readonly script: (...replies: ReadonlyArray<TestReply>) => Effect.Effect<void>
  }
>() {}

const replyOf = (reply: TestReply): testInbox.Reply =>
  reply === "Deliver"
    ? Effect.succeed({})
    : Effect.isEffect(reply) && !Predicate.hasProperty(reply, "delivery")
      ? reply
      : Effect.fail(reply as InboxError.InboxError)

/**
 * A client without HTTP, for the tests of applications. It validates requests as the real one does, records them, and
 * answers each call as the script says, then delivers. A reply is what the whole call comes to: nothing is retried.
 *
 * @since 0.1.0
 * @category testing
 */
export const layerTest = (...replies: ReadonlyArray<TestReply>): Layer.Layer<InboxClient | TestInbox> =>
  Layer.unwrapEffect(
    Effect.sync(() => {
      const book: testInbox.Book = { replies: replies.map(replyOf), sends: [], delivered: [] }
      return Layer.merge(
        Layer.succeed(InboxClient, {
          sendMessage: (request) => Effect.map(testInbox.send(book, request), ({ message }) => message),
          sendMessageWithMetadata: (request) => testInbox.send(book, request),
          keepsStartWithin: true
        }),
        Layer.succeed(TestInbox, {
          sends: Effect.sync(() => [...book.sends]),
          delivered: Effect.sync(() => [...book.delivered]),
          script: (...more) => Effect.sync(() => void book.replies.push(...more.map(replyOf)))
        })
      )
    })
  )
