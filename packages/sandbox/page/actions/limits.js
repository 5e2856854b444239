/**
 * The rate limits, which a switch turns on and off.
 */

/** @import * as Model from "../model.js" */
import * as Inspector from "../inspector.js"
import { attempt, makeLoading, update } from "../state.js"

/** Number of changes that the server has not taken yet, and the last of them. */
let changes = 0
/** @type {Promise<unknown>} */
let last = Promise.resolve()

const loading = makeLoading()

/** Loads what is in force. While a change is under way the page shows what was asked for: a switch stays where it was turned. */
export const loadSettings = () =>
  loading(Inspector.settings, (settings) => {
    if (changes === 0) update({ settings })
  })

/** @param {Model.Settings} settings */
export const changeSettings = (settings) =>
  attempt(async () => {
    changes++
    update({ settings })
    const change = last.then(() => Inspector.changeSettings(settings))
    last = change.catch(() => undefined)
    try {
      await change
    } finally {
      changes--
      if (changes === 0) await loadSettings()
    }
  })
