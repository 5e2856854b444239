/** Cases of valid contents. */
import * as Content from "../generate/Content.js"
import { buffers } from "../generate/content/lengths.js"
import * as HttpForm from "../generate/http.js"
import type { Budget } from "../model/Budget.js"
import * as Case from "../model/Case.js"
import { type Job, job, type Options, second } from "./job.js"
import type { Supply } from "./supply.js"

export const corpusJobs = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  supply
    .restOfCorpus()
    .map(({ content, deep }, index) =>
      job(Case.sequence("contents", [Case.step(content, { thread: index % 6 === 5 ? second(options) : 0 })]), deep)
    )

export const sweepJobs = (supply: Supply): ReadonlyArray<Job> =>
  supply.restOfSweep().map((content, index) => job(Case.sequence("code points", [Case.step(content)]), index % 4 !== 0))

/** Of the long contents, one run sends one in so many; another seed sends others. */
const longEvery = (budget: Budget): number => (budget === "deep" ? 1 : 12)

export const long = (options: Options): ReadonlyArray<Job> => [
  ...Content.long
    .filter((_, index) => (index + Math.abs(options.seed)) % longEvery(options.budget) === 0)
    .concat(buffers)
    .map((content) => job(Case.sequence("long contents", [Case.step(content)]), true)),
  ...longest(options).map((step) => job(Case.sequence("long contents", [step]))),
  ...Content.huge.map((content) =>
    job(Case.sequence("long contents", [Case.step(content, { thread: second(options) })]), true)
  )
]

/** Long contents of every class: of the default size, a run sends one in so many, and another seed sends others. */
const mixedEvery = 3

export const longMixtures = (options: Options): ReadonlyArray<Job> =>
  Content.mixed
    .filter((_, index) => options.budget === "deep" || (index + Math.abs(options.seed)) % mixedEvery === 0)
    .map((content, index) =>
      job(
        Case.sequence("long contents", [
          Case.step(content, {
            thread: index % 5 === 4 ? second(options) : 0,
            reply: index % 4 === 3 ? "latest" : null,
            http: index % 3 === 2 ? (HttpForm.all[(index * 5) % HttpForm.all.length]?.id ?? "plain") : "plain"
          })
        ]),
        true
      )
    )

/** The longest contents that should be accepted, of every width, and one of them under each circumstance. */
const longest = (options: Options): ReadonlyArray<Case.Step> => [
  Case.step("x".repeat(10_000)),
  Case.step("\u00e9".repeat(10_000), { thread: second(options) }),
  Case.step("\u6f22".repeat(10_000), { json: "ascii-lower" }),
  Case.step("\u6f22".repeat(10_000), { reply: "latest", http: "chunked-characters" }),
  Case.step("\u{1f600}".repeat(10_000))
]

/** One in so many of the contents that may be refused is also sent as a reply, and to the other thread. */
export const unfaithfulEverywhere = 8

/** Much of what servers change or refuse in one text, so that it can be sent under many circumstances. */
export const motley =
  ' //a  "A"  b... ---\r\n<b>x</b> **y** {{name}} <!-- c --> caf%u00e9 &amp; \u200f\u202bz\u202c\u200b e\u0301 \ufb01 \u{1f600} :) @me https://a.example/ '

/** A text between line breaks and tabs. */
export const edged = "\r\n\tone\ttwo\t\n"

/** A text of so many code points that ends as {@link motley} does. */
export const motleyOf = (length: number): string => [...motley.repeat(Math.ceil(length / 50))].slice(-length).join("")

/** Circumstances that a server may treat apart: replies, the other thread, chunks. */
const company = (options: Options): ReadonlyArray<Partial<Case.Step>> => {
  const other = { thread: second(options) }
  return [
    { reply: "latest" },
    ...(options.twoThreads ? [other, { ...other, reply: "latest" }] : []),
    { http: "chunked-tokens" }
  ]
}

export const inCompany = (options: Options, contents: ReadonlyArray<string>): ReadonlyArray<Job> =>
  contents.flatMap((content) =>
    company(options).map((step) => job(Case.sequence("contents", [Case.step(content, step)])))
  )

/** Texts that begin as replies do in other places, where what they reply to need not be repeated. */
export const quoting = ["@maria On my way", "> When will you be there?\n\nAt noon", "Re: your order"]

/** Contents that are something else where they are read by themselves. */
export const wholeLookalikes = ["true", "null", "12", "{}"]

export const constancies = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  Content.unfaithful.map((content, index) =>
    job(
      Case.sequence("NUL and lone surrogates", [
        Case.step(content),
        Case.step(supply.next()),
        Case.step(content),
        ...(index % unfaithfulEverywhere === 2
          ? [Case.step(content, { reply: "latest" }), Case.step(content, { thread: second(options) })]
          : [])
      ])
    )
  )
