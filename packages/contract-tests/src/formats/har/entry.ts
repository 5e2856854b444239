/**
 * Entries of an archive.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Exchange from "../../model/Exchange.js"
import * as Redaction from "../../text/redaction.js"

/**
 * Whose traffic is recorded. `url` is the base to which paths are added.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target {
  readonly url: string | URL
  /** The token, or the effect that gives it: the exchanges of a run know the one that each was sent with. */
  readonly token: string | Redacted.Redacted | Effect.Effect<string | Redacted.Redacted, unknown>
  /** Headers that were added for the target: their values are left out as the token is. */
  readonly headers?: Readonly<Record<string, string | Redacted.Redacted>> | undefined
}

const plain = (secret: string | Redacted.Redacted): string =>
  typeof secret === "string" ? secret : Redacted.value(secret)

/**
 * A name with a value: a header, or a parameter of a query.
 *
 * @since 0.1.0
 * @category models
 */
export interface Pair {
  readonly name: string
  readonly value: string
}

/**
 * One request with what became of it. A request without an answer has the status 0 and a comment that says why.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly startedDateTime: string
  /** Milliseconds. */
  readonly time: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly cookies: ReadonlyArray<never>
    readonly headers: ReadonlyArray<Pair>
    readonly queryString: ReadonlyArray<Pair>
    readonly postData?: {
      readonly mimeType: string
      readonly text: string
      /** HAR has no encoding for what is sent: `base64` where it is not UTF-8. */
      readonly _encoding?: "base64"
    }
    readonly headersSize: -1
    readonly bodySize: number
  }
  readonly response: {
    readonly status: number
    readonly statusText: string
    readonly httpVersion: string
    readonly cookies: ReadonlyArray<never>
    readonly headers: ReadonlyArray<Pair>
    readonly content: {
      readonly size: number
      readonly mimeType: string
      readonly text?: string
      readonly encoding?: "base64"
      readonly comment?: string
    }
    readonly redirectURL: string
    readonly headersSize: -1
    readonly bodySize: -1
  }
  readonly cache: Record<string, never>
  readonly timings: { readonly send: 0; readonly wait: number; readonly receive: 0 }
  readonly comment?: string
}

/**
 * The entry of an exchange. The token is in none of it, nor what the kit made out of the token, wherever it is repeated.
 *
 * @since 0.1.0
 * @category constructors
 */
export const entry = (exchange: Exchange.Exchange, target: Target): Entry => {
  const { ended, outcome, request, started } = exchange
  const authorization = Exchange.header(request.headers, "authorization")
  const token = plain(exchange.token ?? (Effect.isEffect(target.token) ? "" : target.token))
  const redaction = Redaction.make(token, [
    ...(authorization === undefined ? [] : [Redaction.credentials(authorization)]),
    ...Object.values(target.headers ?? {}).map(plain)
  ])
  const url = `${String(target.url).replace(/\/+$/, "")}${redaction.text(request.path)}`
  const response = Exchange.response(exchange)
  const time = Math.max(0, Math.round((ended - started) * 1000) / 1000)
  const trouble = troubleOf(outcome)
  return {
    startedDateTime: new Date(started).toISOString(),
    time,
    request: {
      method: request.method,
      url,
      httpVersion: "HTTP/1.1",
      cookies: [],
      headers: request.headers.map(([name, value]) => ({
        name,
        value:
          name.toLowerCase() === "authorization"
            ? Redaction.authorization(value, token)
            : plain(target.headers?.[name] ?? "") === value
              ? `<value of ${name}>`
              : redaction.text(value)
      })),
      queryString: queryOf(url),
      ...(request.body === undefined ? {} : { postData: postData(request, request.body, redaction) }),
      headersSize: -1,
      bodySize: request.body?.byteLength ?? 0
    },
    response: {
      status: response?.status ?? 0,
      statusText: redaction.text(response?.statusText ?? ""),
      httpVersion: response === undefined ? "" : `HTTP/${response.httpVersion}`,
      cookies: [],
      headers: (response?.headers ?? []).map(([name, value]) => ({ name, value: redaction.text(value) })),
      content: content(outcome, redaction),
      redirectURL: redaction.text(Exchange.header(response?.headers ?? [], "location") ?? ""),
      headersSize: -1,
      bodySize: -1
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    ...(trouble === undefined ? {} : { comment: redaction.text(trouble) })
  }
}

const queryOf = (url: string): ReadonlyArray<Pair> => {
  const question = url.indexOf("?")
  return question === -1
    ? []
    : [...new URLSearchParams(url.slice(question + 1))].map(([name, value]) => ({ name, value }))
}

const postData = (
  request: Exchange.RawRequest,
  bytes: Uint8Array,
  redaction: Redaction.Redaction
): NonNullable<Entry["request"]["postData"]> => {
  const mimeType = redaction.text(Exchange.header(request.headers, "content-type") ?? "")
  const { encoding, text } = body(bytes, redaction)
  return { mimeType, text, ...(encoding === undefined ? {} : { _encoding: encoding }) }
}

const content = (outcome: Exchange.Outcome, redaction: Redaction.Redaction): Entry["response"]["content"] => {
  if (!("response" in outcome)) return { size: 0, mimeType: "x-unknown" }
  const { headers, body: bytes } = outcome.response
  const about = {
    size: bytes.byteLength,
    mimeType: redaction.text(Exchange.header(headers, "content-type") ?? "x-unknown")
  }
  // What is still compressed may hold the token where nobody can find it.
  return outcome.kind === "incomplete" && Exchange.header(headers, "content-encoding") !== undefined
    ? { ...about, comment: "left out, since its content coding was not undone" }
    : { ...about, ...body(bytes, redaction) }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const body = (
  bytes: Uint8Array,
  redaction: Redaction.Redaction
): { readonly text: string; readonly encoding?: "base64" } => {
  const clean = redaction.bytes(bytes)
  try {
    return { text: utf8.decode(clean) }
  } catch {
    return { text: Buffer.from(clean).toString("base64"), encoding: "base64" }
  }
}

const troubleOf = (outcome: Exchange.Outcome): string | undefined => {
  if (outcome.kind === "answered") return undefined
  return outcome.kind === "silent" ? `no answer within ${outcome.timeout} ms` : `${outcome.kind}: ${outcome.reason}`
}
