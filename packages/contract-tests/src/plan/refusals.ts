/**
 * Cases that a server has to refuse.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"
import * as Edits from "../generate/edits/all.js"
import type * as Edit from "../generate/edits/edit.js"
import * as Case from "../model/Case.js"
import { type Draw, isAsked, type Job, job, type Options, second } from "./job.js"
import type { Supply } from "./supply.js"

/** An edit, and how the request is spelled on which it is made. */
interface Negative {
  readonly edit: Case.Edit
  readonly http: string
  readonly json: string
  /** Whether it is made on a long content for the second thread, whatever the others are made on. */
  readonly apart: boolean
}

const negative = (edit: Case.Edit, http = "plain", json = "plain", apart = false): Negative => ({
  edit,
  http,
  json,
  apart
})

export const edits = (options: Options): ReadonlyArray<Negative> => [
  ...Edits.all
    .filter((edit) => edit.takes === undefined && isAsked(edit, options))
    // A check that is skipped for chunks is found by some edits of each kind that are made on them.
    .map((edit, index) => negative({ id: edit.id }, index % 4 === 3 ? "chunked" : "plain")),
  ...crossed().filter(({ edit }) => {
    const spec = Edits.byId(edit.id)
    return spec !== undefined && isAsked(spec, options)
  })
]

/** Of each requirement, so many edits are made even when time is short. */
const essentialEdits = 6

export const byWeight = (
  negatives: ReadonlyArray<Negative>
): readonly [ReadonlyArray<Negative>, ReadonlyArray<Negative>] => {
  const counts = new Map<string, number>()
  const weighed = negatives.map((item) => {
    const requirement = Edits.byId(item.edit.id)?.requirement ?? ""
    const before = counts.get(requirement) ?? 0
    counts.set(requirement, before + 1)
    return { item, essential: before < essentialEdits }
  })
  return [
    weighed.filter(({ essential }) => essential).map(({ item }) => item),
    weighed.filter(({ essential }) => !essential).map(({ item }) => item)
  ]
}

/** A check that is skipped for one spelling of a request is found by crossing the commonest edits with spellings. */
const crossed = (): ReadonlyArray<Negative> =>
  commonest.flatMap((id, index) => [
    ...["chunked-tokens", index % 2 === 0 ? "accept-any" : "close"].map((http) => negative({ id }, http)),
    negative({ id }, "plain", index % 2 === 0 ? "all-lower" : "wide-reversed"),
    negative({ id }, "plain", "plain", true)
  ])

/** One edit of each kind, to be made under circumstances of every kind. */
const commonest: ReadonlyArray<string> = [
  "auth.missing/absent",
  "auth.missing/absent-reply",
  "auth.wrong/random",
  "auth.near/cut-last",
  "auth.scheme/basic",
  "reject.content/missing",
  "reject.content/empty",
  "reject.content/number",
  "reject.reply/upper-case",
  "reject.reply/suffix-dash",
  "reject.thread/upper-case",
  "reject.thread.unknown/random"
]

const perChain = 3

/** Accepted and refused requests in turn on one connection, each refused one an edit of the accepted one before it. */
export const chains = (
  probe: string,
  edits: ReadonlyArray<Negative>,
  supply: Supply,
  options: Options,
  deep = false
): ReadonlyArray<Job> => {
  const jobs: Array<Job> = []
  for (let from = 0; from < edits.length; from += perChain) {
    const number = from / perChain
    const thread = number % 3 === 2 ? second(options) : 0
    const steps = edits.slice(from, from + perChain).flatMap(({ apart, edit, http, json }, index) => {
      const where = { thread: apart ? second(options) : thread, reply: baseReply(edit, from + index), http, json }
      const base = Case.step(apart ? supply.nextOfSweep() : supply.next(), where)
      return [base, { ...base, edit }]
    })
    jobs.push(
      job(Case.sequence(probe, [...steps, Case.step(supply.next(), { thread })], { fresh: number % 7 === 6 }), deep)
    )
  }
  return jobs
}

const baseReply = (edit: Case.Edit, index: number): string | null => {
  const spec = Edits.byId(edit.id)
  if (spec === undefined) return null
  return spec.reply === "needed" || (spec.reply === "either" && index % 4 === 3) ? spec.replyTo : null
}

/** Two refused requests in a row: what a refusal leaves behind must not let the next one through. */
export const doubles = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  commonest.flatMap((id, index) => {
    const spec = Edits.byId(id)
    if (spec === undefined || !isAsked(spec, options)) return []
    const base = Case.step(supply.next(), { reply: baseReply({ id }, index) })
    const first = index % 2 === 0 ? "auth.wrong/random" : "reject.content/zero"
    return [
      job(
        Case.sequence("refusals in a row", [
          base,
          { ...base, edit: { id: first } },
          { ...base, edit: { id } },
          Case.step(supply.next())
        ])
      )
    ]
  })

export const generatedEdits = (options: Options, draw: Draw): ReadonlyArray<Negative> =>
  Edits.all
    .filter((edit) => edit.takes !== undefined && isAsked(edit, options))
    .flatMap((edit) => {
      const values = edit.takes === undefined ? fc.constant(null) : editValues[edit.takes]
      return draw(edit.id, values, Math.ceil(options.runs / 20)).map((value) => negative({ id: edit.id, value }))
    })

const wellFormed = /^[0-9a-z]*$/

const almostId = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789"), maxLength: 20 }),
    fc.oneof(fc.string({ minLength: 1, maxLength: 4 }), fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 })),
    fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz0123456789"), maxLength: 4 })
  )
  .map((parts) => parts.join(""))
  .filter((text) => !wellFormed.test(text))

const editValues: { readonly [K in NonNullable<Edit.EditSpec["takes"]>]: fc.Arbitrary<unknown> } = {
  json: fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== "string" && value !== null),
  "reply text": almostId,
  "thread text": almostId.filter((text) => !/^\.{1,2}$/.test(text))
}
