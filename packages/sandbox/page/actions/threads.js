/**
 * Threads: the list of them, and new ones.
 */

/** @import * as Model from "../model.js" */
import * as Inspector from "../inspector.js"
import * as Routes from "../route.js"
import { attempt, put, showAnswer, state, update } from "../state.js"

/**
 * Sorts threads by their last activity, the newest first.
 *
 * @param {ReadonlyArray<Model.Thread>} threads
 */
export const newestFirst = (threads) => [...threads].sort((a, b) => (a.lastActivityAt < b.lastActivityAt ? 1 : -1))

/** @param {Model.Thread} thread */
export const onThread = (thread) => {
  if (state.threads !== null) update({ threads: newestFirst(put(state.threads, thread)) })
}

/** @param {Model.NewThread} wanted */
export const openThread = (wanted) =>
  attempt(async () => {
    await showAnswer(
      () => Inspector.openThread(wanted),
      (thread) => {
        onThread(thread)
        Routes.go({ view: "thread", threadId: thread.id })
      }
    )
  })
