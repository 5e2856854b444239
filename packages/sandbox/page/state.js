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
 * For each answer that is waited for, what the sandbox has told since.
 *
 * @type {Set<Array<() => void>>}
 */
const awaiting = new Set()

/**
 * Shows what the sandbox answers, and on top of that what it told while the answer was under way: the answer may be older.
 *
 * @template A
 * @param {() => Promise<A>} ask
 * @param {(answer: A) => void} show
 * @param {() => boolean} [isOvertaken]
 */
export const showAnswer = async (ask, show, isOvertaken = () => false) => {
  /** @type {Array<() => void>} */
  const told = []
  awaiting.add(told)
  try {
    const answer = await ask()
    if (isOvertaken()) return
    show(answer)
  } finally {
    awaiting.delete(told)
  }
  for (const showAgain of told) showAgain()
}

/** Makes what loads one part of the page: of loadings that overlap, the one that began last is shown. */
export const makeLoading = () => {
  let begun = 0
  /**
   * @template A
   * @param {() => Promise<A>} ask
   * @param {(answer: A) => void} show
   */
  return (ask, show) => {
    const own = ++begun
    return showAnswer(ask, show, () => own !== begun)
  }
}

/**
 * Shows what the sandbox tells, and again on top of each answer that is under way.
 *
 * @template A
 * @param {(told: A) => void} show
 * @returns {(told: A) => void}
 */
export const showEvent = (show) => (told) => {
  const showTold = () => show(told)
  for (const later of awaiting) later.push(showTold)
  showTold()
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
