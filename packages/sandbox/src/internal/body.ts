import type { IncomingMessage } from "node:http"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Keeper } from "./inspector/kept.js"
import * as Notes from "./notes.js"
import { Refusal } from "./refusal.js"

/** How many bytes beyond the limit are read and dropped, so that the sender gets to read its 413. */
const patience = 64 * 1024 * 1024

/** How long the rest of a body that nobody wants is waited for, in milliseconds. */
const drainMillis = 5_000

const tooLarge = (limit: number, source: IncomingMessage) =>
  new Refusal({
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    message: `The body is larger than ${limit} bytes`,
    headers: source.complete ? {} : { connection: "close" }
  })

const cutShort = ErrorResponse.make(400, "BAD_REQUEST", "The body ended before it was complete")

const mediaType = /^application\/json[\t ]*(?:;|$)/i

const charset = /;[\t ]*charset=(?:"([^"]*)"|([^;\t ]*))/i

const isUtf8 = (contentType: string): boolean => {
  const match = charset.exec(contentType)
  return match === null || /^utf-?8$/i.test(match[1] ?? match[2] ?? "")
}

const unsupported = (message: string) => new Refusal({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE", message })

const checkHeaders = (headers: HttpServerRequest.HttpServerRequest["headers"]): Either.Either<void, Refusal> => {
  const contentType = headers["content-type"]?.trim() ?? ""
  if (!mediaType.test(contentType)) {
    return Either.left(unsupported("The Content-Type must be application/json"))
  }
  if (!isUtf8(contentType)) {
    return Either.left(unsupported("The charset must be utf-8"))
  }
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity"
  return encoding === "identity" || encoding === ""
    ? Either.void
    : Either.left(unsupported("The body must not be compressed"))
}

type BadRequest = typeof ErrorResponse.BadRequest.Type

const readBytes = (
  source: IncomingMessage,
  limit: number,
  keeper: Keeper
): Effect.Effect<Buffer, Refusal | BadRequest> =>
  Effect.async((resume) => {
    const chunks: Array<Buffer> = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      keeper.add(chunk)
      if (size <= limit) {
        chunks.push(chunk)
      } else if (size > limit + patience) {
        finish(Effect.fail(tooLarge(limit, source)))
      }
    }
    const onEnd = () =>
      finish(size > limit ? Effect.fail(tooLarge(limit, source)) : Effect.succeed(Buffer.concat(chunks, size)))
    const onClose = () => finish(Effect.fail(cutShort))
    const release = () => {
      source.off("data", onData).off("end", onEnd).off("error", onClose).off("close", onClose)
    }
    const finish = (result: Effect.Effect<Buffer, Refusal | BadRequest>) => {
      release()
      resume(result)
    }
    if (source.destroyed && !source.readableEnded) {
      return resume(Effect.fail(cutShort))
    }
    source.on("data", onData).on("end", onEnd).on("error", onClose).on("close", onClose)
    return Effect.sync(release)
  })

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const parse = (bytes: Buffer): Either.Either<unknown, BadRequest> => {
  if (bytes.length === 0) {
    return Either.left(ErrorResponse.make(400, "BAD_REQUEST", "The body is empty: send a JSON object"))
  }
  return Either.try({
    try: () => strictUtf8.decode(bytes),
    catch: () => ErrorResponse.make(400, "BAD_REQUEST", "The body is not valid UTF-8")
  }).pipe(
    Either.flatMap((text) =>
      Either.try({
        try: () => JSON.parse(text) as unknown,
        catch: () => ErrorResponse.make(400, "BAD_REQUEST", "The body is not valid JSON")
      })
    )
  )
}

/**
 * Reads the body as JSON, strictly: `application/json`, at most `limit` bytes, UTF-8 without a byte-order mark, one
 * JSON text. What is over the limit is read to its end and dropped before the refusal, so that the sender sees it.
 */
export const readJson = (
  request: HttpServerRequest.HttpServerRequest,
  limit: number
): Effect.Effect<unknown, Refusal | BadRequest> =>
  Either.match(checkHeaders(request.headers), {
    onLeft: Effect.fail,
    onRight: () =>
      Effect.flatMap(readBytes(NodeHttpServerRequest.toIncomingMessage(request), limit, Notes.of(request).body), parse)
  })

/**
 * Reads and drops what is left of a body, so that an answer that did not wait for it reaches a sender that is still
 * busy. Gives up after a while, or after many bytes.
 */
export const drain = (request: HttpServerRequest.HttpServerRequest, keeper: Keeper): Effect.Effect<void> => {
  const source = NodeHttpServerRequest.toIncomingMessage(request)
  return source.complete || source.destroyed
    ? Effect.void
    : readBytes(source, 0, keeper).pipe(Effect.timeout(drainMillis), Effect.ignore, Effect.interruptible)
}
