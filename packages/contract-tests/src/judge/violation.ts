/** Violations: broken promises. */
import type { Broken } from "../contract/acceptance.js"
import type * as Requirement from "../contract/Requirement.js"
import type * as Exchange from "../model/Exchange.js"
import type { Sent, Trial } from "../send/trial.js"
import type { Facts } from "./facts.js"

/** A breach of one requirement by one answer. */
export interface Breach {
  /** Distinguishes one way of breaking the requirement from another. */
  readonly facet: string
  /** Place in the answer: `status`, `header content-type`, `body`, `$.createdAt`. */
  readonly place: string
  readonly expected: string
  readonly actual: string
  /** The level, where it differs from the requirement's own. */
  readonly level?: Requirement.Level | undefined
}

/** One broken promise. */
export interface Violation extends Breach {
  /** The requirement, or `accept` where only the smallest request can tell which one of `accept`. */
  readonly requirement: Broken
  readonly level: Requirement.Level
  /** The position of the offending step in its case. */
  readonly step: number
}

/** One exchange, as checks see it. */
export interface Subject {
  readonly trial: Trial
  readonly sent: Sent
  readonly position: number
  readonly facts: Facts
}

/** Holds one exchange against one requirement. */
export type Check = (subject: Subject) => ReadonlyArray<Breach>

export const holds: ReadonlyArray<Breach> = []

export const breach = (
  facet: string,
  place: string,
  expected: string,
  actual: string,
  level?: Requirement.Level
): ReadonlyArray<Breach> => [{ facet, place, expected, actual, level }]

/** The answer in a few words, or the reason that there is none. */
export const statusOf = ({ outcome }: Exchange.Exchange): string => {
  switch (outcome.kind) {
    case "answered":
    case "incomplete":
      return `status ${outcome.response.status}`
    case "silent":
      return `no answer within ${outcome.timeout} ms`
    case "broken":
    case "unreachable":
      return `no answer: ${outcome.reason}`
  }
}
