/** The verdict of a run. */
import type * as Engine from "../run/engine.js"
import type { Report, ReportedRequirement } from "./Report.js"

/** Decides what a run comes to, and says why where the rows of the report do not. */
export const verdict = (
  result: Engine.Result,
  requirements: ReadonlyArray<ReportedRequirement>,
  staleWaivers: ReadonlyArray<string>,
  isStrict: boolean
): Pick<Report, "verdict" | "reason"> => {
  const isBroken = ({ status }: ReportedRequirement) => status === "failed" || (isStrict && status === "warned")
  if (requirements.some(isBroken)) return { verdict: "violates", reason: result.stop?.message ?? null }
  if (result.stats.accepted === 0) {
    return {
      verdict: "inconclusive",
      reason: result.stop?.message ?? "not one message was accepted, so nothing was tested"
    }
  }
  const open = requirements.find(({ status }) => status === "inconclusive")
  if (open !== undefined) {
    return {
      verdict: "inconclusive",
      reason: result.stop?.message ?? `no request of the run would have shown ${open.id}`
    }
  }
  return staleWaivers.length > 0
    ? { verdict: "violates", reason: `stale waivers, remove them: ${staleWaivers.join(", ")} now hold` }
    : { verdict: "conforms", reason: null }
}
