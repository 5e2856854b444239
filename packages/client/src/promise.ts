/**
 * The client for code that is not Effect: promises in, plain data out. A send never rejects; its result says whether
 * there is a message, and if not, what is known of the delivery.
 *
 * @example
 * ```ts
 * import { createInboxClient } from "@inbox-effect/client/promise"
 *
 * export const notify = async (token: string, threadId: string): Promise<string> => {
 *   const inbox = createInboxClient({ token, timeout: 10_000 })
 *   const result = await inbox.sendMessage({ threadId, content: "On my way" })
 *   await inbox.close()
 *   if (result.ok) {
 *     return `Sent as ${result.message.id}`
 *   }
 *   return result.delivery === "NotDelivered"
 *     ? `Not sent, safe to try again: ${result.error.message}`
 *     : `Ask a person before sending again: ${result.error.message}`
 * }
 * ```
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Delivery } from "./Delivery.js"
import * as DeliveryTable from "./Delivery.js"
import * as InboxClient from "./InboxClient.js"
import type { InboxError } from "./InboxError.js"
import * as settings from "./internal/settings.js"
import * as transport from "./internal/transport.js"
import type { Metadata } from "./Metadata.js"
import * as RateLimiter from "./RateLimiter.js"
import * as ReceivedMessage from "./ReceivedMessage.js"
import * as RetryPolicy from "./RetryPolicy.js"

const delivery = Schema.Literal("NotDelivered", "Unknown", "Delivered")

const known: Record<Delivery, string> = {
  NotDelivered: "The message was not delivered.",
  Unknown: "Nobody knows whether the message was delivered: sending it again may deliver it twice.",
  Delivered: "The message was delivered: do not send it again."
}

/**
 * The send was aborted by its signal. `delivery` is `NotDelivered` as long as nothing was handed to the HTTP client, or
 * the server had refused what was; `Delivered` once the server had accepted the message; and `Unknown` in between.
 *
 * @since 0.1.0
 * @category errors
 */
export class Aborted extends Schema.TaggedError<Aborted>("@inbox-effect/client/promise/Aborted")("Aborted", {
  delivery
}) {
  override get message(): string {
    return `The send was aborted. ${known[this.delivery]}`
  }
}

/**
 * The client was closed before the send began.
 *
 * @since 0.1.0
 * @category errors
 */
export class Closed extends Schema.TaggedError<Closed>("@inbox-effect/client/promise/Closed")("Closed", {
  delivery: Schema.Literal("NotDelivered")
}) {
  override get message(): string {
    return `The client is closed. ${known[this.delivery]}`
  }
}

/**
 * Something threw that should not: a defect of the client, or of the `httpClient` that it was given. What was thrown is
 * not repeated, since it may hold anything; `name` is that of its class.
 *
 * @since 0.1.0
 * @category errors
 */
export class Unexpected extends Schema.TaggedError<Unexpected>("@inbox-effect/client/promise/Unexpected")(
  "Unexpected",
  { delivery, thrown: Schema.String }
) {
  override get message(): string {
    return `The client failed unexpectedly (${this.thrown}). ${known[this.delivery]}`
  }
}

/**
 * Why there is no message. All of them are instances of `Error`, told apart by `_tag`.
 *
 * @since 0.1.0
 * @category errors
 */
export type SendError = InboxError | Aborted | Closed | Unexpected

/**
 * A message as plain JSON: instants are strings as `Date` understands them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message extends Schema.Schema.Encoded<typeof ReceivedMessage.ReceivedMessage> {}

/**
 * The message was sent, and this is the server's answer.
 *
 * @since 0.1.0
 * @category results
 */
export interface Success {
  readonly ok: true
  readonly delivery: "Delivered"
  readonly message: Message
  readonly metadata: Metadata
}

/**
 * There is no message. Only where `delivery` is `NotDelivered` may the send be repeated without asking anybody.
 *
 * @since 0.1.0
 * @category results
 */
export interface Failure {
  readonly ok: false
  readonly delivery: Delivery
  readonly error: SendError
}

/**
 * What became of a send.
 *
 * @since 0.1.0
 * @category results
 */
export type SendResult = Success | Failure

/**
 * What is used of an `AbortSignal`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Signal {
  readonly aborted: boolean
  readonly addEventListener: (type: "abort", listener: () => void) => void
  readonly removeEventListener: (type: "abort", listener: () => void) => void
}

/**
 * What may be said about one send.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendOptions {
  /** Ends the send. The result says what is known of the delivery. */
  readonly signal?: Signal | undefined
}

/**
 * How to reach the API, and how to send. Durations are milliseconds, or texts such as `"10 seconds"`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The API token, or a function that gives the current one; it is asked again after a 401. */
  readonly token: string | (() => string | PromiseLike<string>)
  /** Where the API is, up to and including its version. Default: the hosted API. */
  readonly baseUrl?: string | undefined
  /** How long one attempt may take. Default: as long as the `httpClient` waits. */
  readonly attemptTimeout?: Duration.DurationInput | undefined
  /** How long a send may take, waits and all attempts together. Default: no end. */
  readonly timeout?: Duration.DurationInput | undefined
  /** When to try again what was certainly not delivered, or `false` for never. Default: `RetryPolicy.standard`. */
  readonly retry?: RetryPolicy.Options | false | undefined
  /** What becomes of an answer that lacks documented keys. Default: `Refuse`. */
  readonly missingKeys?: ReceivedMessage.MissingKeys | undefined
  /** What becomes of a message that is declared as another media type than `application/json`. Default: `Refuse`. */
  readonly otherMediaType?: ReceivedMessage.OtherMediaType | undefined
  /** Whether sends wait so as to keep within the documented rate limits, or within others. Default: `false`. */
  readonly rateLimit?: boolean | RateLimiter.Options | undefined
  /** Is told what the client logs: that it tries again, that the API comes to its end. Default: the console is. */
  readonly onLog?: ((entry: { readonly level: string; readonly message: string }) => void) | undefined
  /** The `HttpClient` to send with. Default: fetch. */
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient> | undefined
}

/**
 * The client.
 *
 * @since 0.1.0
 * @category models
 */
export interface PromiseClient {
  /** Sends one message. The promise is always fulfilled. */
  readonly sendMessage: (request: InboxClient.Request, options?: SendOptions) => Promise<SendResult>
  /** Sends one message. The promise is rejected with the `SendError`. */
  readonly sendMessageOrThrow: (request: InboxClient.Request, options?: SendOptions) => Promise<Message>
  /** Takes no more sends, waits for those under way, and lets go of connections. */
  readonly close: () => Promise<void>
}

/** What is known of the delivery while a send is under way. */
class Known extends Context.Reference<Known>()("@inbox-effect/client/promise/Known", {
  defaultValue: (): { delivery: Delivery } => ({ delivery: "NotDelivered" })
}) {}

/** Notes what each attempt comes to, so that an abort in the middle can say what is known. */
const watch = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (execute) =>
    Effect.contextWithEffect((context: Context.Context<never>) => {
      const known = Context.get(context, Known)
      known.delivery = "Unknown"
      return Effect.tapBoth(execute, {
        onSuccess: ({ status }) =>
          Effect.sync(() => {
            known.delivery = DeliveryTable.ofStatus(status).delivery
          }),
        onFailure: (error) =>
          Effect.sync(() => {
            known.delivery = transport.classify(error, () => false).delivery
          })
      })
    })
  )

/** Plain JavaScript passes `undefined` where a variable is not set, which must not become a text. */
const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

const toToken = (token: Options["token"]): InboxClient.Options["token"] =>
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

const toLayer = (options: Options) => {
  const { attemptTimeout, baseUrl, missingKeys, otherMediaType, timeout } = options
  const client = {
    attemptTimeout,
    baseUrl,
    missingKeys,
    otherMediaType,
    timeout,
    token: toToken(options.token),
    retry: toRetry(options.retry),
    transformClient: watch
  }
  const quotas = typeof options.rateLimit === "object" ? options.rateLimit : undefined
  const layer =
    options.rateLimit === undefined || options.rateLimit === false
      ? InboxClient.layer(client)
      : Layer.provide(RateLimiter.layerClient(client), RateLimiter.layer(quotas))
  return layer.pipe(
    Layer.provide(options.httpClient ?? FetchHttpClient.layer),
    Layer.merge(options.onLog === undefined ? Layer.empty : logTo(options.onLog))
  )
}

const orThrow = (checked: Either.Either<unknown, string>, Thrown: new (text: string) => Error = TypeError): void => {
  if (Either.isLeft(checked)) throw new Thrown(checked.left)
}

/** Throws what is wrong with the options, without repeating the values. */
const check = ({ attemptTimeout, baseUrl, timeout, token }: Options): void => {
  if (typeof token !== "function") orThrow(settings.token(Redacted.make(textOf(token))))
  if (baseUrl !== undefined) orThrow(settings.baseUrl(textOf(baseUrl)))
  for (const time of [attemptTimeout, timeout]) {
    if (time !== undefined) orThrow(settings.timeout(time), RangeError)
  }
}

const encode = Schema.encodeSync(ReceivedMessage.ReceivedMessage)

const failure = (error: SendError): Failure => ({ ok: false, delivery: error.delivery, error })

const nameOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.name : typeof thrown)

const toResult = (exit: Exit.Exit<InboxClient.Sent, unknown>, delivery: Delivery): SendResult => {
  if (Exit.isSuccess(exit)) {
    const { message, metadata } = exit.value
    return { ok: true, delivery: "Delivered", message: encode(message), metadata }
  }
  const error = Cause.failureOption(exit.cause)
  if (Option.isSome(error) && !(Cause.isDie(exit.cause) || Cause.isInterrupted(exit.cause))) {
    return failure(error.value as InboxError)
  }
  return Cause.isInterruptedOnly(exit.cause)
    ? failure(new Aborted({ delivery }))
    : failure(new Unexpected({ delivery, thrown: nameOf(Cause.squash(exit.cause)) }))
}

/**
 * Makes a client. Throws a `TypeError` where the token or the base URL cannot be used, and a `RangeError` where a number
 * or a time-out cannot. Make one and keep it: it holds what sends share.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createInboxClient = (options: Options): PromiseClient => {
  check(options)
  const runtime = ManagedRuntime.make(toLayer(options))
  const underWay = new Set<Promise<SendResult>>()
  let closing: Promise<void> | undefined

  const run = (request: InboxClient.Request, signal: Signal | undefined): Promise<SendResult> =>
    new Promise((resolve) => {
      const known = { delivery: "NotDelivered" as Delivery }
      const abort = () => void Effect.runFork(Fiber.interruptFork(fiber))
      // Before anything is sent, as it throws where the signal is none.
      signal?.addEventListener("abort", abort)
      const fiber = runtime.runFork(
        Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessageWithMetadata(request)).pipe(
          Effect.provideService(Known, known)
        )
      )
      fiber.addObserver((exit) => {
        signal?.removeEventListener("abort", abort)
        resolve(toResult(exit, known.delivery))
      })
    })

  const sendMessage: PromiseClient["sendMessage"] = async (request, options) => {
    const signal = options?.signal
    if (closing !== undefined) return failure(new Closed({ delivery: "NotDelivered" }))
    if (signal?.aborted) return failure(new Aborted({ delivery: "NotDelivered" }))
    const result = run(request, signal).catch((thrown) =>
      failure(new Unexpected({ delivery: "NotDelivered", thrown: nameOf(thrown) }))
    )
    underWay.add(result)
    return result.finally(() => underWay.delete(result))
  }

  return {
    sendMessage,
    sendMessageOrThrow: async (request, options) => {
      const result = await sendMessage(request, options)
      if (result.ok) return result.message
      throw result.error
    },
    close: () => {
      closing ??= Promise.all(underWay).then(() => runtime.dispose())
      return closing
    }
  }
}
