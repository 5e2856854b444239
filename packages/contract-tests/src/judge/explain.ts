/** Explains a violation: makes its texts readable, and names what changed a content. */
import * as Array from "effect/Array"
import type { Ledger } from "../model/Ledger.js"
import * as Diagnosis from "./Diagnosis.js"
import * as Search from "./diagnosis/search.js"
import * as Shapes from "./diagnosis/shapes.js"
import { transforms } from "./diagnosis/transforms.js"
import type { Violation } from "./violation.js"

/**
 * The violation with its texts made readable, and a changed content named by what changed it: by nothing that would have
 * changed one of the contents that `held`. Costs too much to be done for every violation.
 */
export const explained = (self: Violation, ledger: Ledger, held: ReadonlyArray<string> = []): Violation => {
  if (!isChange(self)) return self
  const suspected = Diagnosis.diagnose(self.expected, self.actual, ledger.sent)
  const diagnosis = held.length === 0 ? suspected : Diagnosis.diagnose(self.expected, self.actual, ledger.sent, held)
  return {
    ...self,
    // What failures have in common is told by what each of them looks like alone.
    facet: suspected.id,
    expected: Diagnosis.show(self.expected),
    actual: `${Diagnosis.show(self.actual)}: ${diagnosis.title}${diagnosis.detail === "" ? "" : ` (${diagnosis.detail})`}`
  }
}

const isChange = ({ facet, place }: Violation): boolean => place === "$.content" && facet === "changed"

/** The transformations of each name: variants of one have the same. */
const named = new Map(Object.entries(Array.groupBy(transforms, ({ id }) => id)))

/** The contents that known transformations in a row, given by their names, can make of one. */
const applied = (names: ReadonlyArray<string>, content: string): ReadonlyArray<string> =>
  names.reduce<ReadonlyArray<string>>(
    (contents, name) => contents.flatMap((each) => (named.get(name) ?? []).map(({ apply }) => apply(each))),
    [content]
  )

/**
 * Tells whether what changed one content, by the facet of its {@link explained} violation, changed the content of another
 * violation as well. Known transformations are applied, which costs far less than to look for two of them.
 */
export const isExplainedBy = (facet: string, self: Violation, ledger: Ledger): boolean => {
  if (!isChange(self)) return self.facet === facet
  if (facet === "in-pieces") return Shapes.isInPieces(self.expected, self.actual)
  const names = facet.split("+")
  const isKnown = names.every((name) => named.has(name))
  if (isKnown && applied(names, self.expected).includes(self.actual)) return true
  const atOnce = Search.atOnce(self.expected, self.actual)?.id
  return (atOnce ?? (isKnown ? undefined : explained(self, ledger).facet)) === facet
}

/**
 * Tells which contents would be changed by whatever changed the content of a violation; `undefined` where that is no known
 * transformation.
 */
export const changedBy = (self: Violation, ledger: Ledger): ((content: string) => boolean) | undefined => {
  const names = explained(self, ledger).facet.split("+")
  const fitting = applied(names, self.expected).flatMap((made, index) => (made === self.actual ? [index] : []))
  if (fitting.length === 0) return undefined
  return (content) => {
    const made = applied(names, content)
    return fitting.every((index) => made[index] !== content)
  }
}
