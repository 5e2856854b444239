import * as Specimen from "@inbox-effect/zoo/Specimen"
import * as Zoo from "@inbox-effect/zoo/specimens"
import type * as Effect from "effect/Effect"
import * as Requirement from "../../contract/Requirement.js"
import * as SelfTest from "../../kit/SelfTest.js"

export { sample, specimens } from "@inbox-effect/zoo/specimens"

/** The servers that are meant: by their ids, or by the requirement that they break, its beginning included. */
export const matching = (patterns: ReadonlyArray<string>): ReadonlyArray<Specimen.Specimen> =>
  Zoo.specimens.filter(({ id, requirement }) =>
    patterns.some(
      (pattern) => pattern === id || (requirement !== undefined && Requirement.matches(pattern, requirement))
    )
  )

/** Runs the kit on a server of the zoo and scores what it says. */
export const examine = (specimen: Specimen.Specimen, options: SelfTest.Options): Effect.Effect<SelfTest.Outcome> =>
  SelfTest.examine({ ...specimen, start: () => Specimen.start(specimen) }, options)
