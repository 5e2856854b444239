/** Entering messages into the outbox, in the transaction of the caller. */

import type * as Statement from "@effect/sql/Statement"
import type * as InboxClient from "@inbox-effect/client/InboxClient"
import type * as InboxError from "@inbox-effect/client/InboxError"
import * as Effect from "effect/Effect"
import { type InvalidKey, KeyConflict, type StoreUnavailable } from "../DurableError.js"
import { checkKey, checkRequest, digestOf } from "../store/request.js"
import { isInTransaction, type Store } from "../store/store.js"
import { noticeOf } from "./notice.js"

export interface Outlet {
  readonly store: Store
  readonly secret: string
}

const insert = (
  { sql }: Store,
  now: Statement.Fragment,
  key: string,
  request: InboxClient.Request,
  digest: string
): Statement.Fragment => sql`INSERT INTO inbox_sends
  (key, thread_id, digest, content, reply_to, driven, state, attempt, due_at, created_at, changed_at)
  VALUES (${key}, ${request.threadId}, ${digest}, ${JSON.stringify(request.content)},
    ${request.replyToMessageId ?? null}, 1, 'queued', 0, ${now}, ${now}, ${now})
  ON CONFLICT (key) DO NOTHING RETURNING key`

/** PostgreSQL tells the engines of a new message when its transaction is committed. */
const statementOf = (
  store: Store,
  now: Statement.Fragment,
  key: string,
  request: InboxClient.Request,
  digest: string
): Statement.Statement<object> => {
  const { sql } = store
  const inserted = insert(store, now, key, request, digest)
  return sql.onDialectOrElse({
    pg: () => sql`WITH inserted AS (${inserted}) SELECT ${noticeOf(sql, request.threadId)} FROM inserted`,
    orElse: () => sql`${inserted}`
  })
}

/** Enters a message, and tells whether it is a new one. */
export const enqueue = (
  { secret, store }: Outlet,
  key: string,
  request: InboxClient.Request
): Effect.Effect<boolean, KeyConflict | StoreUnavailable | InvalidKey | InboxError.InvalidRequest> =>
  Effect.gen(function* () {
    yield* checkKey(key)
    yield* checkRequest(request)
    const digest = digestOf(secret, request)
    // Within a transaction, a statement that failed has ended it: only the caller can try again.
    const run = (yield* isInTransaction) ? store.runOnce : store.run
    const inserted = yield* run("enqueue a message", (now) => statementOf(store, now, key, request, digest))
    if (inserted.length > 0) return true
    const { sql } = store
    // A message that was only the ledger's so far is the outbox's from now on.
    const [known] = yield* run(
      "compare a message",
      () => sql<{ readonly digest: string }>`UPDATE inbox_sends SET driven = 1 WHERE key = ${key} RETURNING digest`
    )
    return known?.digest === digest ? false : yield* new KeyConflict({ key })
  })
