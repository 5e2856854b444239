/**
 * The client: sends a message once, and says what happened to it.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as InboxError from "./InboxError.js"
import * as exchange from "./internal/exchange.js"
import * as settings from "./internal/settings.js"
import { validate } from "./internal/validation.js"
import type * as Message from "./Message.js"

/**
 * What to send, and where: plain strings, as `SendMessage` describes them. A `replyToMessageId` that is `undefined`
 * counts as absent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly threadId: string
  readonly content: string
  readonly replyToMessageId?: string | undefined
}

/**
 * The operations of the client.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Sends one message with one HTTP request, never with a second. The request is validated before anything is sent; the
   * `delivery` of an error says whether the message arrived.
   */
  readonly sendMessage: (request: Request) => Effect.Effect<Message.Message, InboxError.InboxError>
}

/**
 * The client as a service.
 *
 * @since 0.1.0
 * @category tags
 */
export class InboxClient extends Context.Tag("@inbox-effect/client/InboxClient")<InboxClient, Service>() {}

/**
 * How to reach the API.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The API token: visible ASCII characters without white space. */
  readonly token: Redacted.Redacted
  /** Where the API is, up to and including its version. Default: `hostedBaseUrl`. */
  readonly baseUrl?: string | undefined
  /** How long a send may take before it fails with `TimedOut`. Default: as long as the `HttpClient` waits. */
  readonly timeout?: Duration.DurationInput | undefined
  /** Changes the `HttpClient` that requests go through. One that repeats requests may deliver a message twice. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The base URL of the hosted API.
 *
 * @since 0.1.0
 * @category defaults
 */
export const hostedBaseUrl: string = settings.hostedBaseUrl

type FetchInit = Context.Tag.Service<typeof FetchHttpClient.RequestInit>

/** Fetch follows redirects unless told otherwise, and would turn the request into another one, with the token on it. */
const withoutRedirects =
  (init: Option.Option<FetchInit>) =>
  (client: HttpClient.HttpClient): HttpClient.HttpClient =>
    HttpClient.transformResponse(
      client,
      Effect.mapInputContext((context: Context.Context<never>) =>
        Context.add(context, FetchHttpClient.RequestInit, {
          ...Option.getOrUndefined(init),
          ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
          redirect: "manual"
        })
      )
    )

/** The platform's own spans would carry headers of the answer, and its trace headers would go to another company. */
const withoutTraces = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  client.pipe(
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.withTracerPropagation(false)
  )

const checked = <A, B>(option: string, value: A, check: (value: A) => Either.Either<B, string>) =>
  Either.mapLeft(check(value), (problem) => ConfigError.InvalidData([option], problem))

/**
 * Makes a client. Fails with a `ConfigError` that names the option where the token or the base URL cannot be used.
 *
 * `FetchHttpClient.RequestInit`, where it is wanted, belongs around this effect or around the sends, not beneath
 * `FetchHttpClient.layer`: the client adds `redirect: "manual"` to the one that it sees.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const token = yield* checked("token", options.token, settings.token)
    const baseUrl = yield* checked("baseUrl", options.baseUrl ?? hostedBaseUrl, settings.baseUrl)
    const client = (yield* HttpClient.HttpClient).pipe(
      options.transformClient ?? ((self) => self),
      withoutRedirects(yield* Effect.serviceOption(FetchHttpClient.RequestInit)),
      withoutTraces
    )
    const timeout = options.timeout === undefined ? undefined : Duration.decode(options.timeout)
    const send = exchange.send({ client, baseUrl, token, timeout })
    return {
      sendMessage: (request) =>
        Effect.suspend(() => Effect.flatMap(validate(request), send)).pipe(
          Effect.withSpan("InboxClient.sendMessage", {
            kind: "client",
            captureStackTrace: false,
            attributes: { "http.request.method": "POST", "url.template": "/threads/{threadId}/messages" }
          })
        )
    }
  })

/**
 * The client as a layer, over the `HttpClient` of your choice.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<InboxClient, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(InboxClient, make(options))

/**
 * Where `layerConfig` takes the options from, if not from the environment.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConfigOptions extends Pick<Options, "timeout" | "transformClient"> {
  /** Default: `INBOX_API_TOKEN`, redacted. */
  readonly token?: Config.Config<Redacted.Redacted> | undefined
  /** Default: `INBOX_API_BASE_URL`, or the hosted API where that is not set. */
  readonly baseUrl?: Config.Config<string> | undefined
}

const withCheck =
  <A, B>(check: (value: A) => Either.Either<B, string>) =>
  (config: Config.Config<A>): Config.Config<B> =>
    Config.mapOrFail(config, (value) => Either.mapLeft(check(value), (problem) => ConfigError.InvalidData([], problem)))

// Checked before it is redacted or defaulted: only a plain variable lends its name to the error of its check.
const defaultToken = Config.string("INBOX_API_TOKEN").pipe(withCheck((text) => settings.token(Redacted.make(text))))

const defaultBaseUrl = Config.string("INBOX_API_BASE_URL").pipe(
  withCheck(settings.baseUrl),
  Config.withDefault(hostedBaseUrl)
)

const withFix = (error: ConfigError.ConfigError): ConfigError.ConfigError =>
  error._op === "MissingData"
    ? ConfigError.MissingData([...error.path], `${error.message}. Set it to the API token of your Inbox team`)
    : error

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
  Config.all({
    token: options.token === undefined ? defaultToken : withCheck(settings.token)(options.token),
    baseUrl: options.baseUrl === undefined ? defaultBaseUrl : withCheck(settings.baseUrl)(options.baseUrl)
  }).pipe(
    Effect.mapError(withFix),
    Effect.map((config) => layer({ ...config, timeout: options.timeout, transformClient: options.transformClient })),
    Layer.unwrapEffect
  )
