/**
 * Reads the body of an answer, and no more of it than is wanted.
 */
import type * as Headers from "@effect/platform/Headers"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { collect } from "./collect.js"

/** A body as far as it was read. */
export interface Body {
  readonly bytes: Uint8Array | undefined
  readonly end: "Complete" | "CutShort" | "TooLarge"
}

/**
 * A body of a declared length is read at once up to this size: some platforms unpack a body and hide that they do, so
 * the declaration of a larger one is not relied on.
 */
const atOnce = 64 * 1024

const declared = (headers: Headers.Headers): number => {
  const length = headers["content-length"]
  return headers["content-encoding"] === undefined && length !== undefined && /^\d{1,9}$/.test(length)
    ? Number(length)
    : Number.POSITIVE_INFINITY
}

/** One array of all pieces. */
export const join = (chunks: ReadonlyArray<Uint8Array>): Uint8Array => {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) {
    return first
  }
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

const tooLarge = { _tag: "TooLarge" } as const

const byPieces = (
  stream: Stream.Stream<Uint8Array, HttpClientError.ResponseError>,
  max: number,
  chunks: Array<Uint8Array>
): Effect.Effect<Body, HttpClientError.ResponseError> => {
  const fits = collect(chunks, max)
  return Stream.runForEach(stream, (chunk) => (fits(chunk) ? Effect.void : Effect.fail(tooLarge))).pipe(
    // The fiber that pulls would log what the platform fails with, which may repeat the request.
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Effect.map((): Body => ({ bytes: join(chunks), end: "Complete" })),
    Effect.catchAll((error) => {
      if (error._tag === "TooLarge") {
        return Effect.succeed<Body>({ bytes: join(chunks), end: "TooLarge" })
      }
      // This is how a platform says that there is no body.
      return error.reason === "EmptyBody"
        ? Effect.succeed<Body>({ bytes: new Uint8Array(0), end: "Complete" })
        : Effect.fail(error)
    })
  )
}

/** Reads a body up to `max` bytes. Pieces are added to `chunks` as they arrive, where it is read piece by piece. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  headers: Headers.Headers,
  max: number,
  chunks: Array<Uint8Array>
): Effect.Effect<Body, HttpClientError.ResponseError> =>
  declared(headers) <= Math.min(max, atOnce)
    ? Effect.map(response.arrayBuffer, (buffer) => ({ bytes: new Uint8Array(buffer), end: "Complete" }))
    : byPieces(response.stream, max, chunks)
