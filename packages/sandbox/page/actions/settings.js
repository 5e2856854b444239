/**
 * Settings: the rate limits, teams, tokens, and the end of all messages.
 */

/** @import * as Model from "../model.js" */
import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import { attempt, update } from "../state.js"
import { reload } from "./page.js"

/** @param {Model.Settings} settings */
export const changeSettings = (settings) =>
  attempt(async () => {
    update({ settings: await Inspector.changeSettings(settings) })
  })

/** @param {string} id */
export const revokeToken = (id) =>
  attempt(async () => {
    update(await Inspector.revokeToken(id))
    announce("The token is revoked")
  })

export const clearMessages = () =>
  attempt(async () => {
    await Inspector.clear()
    update({ conversation: null, traffic: null })
    await reload()
  })
