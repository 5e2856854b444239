/**
 * Refuses options that there are not, as a misspelt one would be left out in silence.
 */
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"

/** The names of all options of a kind; one that is missing here does not compile. */
export type Names<Options> = Readonly<Record<keyof Options & string, true>>

/** Names of options elsewhere, without case and punctuation. */
const synonyms: Readonly<Record<string, string>> = {
  apikey: "token",
  apitoken: "token",
  accesstoken: "token",
  bearer: "token",
  key: "token",
  api: "baseUrl",
  baseuri: "baseUrl",
  endpoint: "baseUrl",
  host: "baseUrl",
  url: "baseUrl",
  client: "httpClient",
  fetch: "httpClient",
  http: "httpClient",
  maxretries: "retry",
  retries: "retry",
  retrypolicy: "retry",
  requesttimeout: "attemptTimeout",
  timeoutms: "timeout",
  limit: "rateLimit",
  ratelimiter: "rateLimit",
  log: "onLog",
  logger: "onLog",
  abort: "signal",
  abortsignal: "signal",
  keepalivetimeout: "keepAlive",
  maxconnections: "connections",
  poolsize: "connections",
  tls: "connect",
  maxconcurrency: "concurrency",
  parallel: "concurrency"
}

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "")

/** The sentence that refuses the first option that there is not. The value is not looked at. */
export const refusal = (options: unknown, names: Readonly<Record<string, true>>): Option.Option<string> => {
  if (!Predicate.isObject(options)) return Option.none()
  const known = Object.keys(names)
  const odd = Object.keys(options).find((key) => !known.includes(key))
  if (odd === undefined) return Option.none()
  const meant = known.find((name) => bare(name) === bare(odd)) ?? known.find((name) => name === synonyms[bare(odd)])
  const shown = /^[\w$]{1,40}$/.test(odd) ? `the option ${odd}` : "an option of that name"
  return Option.some(
    `There is no such thing as ${shown}: ${meant === undefined ? `the options are ${known.join(", ")}` : `it is called ${meant}`}`
  )
}

/** Throws the sentence that refuses an option that there is not. */
export const check = (options: unknown, names: Readonly<Record<string, true>>): void => {
  const refused = refusal(options, names)
  if (Option.isSome(refused)) throw new TypeError(refused.value)
}

/** Fails with the sentence that refuses an option that there is not. */
export const refused = (
  options: object,
  names: Readonly<Record<string, true>>
): Either.Either<void, ConfigError.ConfigError> =>
  Option.match(refusal(options, names), {
    onNone: () => Either.void,
    onSome: (sentence) => Either.left(ConfigError.InvalidData([], sentence))
  })
