/**
 * Violations: broken promises.
 *
 * @since 0.1.0
 */
import { acceptance, type Broken } from "../contract/acceptance.js"
import * as Requirement from "../contract/Requirement.js"
import type * as Exchange from "../model/Exchange.js"

/**
 * One broken promise.
 *
 * @since 0.1.0
 * @category models
 */
export interface Violation {
  /** What is broken; {@link acceptance} where only the smallest request can tell which one of `accept`. */
  readonly requirement: Broken
  readonly level: Requirement.Level
  /** The position of the offending step in its case. */
  readonly step: number
  /** What tells one way of breaking the requirement from another. */
  readonly facet: string
  readonly expected: string
  readonly actual: string
  /** Where in the answer it shows: `status`, `header content-type`, `body`, `$.createdAt`. */
  readonly place: string
}

export const violation = (
  requirement: Broken,
  step: number,
  facet: string,
  place: string,
  expected: string,
  actual: string,
  level?: Requirement.Level
): Violation => ({
  requirement,
  level: level ?? levelOf(requirement),
  step,
  facet,
  expected,
  actual,
  place
})

/** How binding the requirement is: no valid message may be refused, whatever is special about it. */
const levelOf = (requirement: Broken): Requirement.Level =>
  requirement === acceptance ? "MUST" : Requirement.get(requirement).level

/** What came instead of the answer that was asked for. */
export const statusOf = (exchange: Exchange.Exchange): string => {
  const outcome = exchange.outcome
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
