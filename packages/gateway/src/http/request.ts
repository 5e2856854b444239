/**
 * Reads a v1 request as strictly as the contract says, whatever carried it.
 */
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { type Refusal, refused } from "../refusal.js"

/** A request of v1: a send or a list. */
export type Operation = "send" | "list"

/** The operation and the thread that a request names. */
export interface Route {
  readonly operation: Operation
  readonly threadId: string
}

const path = /\/threads\/([0-9a-z]+)\/messages$/

/** The route of a request, by its method and the end of its path. */
export const route = (method: string, pathname: string): Either.Either<Route, Refusal> => {
  const threadId = path.exec(pathname)?.[1]
  if (threadId === undefined) return Either.left(refused(404, "NOT_FOUND", "There is nothing at this path"))
  if (method === "POST") return Either.right({ operation: "send", threadId })
  if (method === "GET") return Either.right({ operation: "list", threadId })
  return Either.left(refused(405, "METHOD_NOT_ALLOWED", "The path takes GET and POST", { allow: "GET, POST" }))
}

const credentials = /^bearer +([\x21-\x7e]+)$/i

/** The token of a request. */
export const token = (authorization: string | undefined): Either.Either<Redacted.Redacted, Refusal> => {
  const match = credentials.exec(authorization ?? "")?.[1]
  return match === undefined
    ? Either.left(
        refused(401, "UNAUTHORIZED", "Send the header Authorization: Bearer <token>", { "www-authenticate": "Bearer" })
      )
    : Either.right(Redacted.make(match))
}

const mediaType = /^application\/json[\t ]*(?:;|$)/i

const otherCharset = /;[\t ]*charset=(?!"?utf-?8"?[\t ]*(?:;|$))/i

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const badRequest = (sentence: string) => refused(400, "BAD_REQUEST", sentence)

const parse = (bytes: Uint8Array): Either.Either<unknown, Refusal> =>
  Either.try({ try: () => strictUtf8.decode(bytes), catch: () => badRequest("The body is not valid UTF-8") }).pipe(
    Either.flatMap((text) =>
      Either.try({ try: () => JSON.parse(text) as unknown, catch: () => badRequest("The body is not valid JSON") })
    )
  )

const decodePayload = Schema.decodeUnknownOption(SendMessage.Payload)

const invalid = (sentence: string) => refused(422, "VALIDATION_ERROR", sentence)

const readPayload = (json: unknown): Either.Either<SendMessage.Payload, Refusal> =>
  Option.match(decodePayload(json), {
    onNone: () =>
      Either.left(
        invalid("The body must be an object with content, a text, and maybe replyToMessageId, an id of a message")
      ),
    onSome: Either.right
  })

/** The payload of a send. */
export const payload = (
  headers: Readonly<Record<string, string | undefined>>,
  bytes: Uint8Array
): Either.Either<SendMessage.Payload, Refusal> => {
  const contentType = headers["content-type"]?.trim() ?? ""
  if (!mediaType.test(contentType) || otherCharset.test(contentType)) {
    return Either.left(refused(415, "UNSUPPORTED_MEDIA_TYPE", "The Content-Type must be application/json in UTF-8"))
  }
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? ""
  if (encoding !== "" && encoding !== "identity") {
    return Either.left(refused(415, "UNSUPPORTED_MEDIA_TYPE", "The body must not be compressed"))
  }
  return Either.flatMap(parse(bytes), readPayload)
}

const decodeQuery = Schema.decodeUnknownOption(ListMessages.Query)

/** The query of a list. A name that is not known is ignored. */
export const query = (params: URLSearchParams): Either.Either<ListMessages.Query, Refusal> => {
  const read = decodeQuery(Object.fromEntries(params))
  if (Option.isNone(read)) return Either.left(badRequest("limit must be 1 to 100, and cursorId an id"))
  const { cursorId, cursorTimestamp } = read.value
  return (cursorId === undefined) === (cursorTimestamp === undefined)
    ? Either.right(read.value)
    : Either.left(badRequest("cursorId and cursorTimestamp belong together"))
}

/** The key that a caller may send, of any form but empty. */
export const idempotencyKey = (header: string | undefined): Either.Either<string | undefined, Refusal> =>
  header?.trim() === "" ? Either.left(badRequest("The Idempotency-Key is empty")) : Either.right(header?.trim())
