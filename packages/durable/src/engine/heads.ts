/** The first open message of each thread, a page at a time. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { StoreUnavailable } from "../DurableError.js"
import { State } from "../store/row.js"
import type { Store } from "../store/store.js"

const Millis = Schema.Union(Schema.Number, Schema.NumberFromString)

const Head = Schema.Struct({ thread_id: Schema.String, state: State, due_at: Millis, now: Millis })

const decode = Schema.decodeUnknownSync(Schema.Array(Head))

/** A page of threads: those that have something to do now, and where the next page begins, if there is one. */
export interface Page {
  readonly due: ReadonlyArray<string>
  readonly next: string | undefined
}

/** Threads a page. */
export const pageSize = 500

/**
 * Walks through the threads that have open messages, from one to the next by the index, so that the cost of a page does
 * not depend on how many messages wait.
 */
export const page = ({ run, sql }: Store, after: string): Effect.Effect<Page, StoreUnavailable> =>
  Effect.map(
    run(
      "look for threads with something to do",
      (now) => sql`WITH RECURSIVE threads (thread_id, place) AS (
        SELECT (SELECT thread_id FROM inbox_sends
          WHERE settled_at IS NULL AND driven = 1 AND thread_id > ${after} ORDER BY thread_id LIMIT 1), 1
        UNION ALL
        SELECT (SELECT next.thread_id FROM inbox_sends next
          WHERE next.settled_at IS NULL AND next.driven = 1 AND next.thread_id > threads.thread_id
          ORDER BY next.thread_id LIMIT 1), place + 1
        FROM threads WHERE thread_id IS NOT NULL AND place < ${pageSize})
      SELECT head.thread_id, head.state, head.due_at, ${now} AS now FROM threads
      JOIN inbox_sends head ON head.number = (SELECT number FROM inbox_sends
        WHERE thread_id = threads.thread_id AND settled_at IS NULL AND driven = 1 ORDER BY number LIMIT 1)
      WHERE threads.thread_id IS NOT NULL ORDER BY threads.place`
    ),
    (found) => {
      const heads = decode(found)
      const due = heads.filter((head) => head.state !== "doubt" && head.due_at <= head.now)
      return {
        due: due.map((head) => head.thread_id),
        next: heads.length < pageSize ? undefined : heads[heads.length - 1]?.thread_id
      }
    }
  )
