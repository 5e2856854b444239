/** The kit as a function of a target. */
import * as Effect from "effect/Effect"
import * as Conformance from "../dist/kit/Conformance.js"
import { targetOf } from "../dist/kit/selfTest/server.js"
import { counterexamplesOf } from "../dist/report/summary.js"

/** Runs the kit against a target, with any of its options. */
export const check = (target, options = {}) =>
  Effect.runPromise(Conformance.run({ ...targetOf(target), seed: 1, maxDuration: "30 minutes", ...options }))

/** Ends the run as soon as something is broken. Answers how many requests had been sent, if anything was. */
export const untilBroken = async (target) => {
  let first
  let found
  const interrupt = Effect.promise(() => new Promise((resolve) => (found = resolve)))
  await check(target, {
    interrupt,
    onProgress: ({ broken, requests }) => {
      if (broken === 0 || first !== undefined) return
      first = requests
      found?.()
    }
  })
  return first
}

/** Every finding of a report. */
export const findings = (report) => report.requirements.flatMap(counterexamplesOf)
