/** A valid JSON text with a single mistake in it. */
import { dissect, type Line } from "./anatomy.js"
import { damages } from "./damages.js"
import { extensions } from "./extensions.js"

/**
 * A text that is not JSON because of one mistake.
 *
 * - `damage`: a part is missing, or something is left over: nobody can mean it
 * - `extension`: what some parsers accept beyond JSON, as RFC 8259 section 9 lets them: comments, single quotes, `NaN`
 */
export interface Malformation {
  readonly id: string
  readonly kind: "damage" | "extension"
  readonly title: string
  readonly text: string
}

/** A mistake, as a function of the text in which it is made. */
export interface Mistake {
  readonly id: string
  readonly kind: Malformation["kind"]
  readonly title: string
  /** Name of a mistake that is made in several places, by which a run chooses one of them. */
  readonly sameAs: string | undefined
  /** The text of an object with the mistake in it; `undefined` where the text is no object with a member. */
  readonly make: (text: string) => string | undefined
}

const mistakesOf = (kind: Malformation["kind"], table: ReadonlyArray<Line>): ReadonlyArray<Mistake> =>
  table.map(([id, title, make, sameAs]) => ({
    id,
    kind,
    title,
    sameAs,
    make: (text) => {
      const anatomy = dissect(text)
      return anatomy === undefined ? undefined : make(anatomy)
    }
  }))

/**
 * Every mistake. Those in a value fall on the member called `content`, or else on the first; those that need a value of
 * another type, an array or another key add a member called `extra`.
 */
export const mistakes: ReadonlyArray<Mistake> = [
  ...mistakesOf("damage", damages),
  ...mistakesOf("extension", extensions)
]

/**
 * The valid text of a JSON object with one mistake at a time: every answer is a text that `JSON.parse` refuses. Anything
 * but an object with a member has none.
 */
export const malformations = (text: string): ReadonlyArray<Malformation> => {
  const anatomy = dissect(text)
  if (anatomy === undefined) return []
  return mistakes.map(({ id, kind, make, title }) => ({ id, kind, title, text: make(text) ?? text }))
}
