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
import type { Check } from "../model/Check.js"
import type { Exchange } from "../model/Exchange.js"
import { type Pace, type Target, TokenFailed } from "../model/Target.js"
import type { Report } from "../report/Report.js"
import type { Progress } from "../run/progress.js"
import { isHosted, refusal } from "./hostedService.js"

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
    const added = yield* headers(options)
    const { anotherToken, token } = yield* tokenOf(options.token)
    return {
      target: { url, token, anotherToken, threads, replyTo: options.replyTo, headers: added, ca: options.ca },
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

/** Milliseconds that an effect may take to give a token. */
const patience = 60_000

const printable = /^[\x21-\x7e]+$/

/** The token to begin with; and where an effect gives it, how to get the one that is valid later. */
const tokenOf = (given: Options["token"]): Effect.Effect<Pick<Target, "token" | "anotherToken">, InvalidOptions> => {
  const problem = "is empty, or has white space or control characters in it; give it as it was issued"
  if (!Effect.isEffect(given)) {
    const token = redacted(given)
    return printable.test(Redacted.value(token)) ? Effect.succeed({ token }) : invalid("token", problem)
  }
  const anotherToken = given.pipe(
    Effect.map(redacted),
    // What an error of somebody else's says may be the secret.
    Effect.catchAllDefect(Effect.fail),
    Effect.mapError((error) =>
      error instanceof TokenFailed ? error : new TokenFailed({ message: "the effect that gives the token failed" })
    ),
    Effect.filterOrFail(
      (token) => printable.test(Redacted.value(token)),
      () => new TokenFailed({ message: `what was given as the token ${problem}` })
    ),
    Effect.timeoutFail({
      duration: patience,
      onTimeout: () => new TokenFailed({ message: `the token did not come within ${patience / 1_000} s` })
    })
  )
  return Effect.matchEffect(anotherToken, {
    onFailure: ({ message }) => invalid("token", `is missing: ${message}`),
    onSuccess: (token) => Effect.succeed({ token, anotherToken })
  })
}

const redacted = (token: string | Redacted.Redacted): Redacted.Redacted =>
  typeof token === "string" ? Redacted.make(token) : token

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
    if (isHosted(parsed) && allowHosted !== true) return yield* invalid("url", refusal)
    return parsed
  })

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

/** Contents of the user's own: each has at least one character. */
export const contents = (
  given: ReadonlyArray<string> | undefined
): Effect.Effect<ReadonlyArray<string> | undefined, InvalidOptions> => {
  const empty = given?.indexOf("") ?? -1
  return empty === -1 ? Effect.succeed(given) : invalid("contents", `has an empty text at index ${empty}; leave it out`)
}

/** Checks of the user's own: each has an id of its own. */
export const checks = (given: ReadonlyArray<Check> = []): Effect.Effect<ReadonlyArray<Check>, InvalidOptions> => {
  const ids = given.map(({ id }) => id)
  const odd = ids.find((each, position) => !/^[\w.-]+$/.test(each) || ids.indexOf(each) !== position)
  return odd === undefined
    ? Effect.succeed(given)
    : invalid(
        "checks",
        `has the id ${JSON.stringify(odd)} twice, or it has other characters than letters, digits, dots and hyphens`
      )
}

export const milliseconds = (option: string, input: Duration.DurationInput): Effect.Effect<number, InvalidOptions> => {
  const duration = Duration.decode(input)
  return Duration.isFinite(duration) && Duration.toMillis(duration) > 0
    ? Effect.succeed(Duration.toMillis(duration))
    : invalid(option, "has to be a time longer than zero, and finite")
}

/**
 * Options of a run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The base URL, up to and including `/api/v1`. */
  readonly url: string | URL
  /**
   * The token; or an effect that gives the one that is valid now, which is run again when a token that was let in before is
   * refused with 401, and shortly before a JSON Web Token expires.
   */
  readonly token: string | Redacted.Redacted | Effect.Effect<string | Redacted.Redacted, unknown>
  /** One thread that exists, or two: with two, mix-ups between threads are seen. */
  readonly threadId: string | readonly [first: string, second: string]
  /** An existing message of the first thread, an inbound one as a rule, to reply to. */
  readonly replyTo?: string | undefined
  /** Headers that are added to each request, as a gateway in front of the target may ask for. Their values are in no report. */
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
  /** Certificates of authorities to trust besides those of Node, in PEM: for a target with a certificate of its own. */
  readonly ca?: string | undefined
  /** Amount of traffic and longest duration; `default` unless given. */
  readonly budget?: Budget.Budget | undefined
  /** The number of generated cases; about ten messages are sent for each. As the budget says, unless given. */
  readonly runs?: number | undefined
  /** Random unless given. The same seed gives the same requests. */
  readonly seed?: number | undefined
  /** Cases side by side. Four unless given, and more where the target is slow. */
  readonly concurrency?: number | undefined
  /** The shortest time from one request to the next; none unless given. */
  readonly interval?: Duration.DurationInput | undefined
  /** Contents of your own, each of which is sent once; none unless given. */
  readonly contents?: ReadonlyArray<string> | undefined
  /** Checks of your own, each of which looks at every exchange and has a row in the report; none unless given. */
  readonly checks?: ReadonlyArray<Check> | undefined
  /** The report of an earlier run: what failed then is sent before everything else. */
  readonly rerun?: Report | undefined
  /** For each answer; 10 seconds unless given. */
  readonly timeout?: Duration.DurationInput | undefined
  /** For the whole run; as the budget says, unless given. */
  readonly maxDuration?: Duration.DurationInput | undefined
  /** Ids of requirements, or prefixes of ids that end at a dot. Everything unless given. */
  readonly only?: ReadonlyArray<string> | undefined
  readonly skip?: ReadonlyArray<string> | undefined
  /** Fails the run for a broken SHOULD; false unless given. */
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
