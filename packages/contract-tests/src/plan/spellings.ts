/** Cases of valid requests that are spelled in an unusual way: JSON, HTTP and the scheme. */
import * as HttpForm from "../generate/http.js"
import * as JsonStyle from "../generate/json/style.js"
import * as Case from "../model/Case.js"
import { type Job, job, type Options, second } from "./job.js"
import type { Supply } from "./supply.js"

/** A step in the other spellings that have to be treated alike, those first that real servers insist on. */
export const otherwise = (step: Case.Step): ReadonlyArray<Case.Case> => [
  ...HttpForm.all.map(({ id }) => Case.sequence("plain", [{ ...step, http: id }])),
  ...["final-newline", "pretty", "all-lower"].map((json) => Case.sequence("plain", [{ ...step, json }]))
]

/** Contents in which every kind of escape occurs. */
const rich: ReadonlyArray<string> = [
  'Grüße, "Zoë" \\ 50% / 東京 \u{1f44d}\u{1f3fd} <b>&amp;</b>\n\tend',
  '\u0001\u0008\u000c\u001f\u007f\u0080\u00e9\u2028\u2029\ufeff\uffff\u{1f600}\u{10ffff}/\\"',
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{1d11e} \u{20bb7} naïve café \u0645\u0631\u062d\u0628\u0627"
]

export const encodings = (supply: Supply): ReadonlyArray<Job> =>
  JsonStyle.styles
    .filter((style) => style.id !== "plain")
    .flatMap((style) => [
      // Where strings are spelled as ever, two contents are enough.
      ...rich
        .slice(0, JsonStyle.isStandard(style) ? 2 : rich.length)
        .map((content, index) =>
          job(
            Case.sequence("JSON", [Case.step(content, { json: style.id, reply: index === 1 ? null : "latest" })]),
            index === 2
          )
        ),
      job(Case.sequence("JSON", [Case.step(supply.nextOfSweep(), { json: style.id })]), true)
    ])

export const forms = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  HttpForm.all.flatMap((form, index) => {
    const thread = index % 4 === 3 ? second(options) : 0
    return [
      job(
        Case.sequence("HTTP", [Case.step(rich[0] ?? "", { http: form.id, reply: "latest" }), Case.step(supply.next())])
      ),
      job(Case.sequence("HTTP", [Case.step(supply.nextOfSweep(), { http: form.id, thread })], { fresh: true }), true)
    ]
  })

export const schemes = (): ReadonlyArray<Job> =>
  ["bearer", "BEARER", "BeArEr"].flatMap((scheme) =>
    [false, true].map((fresh) =>
      job(Case.sequence("authentication scheme", [Case.step("Hello", { scheme })], { fresh }))
    )
  )
