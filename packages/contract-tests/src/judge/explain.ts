/** Explains a violation: makes its texts readable, and names what changed a content. */
import type { Ledger } from "../model/Ledger.js"
import * as Diagnosis from "./Diagnosis.js"
import type { Violation } from "./violation.js"

/**
 * The violation with its texts made readable, and a changed content named by what changed it: by nothing that would have
 * changed one of the contents that `held`. Costs too much to be done for every violation.
 */
export const explained = (self: Violation, ledger: Ledger, held: ReadonlyArray<string> = []): Violation => {
  if (self.place !== "$.content" || self.facet !== "changed") return self
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
