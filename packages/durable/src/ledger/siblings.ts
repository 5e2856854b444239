/** Other sends of the same text, or into the same thread: whose messages must not be taken for that of a send. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { StoreUnavailable } from "../DurableError.js"
import type { Row } from "../store/row.js"
import type { Duplicate } from "../store/store.js"
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

/** Longest time between two windows of which a message of one can be taken for that of the other. */
const reach = 5 * minute

/** A send that was delivered, as one of the messages of its text. */
export interface Unidentified {
  readonly number: number
  /** When its attempt began, in milliseconds since the Unix epoch. */
  readonly from: number
}

/** Sends of the same request at about the same time. */
export interface Siblings {
  /** Number of those that may have been delivered. */
  readonly unknown: number
  /** Those that the server accepted without telling as which message; the earliest first. */
  readonly unidentified: ReadonlyArray<Unidentified>
  /** Number of those that were delivered because a person said so. */
  readonly decided: number
  /** The messages that others of them are. */
  readonly taken: ReadonlySet<string>
}

const Millis = Schema.Union(Schema.Number, Schema.NumberFromString)

const Sibling = Schema.Struct({
  number: Millis,
  state: Schema.String,
  message_id: Schema.NullOr(Schema.String),
  settled_by: Schema.NullOr(Schema.String),
  window_from: Millis
})

const decode = Schema.decodeUnknownSync(Schema.Array(Sibling))

export const siblingsOf = ({ store }: Core, row: Row): Effect.Effect<Siblings, StoreUnavailable> => {
  const from = (row.window_from ?? 0) - reach
  const until = (row.window_until ?? row.now) + reach
  return Effect.map(
    store.run(
      "count the sends of the same text",
      () => store.sql`SELECT number, state, message_id, settled_by, window_from FROM inbox_sends
        WHERE digest = ${row.digest} AND key <> ${row.key} AND window_until >= ${from} AND window_from <= ${until}
        AND state IN ('unknown', 'reconciling', 'sent') ORDER BY window_from, number`
    ),
    (found) => {
      const rows = decode(found)
      const nameless = rows.filter(({ message_id, state }) => state === "sent" && message_id === null)
      return {
        unknown: rows.filter(({ state }) => state !== "sent").length,
        unidentified: nameless.flatMap(({ number, settled_by, window_from }) =>
          settled_by === null ? [{ number, from: window_from }] : []
        ),
        decided: nameless.filter(({ settled_by }) => settled_by !== null).length,
        taken: new Set(rows.flatMap(({ message_id }) => (message_id === null ? [] : [message_id])))
      }
    }
  )
}

/**
 * Gives messages of a thread to sends that were delivered as one of them. Which one is which does not matter, since
 * their texts are equal. Fails where a message is another send's already.
 */
export const identify = (
  { store }: Core,
  sends: ReadonlyArray<Unidentified>,
  messageIds: ReadonlyArray<string>
): Effect.Effect<void, StoreUnavailable | Duplicate> =>
  Effect.forEach(
    Arr.zip(sends, messageIds),
    ([{ number }, id]) =>
      store.runUnique(
        "tell which message a send is",
        () => store.sql`UPDATE inbox_sends SET message_id = ${id}
          WHERE number = ${number} AND state = 'sent' AND message_id IS NULL`
      ),
    { discard: true }
  )
