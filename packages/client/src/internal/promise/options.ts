/**
 * Options for code without Effect, which may come from plain JavaScript: all of them are looked at.
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Arr from "effect/Array"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Fetch from "../../fetch.js"
import * as InboxClient from "../../InboxClient.js"
import * as RateLimiter from "../../RateLimiter.js"
import type * as ReceivedMessage from "../../ReceivedMessage.js"
import * as RetryPolicy from "../../RetryPolicy.js"
import * as knownOptions from "../config/knownOptions.js"
import * as settings from "../config/settings.js"

/**
 * An `AbortSignal`, as far as it is used.
 *
 * @since 0.1.0
 * @category models
 */
export interface Signal {
  /** It was aborted already. */
  readonly aborted: boolean
  /** Asks to be told of the abort. */
  readonly addEventListener: (type: "abort", listener: () => void) => void
  /** Asks not to be told any more. */
  readonly removeEventListener: (type: "abort", listener: () => void) => void
}

/**
 * Options of one send.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendOptions {
  /** Ends the send. The result says what is known of the delivery. */
  readonly signal?: Signal | undefined
}

/**
 * Options of the client. Durations are milliseconds, or texts such as `"10 seconds"`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The API token, or a function that gives the current one; it is asked again after a 401. */
  readonly token: string | (() => string | PromiseLike<string>)
  /** Base URL of the API, up to and including its version. Default: the hosted API. */
  readonly baseUrl?: string | undefined
  /** Time limit of one attempt. Default: as `InboxClient` has it. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** Time limit of a send, waits and all attempts together. Default: none. */
  readonly timeout?: Duration.DurationInput | undefined
  /** When to try again what was certainly not delivered, or `false` for never. Default: `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy.Options | false | undefined
  /** Treatment of an answer that lacks documented keys. Default: `Refuse`. */
  readonly missingKeys?: ReceivedMessage.MissingKeys | undefined
  /** Treatment of a message that is declared as another media type than `application/json`. Default: `Refuse`. */
  readonly otherMediaType?: ReceivedMessage.OtherMediaType | undefined
  /** Lets sends wait so as to keep within the documented rate limits, or within others. Default: `false`. */
  readonly rateLimit?: boolean | RateLimiter.Options | undefined
  /** Is told what the client logs: that it tries again, that the API comes to its end. Default: the console is. */
  readonly onLog?: ((entry: { readonly level: string; readonly message: string }) => void) | undefined
  /** The `HttpClient` to send with. Default: that of `@inbox-effect/client/fetch`. */
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient> | undefined
}

const names: knownOptions.Names<Options> = {
  token: true,
  baseUrl: true,
  attemptTimeout: true,
  timeout: true,
  retry: true,
  missingKeys: true,
  otherMediaType: true,
  rateLimit: true,
  onLog: true,
  httpClient: true
}

/** Plain JavaScript passes `undefined` where a variable is not set, which must not become a text. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

const orThrow = (checked: Either.Either<unknown, string>, Thrown: new (text: string) => Error = TypeError): void => {
  if (Either.isLeft(checked)) throw new Thrown(checked.left)
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const checkKinds = ({ httpClient, onLog, rateLimit, retry }: Options): void => {
  if (retry !== undefined && retry !== false && !isObject(retry)) {
    throw new TypeError("retry is false, or options such as { maxRetries: 5 }: leave it out for the standard policy")
  }
  if (rateLimit !== undefined && typeof rateLimit !== "boolean" && !isObject(rateLimit)) {
    throw new TypeError("rateLimit is true or false, or options such as { quotas: [...] }")
  }
  if (onLog !== undefined && typeof onLog !== "function") throw new TypeError("onLog is a function")
  if (httpClient !== undefined && !Layer.isLayer(httpClient)) {
    throw new TypeError("httpClient is a layer, such as that of @inbox-effect/client/undici: leave it out for fetch")
  }
}

/** Throws what is wrong with the options, without repeating the values. */
export const check = (options: Options): void => {
  if (!isObject(options)) throw new TypeError("The options have to be an object with a token")
  knownOptions.check(options, names)
  checkKinds(options)
  const { attemptTimeout, baseUrl, timeout, token } = options
  if (typeof token !== "function") orThrow(settings.token(Redacted.make(textOf(token))))
  if (baseUrl !== undefined) orThrow(settings.baseUrl(textOf(baseUrl)))
  for (const time of [attemptTimeout, timeout]) {
    if (time !== undefined) orThrow(settings.timeout(time), RangeError)
  }
}

const toToken = (token: Options["token"]): Redacted.Redacted | Effect.Effect<Redacted.Redacted, unknown> =>
  typeof token === "function"
    ? Effect.map(
        Effect.tryPromise(async () => token()),
        (text) => Redacted.make(textOf(text))
      )
    : Redacted.make(textOf(token))

const toRetry = (retry: Options["retry"]): RetryPolicy.RetryPolicy | undefined => {
  if (retry === false) return RetryPolicy.none
  return retry === undefined ? undefined : RetryPolicy.make(retry)
}

const logTo = (onLog: NonNullable<Options["onLog"]>): Layer.Layer<never> =>
  Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ logLevel, message }) => {
      try {
        onLog({ level: logLevel.label, message: Arr.ensure(message).map(String).join(" ") })
      } catch {
        // What cannot be logged ends no send.
      }
    })
  )

/** The layers of a client, and of the reconciler that goes with it, which is loaded when it is wanted. */
export const toLayers = (options: Options) => {
  const { attemptTimeout, baseUrl, missingKeys, otherMediaType, rateLimit, timeout } = options
  const token = toToken(options.token)
  const client = { attemptTimeout, baseUrl, missingKeys, otherMediaType, timeout, token, retry: toRetry(options.retry) }
  const http = options.httpClient ?? Fetch.layer
  const log = options.onLog === undefined ? Layer.empty : logTo(options.onLog)
  const limiter =
    rateLimit === undefined || rateLimit === false
      ? undefined
      : RateLimiter.layer(typeof rateLimit === "object" ? rateLimit : undefined)
  const inbox =
    limiter === undefined ? InboxClient.layer(client) : Layer.provide(RateLimiter.layerClient(client), limiter)
  const reconciler = async () => {
    const Reconcile = await import("../../Reconcile.js")
    const layerWith = (limiter?: InboxClient.Limiter) => Reconcile.layer({ baseUrl, token, limiter })
    const layer =
      limiter === undefined
        ? layerWith()
        : Layer.provide(Layer.unwrapEffect(Effect.map(RateLimiter.RateLimiter, layerWith)), limiter)
    return Layer.provide(layer, http)
  }
  return { inbox: Layer.provide(inbox, http), log, reconciler }
}
