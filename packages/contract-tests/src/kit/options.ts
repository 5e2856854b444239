/**
 * Options of the kit, checked.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Waiver } from "../contract/Waiver.js"
import * as Budget from "../model/Budget.js"
import type { Exchange } from "../model/Exchange.js"
import type { Pace, Target } from "../model/Target.js"
import type { Progress } from "../run/progress.js"

/** The options that say what is tested, and how fast. */
type TargetOptions = Pick<
  Options,
  | "url"
  | "token"
  | "threadId"
  | "replyTo"
  | "headers"
  | "ca"
  | "budget"
  | "timeout"
  | "maxDuration"
  | "interval"
  | "allowHosted"
>

export class InvalidOptions extends Data.TaggedError("InvalidOptions")<{
  readonly option: string
  readonly message: string
}> {}

/**
 * Checks what is tested and how fast. The hosted service is refused here, whatever is asked of it.
 */
export const resolve = (
  options: TargetOptions
): Effect.Effect<{ readonly target: Target; readonly pace: Pace }, InvalidOptions> =>
  Effect.gen(function* () {
    const url = yield* baseUrl(options)
    const threads = typeof options.threadId === "string" ? ([options.threadId] as const) : options.threadId
    for (const thread of threads) yield* id("threadId", thread)
    if (options.replyTo !== undefined) yield* id("replyTo", options.replyTo)
    const token = typeof options.token === "string" ? Redacted.make(options.token) : options.token
    if (!/^[\x21-\x7e]+$/.test(Redacted.value(token))) {
      return yield* invalid(
        "token",
        "is empty, or has white space or control characters in it; give it as it was issued"
      )
    }
    return {
      target: { url, token, threads, replyTo: options.replyTo, headers: yield* headers(options), ca: options.ca },
      pace: {
        timeout: yield* milliseconds("timeout", options.timeout ?? "10 seconds"),
        maxDuration: yield* milliseconds(
          "maxDuration",
          options.maxDuration ?? Budget.sizes[options.budget ?? "default"].maxDuration
        ),
        interval: options.interval === undefined ? 0 : yield* milliseconds("interval", options.interval)
      }
    }
  })

/** Headers that the kit writes itself: another value would change what is tested. */
const ownHeaders = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "transfer-encoding"
])

const headers = ({ headers = {} }: TargetOptions): Effect.Effect<Target["headers"], InvalidOptions> =>
  Effect.forEach(Object.entries(headers), ([name, value]) => {
    const text = typeof value === "string" ? value : Redacted.value(value)
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
      return invalid("headers", `has ${JSON.stringify(name)}, which is no name of a header; give NAME=VALUE`)
    }
    if (ownHeaders.has(name.toLowerCase())) {
      return invalid("headers", `has ${name}, which the kit writes itself; leave it out`)
    }
    return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text)
      ? Effect.succeed([name, Redacted.make(text)] as const)
      : invalid("headers", `has a value for ${name} that is empty or not printable ASCII`)
  })

const invalid = (option: string, problem: string): InvalidOptions =>
  new InvalidOptions({ option, message: `${option} ${problem}` })

const baseUrl = ({
  url,
  allowHosted
}: Pick<TargetOptions, "url" | "allowHosted">): Effect.Effect<URL, InvalidOptions> =>
  Effect.gen(function* () {
    const parsed = URL.canParse(String(url)) ? new URL(String(url)) : undefined
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
      return yield* invalid("url", "is not an http or https URL; give the base, such as http://127.0.0.1:8787/api/v1")
    }
    if (parsed.search !== "" || parsed.hash !== "" || parsed.username !== "") {
      return yield* invalid(
        "url",
        "has a query, a fragment or credentials; give the base only, up to and including /api/v1"
      )
    }
    if (isHosted(parsed) && allowHosted !== true) {
      return yield* invalid(
        "url",
        `is the hosted service, where a run sends more than a thousand real messages to a real person; give the URL of your own server, or allow it with --allow-hosted`
      )
    }
    return parsed
  })

const isHosted = ({ hostname }: URL): boolean => /(^|\.)inboxapp\.com\.?$/i.test(hostname)

const id = (option: string, value: string): Effect.Effect<void, InvalidOptions> =>
  /^[0-9a-z]+$/.test(value) && !value.endsWith("\n")
    ? Effect.void
    : invalid(option, `${JSON.stringify(value)} is not an id of Inbox: ids have only the characters 0-9 and a-z`)

export const integer = (option: string, value: number, least: number): Effect.Effect<number, InvalidOptions> =>
  Number.isSafeInteger(value) && value >= least
    ? Effect.succeed(value)
    : invalid(option, `has to be a whole number${least === 1 ? " of at least 1" : ""}`)

/** Random unless given. */
export const seed = (value: number | undefined): Effect.Effect<number, InvalidOptions> =>
  integer("seed", value ?? Math.floor(Math.random() * 0x7fffffff), Number.MIN_SAFE_INTEGER)

const milliseconds = (option: string, input: Duration.DurationInput): Effect.Effect<number, InvalidOptions> => {
  const duration = Duration.decode(input)
  return Duration.isFinite(duration) && Duration.toMillis(duration) > 0
    ? Effect.succeed(Duration.toMillis(duration))
    : invalid(option, "has to be a time longer than zero, and finite")
}

/**
 * What to test, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The base URL, up to and including `/api/v1`. */
  readonly url: string | URL
  readonly token: string | Redacted.Redacted
  /** One thread that exists, or two: with two, mix-ups between threads are seen. */
  readonly threadId: string | readonly [first: string, second: string]
  /** An existing message of the first thread, an inbound one as a rule, to reply to. */
  readonly replyTo?: string | undefined
  /** Headers that are added to each request, as a gateway in front of the target may ask for. Their values are in no report. */
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
  /** Certificates of authorities to trust besides those of Node, in PEM: for a target with a certificate of its own. */
  readonly ca?: string | undefined
  /** How much is sent, and how long that may take; `default` unless given. */
  readonly budget?: Budget.Budget | undefined
  /** The number of generated cases; about ten messages are sent for each. As the budget says, unless given. */
  readonly runs?: number | undefined
  /** Random unless given. The same seed gives the same requests. */
  readonly seed?: number | undefined
  /** Cases side by side. Four unless given, and more where the target is slow. */
  readonly concurrency?: number | undefined
  /** The shortest time from one request to the next; none unless given. */
  readonly interval?: Duration.DurationInput | undefined
  /** For each answer; 10 seconds unless given. */
  readonly timeout?: Duration.DurationInput | undefined
  /** For the whole run; as the budget says, unless given. */
  readonly maxDuration?: Duration.DurationInput | undefined
  /** Ids of requirements, or prefixes of ids that end at a dot. Everything unless given. */
  readonly only?: ReadonlyArray<string> | undefined
  readonly skip?: ReadonlyArray<string> | undefined
  /** Whether a broken SHOULD fails the run. */
  readonly strict?: boolean | undefined
  readonly waivers?: ReadonlyArray<Waiver> | undefined
  /** Real messages reach real people on the vendor's own hosts: they are refused unless this is true. */
  readonly allowHosted?: boolean | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /**
   * Called with each request and what became of it, as raw as it was sent: the token is in it, which `Har.recorder`
   * takes out.
   */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
  /** Ends the run early when it succeeds; what was found until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}
