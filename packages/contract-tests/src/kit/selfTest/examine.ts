/**
 * Runs the kit on one server of which it is known what is wrong.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Report } from "../../report/Report.js"
import type { InvalidOptions } from "../options.js"
import { type Options, type Outcome, type Scored, score } from "./score.js"
import * as Server from "./server.js"

/**
 * A server on which the kit is tested, and what the kit has to say of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Specimen extends Scored {
  /** Starts the server on a free port of the loopback interface. */
  readonly start: () => Promise<Server.Running>
}

/**
 * Starts a server, runs the kit on it and hands back the report.
 *
 * @since 0.1.0
 * @category running
 */
export const report = (specimen: Specimen, { budget, seed }: Options): Effect.Effect<Report, InvalidOptions> =>
  Server.check(specimen.start, { maxDuration: "100 seconds", budget, seed })

/**
 * Runs the kit on a server and scores what it says.
 *
 * @since 0.1.0
 * @category running
 */
export const examine = (specimen: Specimen, options: Options): Effect.Effect<Outcome> =>
  report(specimen, options).pipe(
    Effect.orDie,
    Effect.map((each) => score(specimen, each))
  )
