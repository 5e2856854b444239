/**
 * Traffic: a request as raw as it was sent, and what came back, as raw as it was received.
 *
 * @since 0.1.0
 */
import type * as Redacted from "effect/Redacted"

/**
 * Framing of the body: with a `Content-Length`, in HTTP chunks cut at the given offsets, or with a
 * `Content-Length` but handed to the network in pieces cut at the given offsets. Chunks may have an extension, which
 * stands after each size (`;name=value`), and trailers after the last one.
 *
 * @since 0.1.0
 * @category models
 */
export type Framing =
  | { readonly kind: "length" }
  | {
      readonly kind: "chunked"
      readonly cuts: ReadonlyArray<number>
      readonly extension?: string | undefined
      readonly trailers?: ReadonlyArray<readonly [name: string, value: string]> | undefined
    }
  | { readonly kind: "pieces"; readonly cuts: ReadonlyArray<number> }

/**
 * A request, down to the case of its header names.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawRequest {
  readonly method: string
  /** Path after the base URL, percent-encoded as it is sent: `/threads/abc/messages`. */
  readonly path: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array | undefined
  readonly framing: Framing
}

/**
 * An answer: the status line, the headers and the bytes of the body, after chunks were joined and any content coding
 * was undone.
 *
 * @since 0.1.0
 * @category models
 */
export interface RawResponse {
  readonly status: number
  readonly statusText: string
  readonly httpVersion: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Uint8Array
}

/**
 * Outcome of a request.
 *
 * - `answered`: a complete HTTP answer
 * - `incomplete`: an answer that was cut off, whose content coding is broken, or that is larger than the kit reads; what
 *   had come of it is kept, or its beginning
 * - `silent`: no answer within the time-out (milliseconds)
 * - `broken`: the connection was reset, closed, or spoke something that is not HTTP; `isUnfinished` where that was before the
 *   end of the request was written, so that an answer may have been lost
 * - `unreachable`: no connection could be made, so nothing was sent
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome =
  | { readonly kind: "answered"; readonly response: RawResponse }
  | {
      readonly kind: "incomplete"
      readonly response: RawResponse
      readonly cause: "cut" | "coding" | "size"
      readonly reason: string
    }
  | { readonly kind: "silent"; readonly timeout: number }
  | { readonly kind: "broken"; readonly reason: string; readonly isUnfinished?: true | undefined }
  | { readonly kind: "unreachable"; readonly reason: string }

/**
 * State of the connection that a request was to be sent on, and could not: it was sent on another one, and
 * the outcome is of that.
 *
 * @since 0.1.0
 * @category models
 */
export interface Replaced {
  /** Number of answers that a connection had had which was closed on the request. */
  readonly droppedAfter?: number | undefined
  /** Number of bytes that had come on a connection and belong to no answer. */
  readonly strayBefore?: number | undefined
}

/**
 * One request with what became of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange extends Replaced {
  /** The position in the run, from 1: the order in which requests were sent. */
  readonly index: number
  readonly request: RawRequest
  readonly outcome: Outcome
  /** Milliseconds since the Unix epoch, with fractions, when the request was handed to the network. */
  readonly started: number
  /** Milliseconds since the Unix epoch, with fractions, when the outcome was known. */
  readonly ended: number
  /** Number of requests in flight, this one included, when this one was sent. */
  readonly inFlight: number
  /** The token of the run when it was sent; an edit may have made another credential of it. */
  readonly token?: Redacted.Redacted | undefined
}

/**
 * The answer, complete or not.
 *
 * @since 0.1.0
 * @category getters
 */
export const response = (exchange: Exchange): RawResponse | undefined =>
  "response" in exchange.outcome ? exchange.outcome.response : undefined

/**
 * The status of a complete answer.
 *
 * @since 0.1.0
 * @category getters
 */
export const status = (exchange: Exchange): number | undefined =>
  exchange.outcome.kind === "answered" ? exchange.outcome.response.status : undefined

/**
 * The value of a header, its name in any case. Repeated headers are joined as HTTP says.
 *
 * @since 0.1.0
 * @category getters
 */
export const header = (
  headers: ReadonlyArray<readonly [name: string, value: string]>,
  name: string
): string | undefined => {
  const wanted = name.toLowerCase()
  let joined: string | undefined
  for (const [key, value] of headers) {
    if (key.length !== wanted.length || key.toLowerCase() !== wanted) continue
    joined = joined === undefined ? value : `${joined}, ${value}`
  }
  return joined
}

/**
 * Tells whether a message may have been made: the answer was a 2xx.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isSuccess = (exchange: Exchange): boolean => {
  const code = response(exchange)?.status
  return code !== undefined && code >= 200 && code < 300
}
