/** Cases out of the generator of fast-check. */
import * as fc from "fast-check"
import * as Content from "../generate/Content.js"
import * as Extra from "../generate/extra.js"
import * as HttpForm from "../generate/http.js"
import * as JsonStyle from "../generate/json/style.js"
import * as Case from "../model/Case.js"
import { type Draw, type Job, job, type Options } from "./job.js"

/** A member of any class, or several of them to some length. */
const contentArbitrary: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.oneof(...Content.classes.map(({ arbitrary }) => arbitrary)) },
  { weight: 1, arbitrary: Content.mixedArbitrary }
)

export const generated = (options: Options, draw: Draw): ReadonlyArray<Job> =>
  draw("generated", caseArbitrary(options), options.runs).map((self) => job(self, true))

/** Number of requests of every kind, one after another, on one connection. */
const longSequence = 64

/** A connection that grows old with contents and spellings of every kind. */
export const oldConnection = (options: Options, draw: Draw): ReadonlyArray<Job> => {
  const steps = draw("old connection", sendArbitrary(options), Math.min(longSequence, options.runs))
  // A request that asks for the connection to be closed goes out on another one.
  const kept = steps.filter(({ http }) => http !== "close")
  return kept.length === 0 ? [] : [job(Case.sequence("one connection", kept, { fresh: true }), true)]
}

/**
 * Any valid request: a content of any class and length, any encoding, any thread, a reply or not, with extra keys or
 * without.
 */
export const sendArbitrary = (options: Pick<Options, "twoThreads">): fc.Arbitrary<Case.Step> =>
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
      json: fc.oneof(fc.constant("plain"), fc.constantFrom(...JsonStyle.styles.map((style) => style.id))),
      http: fc.oneof(fc.constant("plain"), fc.constantFrom(...HttpForm.all.map((form) => form.id))),
      extra: fc.option(fc.constantFrom(...Extra.all.map(({ id }) => id)), { freq: 4, nil: undefined })
    })
    .map(({ content, extra, ...rest }) => Case.step(content, { ...rest, ...(extra === undefined ? {} : { extra }) }))

/** Any valid case of one request. */
export const caseArbitrary = (options: Pick<Options, "twoThreads">): fc.Arbitrary<Case.Case> =>
  sendArbitrary(options).map((step) => Case.sequence("generated", [step]))
