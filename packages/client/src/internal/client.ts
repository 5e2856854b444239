/**
 * The client over any transport: its options, checked, and its operations.
 */
import * as Clock from "effect/Clock"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Credentials from "../Credentials.js"
import type * as InboxClient from "../InboxClient.js"
import type * as InboxError from "../InboxError.js"
import * as RetryPolicy from "../RetryPolicy.js"
import type * as StartWithin from "../StartWithin.js"
import * as knownOptions from "./config/knownOptions.js"
import * as settings from "./config/settings.js"
import type { Way } from "./send/exchange.js"
import * as metadata from "./send/metadata.js"
import * as send from "./send/send.js"
import type { Sender, Sent, Settings } from "./send/state.js"
import * as telemetry from "./telemetry.js"

/** Time limit of one attempt. */
export const defaultAttemptTimeout = Duration.seconds(60)

/** Size to which an answer's body is read, in bytes. */
export const defaultMaxBodySize = 1024 * 1024

const checked = <A, B>(option: string, value: A, check: (value: A) => Either.Either<B, string>) =>
  Either.mapLeft(check(value), (problem) => ConfigError.InvalidData([option], problem))

const decoded = (duration: Duration.DurationInput | undefined): Duration.Duration | undefined =>
  duration === undefined ? undefined : Duration.decode(duration)

/** The settings of one send. What is thrown here ends the send before anything is sent. */
const settingsOfSend = (options: InboxClient.SendOptions, defaults: Settings): Settings => {
  knownOptions.check(options, sendNames)
  return settingsOf(options, defaults)
}

const settingsOf = (options: InboxClient.SendOptions, defaults: Settings): Settings => ({
  retry: options.retry ?? defaults.retry,
  attemptTimeout: decoded(options.attemptTimeout) ?? defaults.attemptTimeout,
  timeout: decoded(options.timeout) ?? defaults.timeout,
  startWithin: options.startWithin ?? defaults.startWithin,
  missingKeys: options.missingKeys ?? defaults.missingKeys,
  otherMediaType: options.otherMediaType ?? defaults.otherMediaType
})

const fallback: Settings = {
  retry: RetryPolicy.standard,
  attemptTimeout: defaultAttemptTimeout,
  timeout: undefined,
  startWithin: undefined,
  missingKeys: "Refuse",
  otherMediaType: "Refuse"
}

const canStartWithin =
  (isKept: boolean) =>
  (input: StartWithin.Input): Either.Either<unknown, string> => {
    if (!isKept) return Either.left(send.cannotStartWithin)
    return Predicate.isTagged(input, "StartDeadline") ? Either.right(input) : settings.timeout(input)
  }

/** A token that stays is checked here; one that rotates is checked each time. */
const tokenOf = (
  input: Credentials.Input
): Either.Either<Pick<Sender, "token" | "credentials">, ConfigError.ConfigError> =>
  Redacted.isRedacted(input)
    ? Either.map(checked("token", input, settings.token), (token) => ({
        token,
        credentials: Credentials.make(Effect.succeed(token))
      }))
    : Either.right({ token: undefined, credentials: Effect.isEffect(input) ? Credentials.make(input) : input })

/** The options of a send. */
export const sendNames: knownOptions.Names<InboxClient.SendOptions> = {
  attemptTimeout: true,
  timeout: true,
  startWithin: true,
  retry: true,
  missingKeys: true,
  otherMediaType: true
}

const names: knownOptions.Names<Omit<InboxClient.Options, "transformClient">> = {
  token: true,
  baseUrl: true,
  ...sendNames,
  maxBodySize: true,
  limiter: true
}

const policy = (retry: RetryPolicy.RetryPolicy): Either.Either<RetryPolicy.RetryPolicy, string> =>
  Predicate.hasProperty(retry, "unsafeRetryUnknown")
    ? Either.right(retry)
    : Either.left("retry is a RetryPolicy, such as RetryPolicy.none or RetryPolicy.make({ maxRetries: 5 })")

const service = (sender: Sender, defaults: Settings): InboxClient.Service => {
  const sendWith =
    <A>(result: (sent: Sent) => A) =>
    (request: InboxClient.Request, options?: InboxClient.SendOptions): Effect.Effect<A, InboxError.InboxError> =>
      send.send(sender, request, () => (options === undefined ? defaults : settingsOfSend(options, defaults)), result)
  return {
    sendMessage: sendWith(({ message }) => message),
    sendMessageWithMetadata: sendWith((sent) => ({ message: sent.message, metadata: metadata.of(sent) })),
    keepsStartWithin: sender.keepsStartWithin
  }
}

/** Transport of a client, and what is known of it. */
export interface Transport {
  /** The options that only a client with this transport has. */
  readonly names: Readonly<Record<string, true>>
  readonly isGateway: boolean
  readonly keepsStartWithin: boolean
  readonly way: () => Way
}

/** Makes a client. */
export const make = (
  options: InboxClient.Options,
  transport: Transport
): Effect.Effect<InboxClient.Service, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    yield* knownOptions.refused(options, { ...names, ...transport.names })
    const { attemptTimeout, retry, startWithin, timeout } = options
    if (retry !== undefined) yield* checked("retry", retry, policy)
    const token = yield* tokenOf(options.token)
    const baseUrl = settings.partsOf(
      yield* checked("baseUrl", options.baseUrl ?? settings.hostedBaseUrl, settings.baseUrl)
    )
    const now = yield* Clock.currentTimeMillis
    const isHosted = options.baseUrl === undefined && !transport.isGateway
    const isOver = isHosted && now >= settings.hostedEnd
    if (isOver) yield* Effect.logError(settings.hostedEnded)
    if (attemptTimeout !== undefined) yield* checked("attemptTimeout", attemptTimeout, settings.timeout)
    if (timeout !== undefined) yield* checked("timeout", timeout, settings.timeout)
    const maxBodySize = yield* checked("maxBodySize", options.maxBodySize ?? defaultMaxBodySize, settings.maxBodySize)
    if (startWithin !== undefined)
      yield* checked("startWithin", startWithin, canStartWithin(transport.keepsStartWithin))
    const sender: Sender = {
      ...token,
      baseUrl,
      maxBodySize,
      way: transport.way(),
      limiter: options.limiter,
      span: telemetry.spanOptions(baseUrl),
      keepsStartWithin: transport.keepsStartWithin,
      announced: false,
      endsAt: isHosted && !isOver ? settings.hostedEnd : undefined,
      takesKeys: false
    }
    return service(sender, settingsOf(options, fallback))
  })
