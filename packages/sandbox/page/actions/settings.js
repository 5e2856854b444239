/**
 * Settings: tokens, and the end of all messages.
 */

import { announce } from "../announce.js"
import * as Inspector from "../inspector.js"
import { attempt, update } from "../state.js"
import { reload } from "./page.js"

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
