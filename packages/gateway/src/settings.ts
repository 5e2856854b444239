/**
 * The options of a gateway, checked. Problems name the fix and never repeat the value.
 */
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Options } from "./model.js"

/** The base URL of the hosted API v2. */
export const hostedBaseUrl = "https://inboxapp.com/api/v2"

const invalid = (option: string, problem: string) => Either.left(ConfigError.InvalidData([option], problem))

const baseUrl = (text: string): Either.Either<string, ConfigError.ConfigError> => {
  const fix = `give the URL of the API up to and including its version, such as ${hostedBaseUrl}`
  if (!URL.canParse(text)) return invalid("baseUrl", `The base URL is not a URL: ${fix}`)
  const { hash, origin, password, pathname, protocol, search, username } = new URL(text)
  if (protocol !== "https:" && protocol !== "http:")
    return invalid("baseUrl", `The base URL is not http or https: ${fix}`)
  if (username !== "" || password !== "") return invalid("baseUrl", `The base URL holds a user or password: ${fix}`)
  if (search !== "" || hash !== "") return invalid("baseUrl", `The base URL has a query or a fragment: ${fix}`)
  return Either.right((origin + pathname).replace(/\/+$/, ""))
}

/** The longest time that a timer of Node's can wait for. */
const longest = 2 ** 31 - 1

const duration = (
  option: string,
  input: Duration.DurationInput | undefined,
  fallback: Duration.DurationInput
): Either.Either<number, ConfigError.ConfigError> => {
  const millis = Option.map(Duration.decodeUnknown(input ?? fallback), Duration.toMillis)
  return Option.isSome(millis) && millis.value > 0 && millis.value <= longest
    ? Either.right(millis.value)
    : invalid(
        option,
        'The time has to be longer than zero, and at most 24 days: give milliseconds, or a text such as "10 seconds"'
      )
}

const count = (option: string, input: number | undefined, fallback: number) => {
  const value = input ?? fallback
  return Number.isSafeInteger(value) && value > 0
    ? Either.right(value)
    : invalid(option, "The number has to be an integer from 1 on")
}

/** The largest body of a request, in bytes. */
export const bodyLimit = (input: number | undefined) => count("bodyLimit", input, 2 ** 20)

/** Options with their defaults. Times are in milliseconds. */
export const resolve = (options: Options) =>
  Either.all({
    baseUrl: baseUrl(options.baseUrl ?? hostedBaseUrl),
    deadline: duration("deadline", options.deadline, "25 seconds"),
    attemptTimeout: duration("attemptTimeout", options.attemptTimeout, "10 seconds"),
    longestWait: duration("longestWait", options.longestWait, "5 seconds"),
    lookUp: duration("lookUp", options.lookUp, "4 seconds"),
    keyWindow: duration("keyWindow", options.keyWindow, "2 minutes"),
    teamLife: duration("teamLife", options.teamLife, "5 minutes"),
    refusedLife: duration("refusedLife", options.refusedLife, "5 seconds"),
    threadLife: duration("threadLife", options.threadLife, "1 hour"),
    grace: duration("grace", options.grace, "30 seconds"),
    concurrency: count("concurrency", options.concurrency, 256),
    maxAnswerSize: count("maxAnswerSize", options.maxAnswerSize, 8 * 1024 * 1024),
    cacheSize: count("cacheSize", options.cacheSize, 10_000)
  })

/** Options with their defaults. */
export type Settings = Either.Either.Right<ReturnType<typeof resolve>>
