/**
 * Checks of what the client is configured with. Problems name the fix and never repeat the value.
 */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { parseUrl } from "../http/web.js"

/** The base URL of the hosted API. */
export const hostedBaseUrl = "https://inboxapp.com/api/v1"

/** When the hosted API stops to answer to this version, in milliseconds since the Unix epoch: 3 December 2026. */
export const hostedEnd = Date.UTC(2026, 11, 3)

/** Says that nobody answers at the base URL, and what to do. */
export const hostedEnded =
  "API v1 at inboxapp.com has stopped responding on 3 December 2026, and no baseUrl was given: set INBOX_API_BASE_URL, or the option baseUrl, to a server that implements API v1, or move this code to API v2"

const urlFix = `give the URL of the API up to and including its version, such as ${hostedBaseUrl}`

/** A base URL in its two parts, the path without slashes at its end. */
export interface BaseUrl {
  readonly origin: string
  readonly path: string
}

const withoutSlashes = (text: string): string => {
  let end = text.length
  while (end > 0 && text.charAt(end - 1) === "/") end--
  return text.slice(0, end)
}

/** The parts of a base URL. */
export const partsOf = (url: string): BaseUrl => {
  const { origin, pathname } = parseUrl(url)
  return { origin, path: withoutSlashes(pathname) }
}

/** A base URL without its trailing slashes, or what is wrong with it. */
export const baseUrl = (text: string): Either.Either<string, string> => {
  if (text.trim() === "") {
    return Either.left(`The base URL is empty: leave it out for the hosted API, or ${urlFix}`)
  }
  return Either.try({ try: () => parseUrl(text), catch: () => `The base URL is not a URL: ${urlFix}` }).pipe(
    Either.filterOrLeft(
      (url) => url.protocol === "https:" || url.protocol === "http:",
      () => `The base URL is not one of http or https: ${urlFix}`
    ),
    Either.filterOrLeft(
      (url) => url.username === "" && url.password === "",
      () => "The base URL holds a user name or password: take it out, the API knows callers by their token alone"
    ),
    Either.filterOrLeft(
      (url) => url.search === "" && url.hash === "",
      () => "The base URL has a query or a fragment: take it out, paths are appended to the URL"
    ),
    Either.map((url) => withoutSlashes(`${url.origin}${url.pathname}`))
  )
}

/** A token that can stand in a header, or what is wrong with it. */
export const token = (redacted: Redacted.Redacted): Either.Either<Redacted.Redacted, string> => {
  const text = Redacted.value(redacted)
  if (text === "") {
    return Either.left("The API token is empty: set it to the token of your Inbox team")
  }
  return /^[\x21-\x7e]+$/.test(text)
    ? Either.right(redacted)
    : Either.left(
        "The API token holds white space, control or non-ASCII characters: copy it again, without line breaks or quotes around it"
      )
}

/** A number of bytes, or what is wrong with it. */
export const maxBodySize = (bytes: number): Either.Either<number, string> =>
  Number.isSafeInteger(bytes) && bytes > 0
    ? Either.right(bytes)
    : Either.left("The largest body size has to be an integer from 1 on: it is a number of bytes")

/** A time limit, or what is wrong with it. */
export const timeout = (input: unknown): Either.Either<Duration.Duration, string> =>
  Either.fromOption(
    Option.filter(Duration.decodeUnknown(input), Duration.greaterThan(Duration.zero)),
    () => 'The time-out has to be longer than zero: give milliseconds, or a text such as "10 seconds"'
  )
