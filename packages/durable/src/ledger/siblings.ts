/** Other sends of the same text, or into the same thread: whose messages must not be taken for that of a send. */
import * as Effect from "effect/Effect"
import type { StoreUnavailable } from "../DurableError.js"
import type { Row } from "../store/row.js"
import type { Core } from "./core.js"

/** Identifiers of messages that are known to come from other sends. Times of two machines may differ by minutes. */
export const knownIds = (
  { store }: Core,
  row: Row,
  since: number
): Effect.Effect<ReadonlyArray<string>, StoreUnavailable> =>
  Effect.map(
    store.run(
      "list the messages of other sends",
      () => store.sql<{ readonly message_id: string }>`SELECT message_id FROM inbox_sends
        WHERE thread_id = ${row.thread_id} AND message_id IS NOT NULL AND settled_at >= ${since}`
    ),
    (rows) => rows.map(({ message_id }) => message_id)
  )

const minute = 60_000

export const hour = 60 * minute

/** How far apart two windows may be for a message of one to be taken for that of the other. */
const reach = 5 * minute

/** Sends of the same request at about the same time. */
export interface Siblings {
  /** How many of them may have been delivered. */
  readonly unknown: number
  /** How many of them were delivered, and nobody knows as which message. */
  readonly unidentified: number
  /** The messages that others of them are. */
  readonly taken: ReadonlySet<string>
}

interface Sibling {
  readonly state: string
  readonly message_id: string | null
}

export const siblingsOf = ({ store }: Core, row: Row): Effect.Effect<Siblings, StoreUnavailable> => {
  const from = (row.window_from ?? 0) - reach
  const until = (row.window_until ?? row.now) + reach
  return Effect.map(
    store.run(
      "count the sends of the same text",
      () => store.sql<Sibling>`SELECT state, message_id FROM inbox_sends
        WHERE digest = ${row.digest} AND key <> ${row.key} AND window_until >= ${from} AND window_from <= ${until}
        AND state IN ('unknown', 'reconciling', 'sent')`
    ),
    (rows) => ({
      unknown: rows.filter(({ state }) => state !== "sent").length,
      unidentified: rows.filter(({ message_id, state }) => state === "sent" && message_id === null).length,
      taken: new Set(rows.flatMap(({ message_id }) => (message_id === null ? [] : [message_id])))
    })
  )
}
