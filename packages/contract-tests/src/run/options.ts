/** Options of a run. */
import type * as Effect from "effect/Effect"
import type { Budget } from "../model/Budget.js"
import type { Case } from "../model/Case.js"
import type { Check } from "../model/Check.js"
import type * as Exchange from "../model/Exchange.js"
import type { Pace, Target } from "../model/Target.js"
import type { Progress } from "./progress.js"

/** The target, the amount and the pace of a run. Times in milliseconds. */
export interface Options {
  readonly target: Target
  readonly seed: number
  readonly budget: Budget
  /** The number of generated cases; the volume of everything else follows. */
  readonly runs: number
  /** Cases side by side; `undefined`: four, and more where the target is slow. */
  readonly concurrency: number | undefined
  readonly pace: Pace
  readonly selected: (id: string) => boolean
  /** Cases that are sent before those of the plan. */
  readonly first?: ReadonlyArray<Case> | undefined
  /** Contents of the user's own, each of which is sent once. */
  readonly contents?: ReadonlyArray<string> | undefined
  /** Checks of the user's own, which look at each exchange. */
  readonly checks?: ReadonlyArray<Check> | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Called with each request and what became of it, as raw as it was sent: the token is in it. */
  readonly onExchange?: ((exchange: Exchange.Exchange) => void) | undefined
  /** Ends the run early when it succeeds; what was found until then is reported. */
  readonly interrupt?: Effect.Effect<void> | undefined
}
