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
 * At most as many broken servers as asked, taken in turns from all requirements, so that each is there if there is room.
 *
 * @since 0.1.0
 * @category specimens
 */
export const sample = (size: number): ReadonlyArray<Specimen> => {
  const groups = new Map<string, Array<Specimen>>()
  for (const specimen of broken) {
    const row = `${specimen.requirement} ${specimen.level}`
    groups.set(row, [...(groups.get(row) ?? []), specimen])
  }
  const turns = broken.map((specimen) => {
    const group = groups.get(`${specimen.requirement} ${specimen.level}`) ?? []
    return { specimen, turn: group.indexOf(specimen) }
  })
  return turns
    .sort((a, b) => a.turn - b.turn)
    .slice(0, size)
    .map(({ specimen }) => specimen)
}
