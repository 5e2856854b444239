/**
 * The contract's reading of a request, whatever carries it. The server reads by these functions; so does something that
 * takes the same requests without a socket, and then refuses what the server refuses, in the same words.
 *
 * @since 0.1.0
 */
import type * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as Answer from "./Answer.js"
import type { Operation } from "./Exchange.js"
import * as operations from "./internal/api/operations.js"
import * as body from "./internal/http/body.js"
import * as head from "./internal/http/head.js"
import * as target from "./internal/http/target.js"
import * as Refusal from "./Refusal.js"

/**
 * The operation that a request names, and the thread, which may break the pattern of identifiers yet: see {@link thread}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Route {
  readonly operation: Operation
  readonly threadId: string
}

/**
 * The segments of a path with escapes decoded; `undefined` where they cannot be.
 *
 * @since 0.1.0
 * @category reading
 */
export const segments = (path: string): ReadonlyArray<string> | undefined => target.read(path).segments

/**
 * The operation that a method and a path name. The path is given by its segments, escapes decoded, behind the base of the
 * API. Left is the answer to a request that names none: 404, 405, or what `OPTIONS` asks for.
 *
 * @since 0.1.0
 * @category reading
 */
export const route = (method: string, path: ReadonlyArray<string>): Either.Either<Route, Answer.Answer> => {
  const found = operations.find(path, method)
  if (found === undefined) return Either.left(Refusal.toAnswer(operations.nothingHere([])))
  const { methods, operation, threadId } = found
  if (operation !== undefined) return Either.right({ operation, threadId })
  return Either.left(
    method === "OPTIONS"
      ? Answer.empty({ headers: operations.allowed(methods) })
      : Refusal.toAnswer(operations.notAllowed(methods))
  )
}

/**
 * The token in the header `Authorization`.
 *
 * @since 0.1.0
 * @category reading
 */
export const token: (authorization: string | undefined) => Either.Either<Redacted.Redacted, Refusal.Refusal> =
  head.readToken

/**
 * The thread that a path names, held to the pattern of identifiers.
 *
 * @since 0.1.0
 * @category reading
 */
export const thread = (threadId: string): Either.Either<string, Refusal.Refusal> => {
  const refusal = operations.checkThread(threadId)
  return refusal === undefined ? Either.right(threadId) : Either.left(refusal)
}

/**
 * The payload of a send: a body of `application/json` with at most `limit` bytes, UTF-8 without a byte-order mark, one
 * JSON text, which keeps to the contract.
 *
 * @since 0.1.0
 * @category reading
 */
export const payload = (
  headers: body.Headers,
  bytes: Uint8Array,
  limit: number = body.defaultLimit
): Either.Either<SendMessage.Payload, Refusal.Refusal> =>
  Either.flatMap(body.readBytes(headers, bytes, limit), operations.readPayload)

/**
 * The part of a thread that a query asks for. The query is the text behind the question mark.
 *
 * @since 0.1.0
 * @category reading
 */
export const query: (query: string) => Either.Either<operations.Range, Refusal.Refusal> = operations.readQuery
