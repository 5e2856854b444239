/**
 * The population on which the kit is tested: the broken servers, the honest one and the unusual ones.
 *
 * @since 0.1.0
 */
import * as Broken from "./broken.js"
import * as Specimen from "./Specimen.js"
import { unusual } from "./unusual.js"

/**
 * All servers, the broken ones first.
 *
 * @since 0.1.0
 * @category specimens
 */
export const specimens: ReadonlyArray<Specimen.Specimen> = [...Broken.broken, Specimen.honest, ...unusual]

/**
 * A cross-section of `size` servers: one in seven is correct, and the broken ones are spread over as many requirements
 * as possible.
 *
 * @since 0.1.0
 * @category specimens
 */
export const sample = (size: number): ReadonlyArray<Specimen.Specimen> => {
  const correct = [Specimen.honest, ...unusual]
  const amount = Math.min(correct.length, Math.max(1, Math.round(size / 7)))
  const every = correct.length / amount
  return [
    ...Broken.sample(Math.max(0, size - amount)),
    ...Array.from({ length: amount }, (_, index) => correct[Math.floor(index * every)]).filter(
      (specimen) => specimen !== undefined
    )
  ]
}
