/**
 * Cases out of the generator of fast-check.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"
import * as Content from "../generate/Content.js"
import * as HttpForm from "../generate/http.js"
import * as JsonStyle from "../generate/json/style.js"
import * as Case from "../model/Case.js"
import { type Draw, type Job, job, type Options } from "./job.js"

const contentArbitrary: fc.Arbitrary<string> = fc.oneof(...Content.classes.map(({ arbitrary }) => arbitrary))

export const generated = (options: Options, draw: Draw): ReadonlyArray<Job> =>
  draw("generated", caseArbitrary(options), options.runs).map((self) => job(self, true))

/**
 * Any valid case: a content of any class, any encoding, any thread, a reply or not.
 *
 * @since 0.1.0
 * @category arbitraries
 */
export const caseArbitrary = (options: Pick<Options, "twoThreads">): fc.Arbitrary<Case.Case> =>
  fc
    .record({
      content: contentArbitrary,
      thread: options.twoThreads
        ? fc.oneof({ weight: 3, arbitrary: fc.constant(0 as const) }, { weight: 1, arbitrary: fc.constant(1 as const) })
        : fc.constant(0 as const),
      reply: fc.option(
        fc.oneof(
          fc.constantFrom("latest", "oldest", "again"),
          fc.nat(999).map((position) => `nth:${position}`)
        ),
        { freq: 2 }
      ),
      json: fc.constantFrom("plain", "plain", ...JsonStyle.styles.map((style) => style.id)),
      http: fc.constantFrom("plain", "plain", "plain", ...HttpForm.all.map((form) => form.id))
    })
    .map(({ content, ...rest }) => Case.sequence("generated", [Case.step(content, rest)]))
