/**
 * Makes v1 messages of v2 messages, and says what was lost on the way.
 */
import type { ReadMessage } from "../v2/message.js"
import { type Known, keyTable } from "./keys.js"

/** The JSON of a v1 message, and the keys in it that say less than they did in v1. */
export interface Mapped {
  readonly json: Readonly<Record<string, unknown>>
  readonly lost: ReadonlyArray<string>
}

/** The keys that no answer of v2 has a source for. */
export const alwaysLost: ReadonlyArray<string> = keyTable
  .filter(({ fidelity }) => fidelity === "Lost")
  .map(({ key }) => key)

/**
 * Maps a message, key by key. The answer to a send has all 21 keys whatever could be read; a listed message lacks those
 * that are not known, so that a reader sees that it was not understood.
 */
export const toV1 = (message: ReadMessage, known: Known): Mapped => {
  const json: Record<string, unknown> = {}
  const lost: Array<string> = []
  for (const { fidelity, key, otherwise, read } of keyTable) {
    const value = read(message, known)
    if (fidelity === "Lost" || value === undefined) lost.push(key)
    const told = value === undefined ? otherwise(known) : value
    if (told !== undefined) json[key] = told
  }
  return { json, lost }
}
