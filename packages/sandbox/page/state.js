/**
 * The state of the page, and the ways to change it that are told when they fail.
 */

import { Refused } from "./inspector.js"
import { initial } from "./model.js"
import { makeStore } from "./store.js"

const store = makeStore(initial())

export const { onChange, state, update } = store

/** @param {unknown} error */
const say = (error) => {
  const problem = error instanceof Error ? error.message : String(error)
  update({ problem })
}

/**
 * Runs what a person asked for; a refusal is shown, and answered with `false`.
 *
 * @param {() => Promise<unknown>} action
 * @returns {Promise<boolean>}
 */
export const attempt = async (action) => {
  try {
    await action()
    update({ problem: null })
    return true
  } catch (error) {
    say(error)
    return false
  }
}

/**
 * Tells that the sandbox has nothing by an id.
 *
 * @param {unknown} error
 */
export const isMissing = (error) => error instanceof Refused && (error.status === 404 || error.status === 400)

/**
 * Loads in the background. When nobody answers, that is the end of it: the connection says so already.
 *
 * @param {() => Promise<unknown>} load
 */
export const quietly = async (load) => {
  try {
    await load()
  } catch (error) {
    if (!(error instanceof Refused && error.status === 0)) say(error)
  }
}

/**
 * Puts an item in the place of the one with its id, or in front.
 *
 * @template {{ readonly id: string }} A
 * @param {ReadonlyArray<A>} items
 * @param {A} item
 */
export const put = (items, item) => {
  const index = items.findIndex(({ id }) => id === item.id)
  return index === -1 ? [item, ...items] : items.with(index, item)
}

/** The reader of a list: `true` while the newest rows are in sight. */
export const reading = { isAtNewest: true }

/** Number of rows that a list may grow to by itself, while its reader is at the newest end of it. */
export const enough = 400

/** Number of rows that such a list is cut to. */
export const few = 300
