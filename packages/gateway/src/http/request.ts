/**
 * The parts of a v1 request that are the gateway's own, and those that it passes on in another form.
 */
import type * as ListMessages from "@inbox-effect/client/ListMessages"
import * as Refused from "@inbox-effect/server/Refusal"
import type * as Server from "@inbox-effect/server/Server"
import * as Either from "effect/Either"

/** The key that a caller may send, of any form but empty. */
export const idempotencyKey = (
  header: string | ReadonlyArray<string> | undefined
): Either.Either<string | undefined, Refused.Refusal> => {
  const key = (typeof header === "object" ? header.join(", ") : header)?.trim()
  return key === "" ? Either.left(Refused.badRequest("The Idempotency-Key is empty")) : Either.right(key)
}

/** The query of a list. */
export const queryOf = ({
  cursor,
  limit
}: Pick<Server.ListRequest<unknown>, "cursor" | "limit">): ListMessages.Query => ({
  limit,
  ...(cursor === undefined ? {} : { cursorId: cursor.id, cursorTimestamp: cursor.timestamp })
})
