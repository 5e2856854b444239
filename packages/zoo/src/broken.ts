/**
 * The broken servers: each breaks one requirement, mostly only now and then, and the kit has to find each of them.
 *
 * @since 0.1.0
 */
import { circumstances } from "./broken/circumstances.js"
import { content } from "./broken/content.js"
import { request } from "./broken/request.js"
import { response } from "./broken/response.js"
import { state } from "./broken/state.js"
import type { Specimen } from "./Specimen.js"

/**
 * All broken servers, grouped by what they get wrong.
 *
 * @since 0.1.0
 * @category specimens
 */
export const broken: ReadonlyArray<Specimen> = [...content, ...response, ...request, ...state, ...circumstances]

/**
 * Ids of broken servers whose faults show rarely, or only in company with something else. A {@link sample} begins with
 * them.
 *
 * @since 0.1.0
 * @category specimens
 */
export const landmarks: ReadonlySet<string> = new Set([
  "answer-reset-rarely",
  "auth-basic-on-second",
  "auth-missing-token-in-query",
  "auth-prefix-of-given",
  "body-cut-after-backslash",
  "created-of-request",
  "fresh-of-request",
  "identity-author-of-request",
  "media-plain-with-third-key",
  "nesting-500-crashes",
  "origin-of-request",
  "plain-reactions-of-request",
  "reply-null",
  "reply-number-compared",
  "space-much-refused",
  "stable-connection-after-64",
  "stable-refused-reset",
  "thread-of-request",
  "thread-star",
  "unknown-same-number"
])

/**
 * At most `size` broken servers: the landmarks, and others taken in turns from all requirements, so that each
 * requirement is there if there is room.
 *
 * @since 0.1.0
 * @category specimens
 */
export const sample = (size: number): ReadonlyArray<Specimen> => {
  const groups = new Map<string, Array<Specimen>>()
  const turns = broken.map((specimen) => {
    const row = `${specimen.requirement} ${specimen.level}`
    const group = groups.get(row) ?? []
    groups.set(row, [...group, specimen])
    return { specimen, turn: landmarks.has(specimen.id) ? -1 : group.length }
  })
  return turns
    .sort((a, b) => a.turn - b.turn)
    .slice(0, size)
    .map(({ specimen }) => specimen)
}
