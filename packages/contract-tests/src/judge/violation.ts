/**
 * Violations: broken promises.
 *
 * @since 0.1.0
 */
import * as Requirement from "../contract/Requirement.js"
import type * as Exchange from "../model/Exchange.js"

/**
 * One broken promise.
 *
 * @since 0.1.0
 * @category models
 */
export interface Violation {
  /** The id of the requirement; {@link acceptance} where only the smallest request can tell which one of `accept`. */
  readonly requirement: string
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
  requirement: string,
  step: number,
  facet: string,
  place: string,
  expected: string,
  actual: string,
  level?: Requirement.Level
): Violation => ({
  requirement,
  level: level ?? Requirement.byId.get(requirement)?.level ?? "MUST",
  step,
  facet,
  expected,
  actual,
  place
})

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
