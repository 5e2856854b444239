import * as Content from "../generate/Content.js"
import type { Finding } from "../investigate/finding.js"
import * as Case from "../model/Case.js"
import type { Sent } from "../send/trial.js"

/**
 * The finding of a target that took no more connections after requests that it did not answer: one of them ended it.
 * Where requests of the kinds of all of them were answered before, the target may as well have been stopped, and there is
 * none.
 */
export const finding = (
  unanswered: ReadonlyArray<Sent>,
  wasAnswered: (kind: string) => boolean
): Finding | undefined => {
  const exchanges = [...unanswered].sort((a, b) => weight(b) - weight(a))
  if (exchanges.every((sent) => kindsOf(sent).every(wasAnswered))) return undefined
  const isOne = exchanges.length === 1
  return {
    requirement: "protocol.no-server-error",
    level: "MUST",
    also: [],
    when: isOne ? "the target took no more connections after it" : `one of these ${exchanges.length} ended the target`,
    reproducible: "unknown",
    repeated: { times: 0, failed: 0 },
    role: undefined,
    isGeneral: false,
    isScattered: false,
    takesEarlier: false,
    trial: { case: caseOf(exchanges), exchanges },
    violation: {
      requirement: "protocol.no-server-error",
      level: "MUST",
      step: 0,
      facet: "ended",
      place: "connection",
      expected: "an answer below 500, and a target that goes on taking connections",
      actual: `no answer to ${isOne ? "this request" : `${exchanges.length} requests that were in flight together`}, and no more connections`
    },
    failures: exchanges.length,
    alike: [],
    shrinkRequests: 0
  }
}

const caseOf = (exchanges: ReadonlyArray<Sent>): Case.Case => {
  const steps = exchanges.map(({ step }) => step)
  return exchanges.length === 1 ? Case.sequence("ended", steps) : Case.together("ended", steps)
}

/** Likelihood that a request ends a target: hostile before invalid, invalid before valid. */
const weight = ({ edit }: Sent): number => (edit === undefined ? 0 : edit.expects === "survived" ? 2 : 1)

/** The special features of a request. */
export const kindsOf = ({ edit, step }: Sent): ReadonlyArray<string> =>
  edit === undefined
    ? [
        `json ${step.json}`,
        `http ${step.http}`,
        `scheme ${step.scheme}`,
        step.reply === null ? "message" : "reply",
        ...Content.classify(step.content).map((id) => `content ${id}`)
      ]
    : [`edit ${edit.id}`]
