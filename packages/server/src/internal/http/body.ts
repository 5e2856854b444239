import { isUtf8 } from "node:buffer"
import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Refusal from "../../Refusal.js"

/** A request whose body is to be read, and whoever wants to know of it. */
export interface Source {
  readonly incoming: IncomingMessage
  readonly headers: IncomingHttpHeaders
  /** Whether the sender waits to be told to go on. */
  readonly awaitsContinue: boolean
  readonly goOn: () => void
  readonly receive: (chunk: Uint8Array) => void
}

/** A request whose sender waits for nothing, and of which nobody wants to know. */
export const sourceOf = (incoming: IncomingMessage): Source => ({
  incoming,
  headers: incoming.headers,
  awaitsContinue: false,
  goOn: () => {},
  receive: () => {}
})

/** Bytes that a body may have unless something else is said: 1 MiB. */
export const defaultLimit = 2 ** 20

/** Bytes beyond the limit that are read and dropped, so that the sender gets to read its 413. */
const patience = 64 * 1024 * 1024

/** Time that the rest of a body is waited for which nobody wants, in milliseconds. */
const drainMillis = 5_000

const tooLarge = (limit: number, isComplete: boolean) =>
  new Refusal.Refusal({
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    message: `The body is larger than ${limit} bytes`,
    headers: isComplete ? undefined : { connection: "close" }
  })

const cutShort = Refusal.badRequest("The body ended before it was complete")

const mediaType = /^application\/json[\t ]*(?:;|$)/i

const charset = /;[\t ]*charset=(?:"([^"]*)"|([^;\t ]*))/i

const saysUtf8 = (contentType: string): boolean => {
  const match = charset.exec(contentType)
  return match === null || /^utf-?8$/i.test(match[1] ?? match[2] ?? "")
}

const unsupported = (message: string) => new Refusal.Refusal({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE", message })

/** Headers of a request by name in lower case, as far as they say what its body is. */
export type Headers = Readonly<Partial<Record<"content-type" | "content-encoding", string | undefined>>>

/** Refuses a body by its headers: what is not JSON in UTF-8, uncompressed. */
const refuseHeaders = (headers: Headers): Refusal.Refusal | undefined => {
  const contentType = headers["content-type"]?.trim() ?? ""
  if (!mediaType.test(contentType)) return unsupported("The Content-Type must be application/json")
  if (!saysUtf8(contentType)) return unsupported("The charset must be utf-8")
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? ""
  return encoding === "" || encoding === "identity" ? undefined : unsupported("The body must not be compressed")
}

type Received = Either.Either<Buffer, Refusal.Refusal>

/** Reads a body to its end, keeps up to `limit` bytes of it, and calls back once. Returns what gives up. */
const receive = (source: Source, limit: number, done: (result: Received) => void): (() => void) => {
  const { incoming } = source
  const chunks: Array<Buffer> = []
  let size = 0
  const onData = (chunk: Buffer) => {
    size += chunk.length
    source.receive(chunk)
    if (size <= limit) chunks.push(chunk)
    else if (size > limit + patience) finish(Either.left(tooLarge(limit, false)))
  }
  const onEnd = () => {
    const [only] = chunks
    if (size > limit) finish(Either.left(tooLarge(limit, true)))
    else finish(Either.right(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, size)))
  }
  const onClose = () => finish(Either.left(cutShort))
  const release = () => {
    incoming.off("data", onData).off("end", onEnd).off("error", onClose).off("close", onClose)
  }
  const finish = (result: Received) => {
    release()
    done(result)
  }
  if (incoming.destroyed && !incoming.readableEnded) {
    done(Either.left(cutShort))
    return () => {}
  }
  incoming.on("data", onData).on("end", onEnd).on("error", onClose).on("close", onClose)
  return release
}

const parse = (bytes: Buffer): Either.Either<unknown, Refusal.Refusal> => {
  if (bytes.length === 0) return Either.left(Refusal.badRequest("The body is empty: send a JSON object"))
  if (!isUtf8(bytes)) return Either.left(Refusal.badRequest("The body is not valid UTF-8"))
  try {
    return Either.right(JSON.parse(bytes.toString("utf8")))
  } catch {
    return Either.left(Refusal.badRequest("The body is not valid JSON"))
  }
}

/** Reads bytes that are there already as {@link receiveJson} reads those that come. */
export const readBytes = (
  headers: Headers,
  bytes: Uint8Array,
  limit: number
): Either.Either<unknown, Refusal.Refusal> => {
  const refusal = refuseHeaders(headers)
  if (refusal !== undefined) return Either.left(refusal)
  return bytes.length > limit
    ? Either.left(tooLarge(limit, true))
    : parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/**
 * Reads the body as JSON, strictly, and calls back once: `application/json`, at most `limit` bytes, UTF-8 without a
 * byte-order mark, one JSON text. A body over the limit is read to its end and dropped before the refusal, so that the
 * sender sees it. Returns what gives up.
 */
export const receiveJson = (
  source: Source,
  limit: number,
  done: (result: Either.Either<unknown, Refusal.Refusal>) => void
): (() => void) => {
  const refusal = refuseHeaders(source.headers)
  if (refusal !== undefined) {
    done(Either.left(refusal))
    return () => {}
  }
  if (source.awaitsContinue && Number(source.headers["content-length"] ?? 0) > limit) {
    done(Either.left(tooLarge(limit, false)))
    return () => {}
  }
  source.goOn()
  return receive(source, limit, (result) => done(Either.flatMap(result, parse)))
}

/** Reads the body as JSON, as {@link receiveJson} does. */
export const readJson = (source: Source, limit: number): Effect.Effect<unknown, Refusal.Refusal> =>
  Effect.async((resume) => {
    const release = receiveJson(source, limit, resume)
    return Effect.sync(release)
  })

/**
 * Reads and drops the rest of a body, so that an answer that did not wait for it reaches a sender that is still busy.
 * Gives up after a while, or after many bytes.
 */
export const drain = (source: Source): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { incoming } = source
    // A sender that waits to be told to go on sends nothing until then, and need not.
    if (incoming.complete || incoming.destroyed || source.awaitsContinue) return Effect.void
    return Effect.async((resume) => {
      const timer = setTimeout(() => finish(), drainMillis)
      const release = receive(source, 0, () => finish())
      const stop = () => {
        clearTimeout(timer)
        release()
      }
      const finish = () => {
        stop()
        resume(Effect.void)
      }
      return Effect.sync(stop)
    })
  })
