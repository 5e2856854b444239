/** Explains a violation: makes its texts readable, and names what changed a content. */
import type { Ledger } from "../model/Ledger.js"
import * as Diagnosis from "./Diagnosis.js"
import type { Violation } from "./violation.js"

/**
 * The violation with its texts made readable, and a changed content named by what changed it. Costs too much to be done
 * for every violation.
 */
export const explained = (self: Violation, ledger: Ledger): Violation => {
  if (self.place !== "$.content" || self.facet !== "changed") return self
  const diagnosis = Diagnosis.diagnose(self.expected, self.actual, ledger.sent)
  return {
    ...self,
    facet: diagnosis.id,
    expected: Diagnosis.show(self.expected),
    actual: `${Diagnosis.show(self.actual)}: ${diagnosis.title}${diagnosis.detail === "" ? "" : ` (${diagnosis.detail})`}`
  }
}
