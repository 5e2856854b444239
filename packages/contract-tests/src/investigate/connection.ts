import * as Effect from "effect/Effect"
import * as Case from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type { Trial } from "../send/trial.js"
import { type Context, type Proof, type Role, sentOf } from "./finding.js"
import { positionOfTarget } from "./repliedTo.js"
import { fails } from "./reproduce.js"

/** Tells whether nothing but the number of messages on one connection makes the last of them fail. */
const isWorn = (trial: Trial): boolean =>
  trial.case.fresh && trial.exchanges.length > 2 && trial.exchanges.every(({ step }) => Case.isPlain(step))

/** Looks what a fault has to do with its connection, if anything. */
export const roleOf = (proof: Proof, context: Context): Effect.Effect<Role | undefined> =>
  Effect.suspend(() => {
    const { reproducible, trial, violation } = proof
    const last = sentOf(proof)
    const before = trial.exchanges.slice(0, violation.step)
    const isOfTarget = positionOfTarget(proof) !== -1
    if (last.edit !== undefined || reproducible !== "always" || trial.case.mode === "together" || isOfTarget) {
      return Effect.succeed(undefined)
    }
    const isAmongAccepted = before.every(({ edit, exchange }) => edit === undefined && Exchange.isSuccess(exchange))
    if (!isAmongAccepted) {
      // The same place on a connection, with nothing refused before it.
      const steps = before.map((_, index) => Case.step(`In place of request ${index + 1}`))
      const instead = { ...trial.case, fresh: true, steps: [...steps, last.step] }
      return Effect.map(fails(instead, violation, context), (failed) => (failed ? ("used" as const) : undefined))
    }
    if (isWorn(trial)) return Effect.succeed("worn" as const)
    const alone = (fresh: boolean) => fails({ ...trial.case, fresh, steps: [last.step] }, violation, context)
    if (before.length === 0) {
      return trial.case.fresh
        ? Effect.map(alone(false), (failed) => (failed ? undefined : ("new" as const)))
        : Effect.succeed(undefined)
    }
    const others = context.execute({ ...trial.case, fresh: true, steps: before.map(({ step }) => step) })
    return Effect.zipRight(Effect.option(others), alone(true)).pipe(
      Effect.map((failed) => (failed ? undefined : ("used" as const)))
    )
  })
