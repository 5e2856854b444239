/**
 * The rate limits, which a switch turns on and off.
 */

/** @import * as Model from "../model.js" */
import * as Inspector from "../inspector.js"
import { attempt, update } from "../state.js"

/** Number of changes that the server has not taken yet, and the last of them. */
let changes = 0
/** @type {Promise<unknown>} */
let last = Promise.resolve()

/**
 * Shows a change at once, and what the server says when it has taken the last one: what it says of those before would turn a
 * switch back under the hand of whoever goes on.
 * @param {Model.Settings} settings
 */
export const changeSettings = (settings) =>
  attempt(async () => {
    changes++
    update({ settings })
    try {
      const change = last.then(() => Inspector.changeSettings(settings))
      last = change.catch(() => undefined)
      await change
    } finally {
      const now = changes === 1 ? await Inspector.settings().catch(() => null) : null
      changes--
      if (changes === 0 && now !== null) update({ settings: now })
    }
  })

/**
 * Shows settings that somebody has changed, unless a change of this page is under way.
 * @param {Model.Settings} settings
 */
export const onSettings = (settings) => {
  if (changes === 0) update({ settings })
}
