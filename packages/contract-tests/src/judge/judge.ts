/** Judges a trial: from exchanges to violations. */
import { acceptance } from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import type { Trial } from "../send/trial.js"
import { isAccepted } from "./answered.js"
import { checks } from "./checks.js"
import { covered } from "./covered.js"
import type { Facts } from "./facts.js"
import type { Breach, Subject, Violation } from "./violation.js"

/**
 * Judges each exchange of a trial by the requirements that it puts to the test. The same trial with the same facts always
 * gets the same answer.
 */
export const judge = (trial: Trial, facts: ReadonlyArray<Facts>): ReadonlyArray<Violation> =>
  trial.exchanges.flatMap((sent, position) => {
    const fact = facts[position]
    return fact === undefined ? [] : judgeOne({ trial, sent, position, facts: fact })
  })

const judgeOne = (subject: Subject): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  const { position: step, sent, trial } = subject
  let isRefused = false
  for (const requirement of covered(trial, sent, step)) {
    const check = checks[requirement]
    // Of a refusal, only the smallest request tells what it is about; and it is one, whatever the request is a case of.
    const isAboutRefusal = check === isAccepted
    if (isAboutRefusal && isRefused) continue
    isRefused ||= isAboutRefusal
    for (const breach of check(subject)) {
      found.push({
        ...breach,
        requirement: isAboutRefusal ? acceptance : requirement,
        level: levelOf(requirement, isAboutRefusal, breach),
        step
      })
    }
  }
  return found
}

/** No valid message may be refused, whatever is special about it. */
const levelOf = (requirement: Requirement.Id, isAboutRefusal: boolean, { level }: Breach): Requirement.Level =>
  level ?? (isAboutRefusal ? "MUST" : Requirement.get(requirement).level)
