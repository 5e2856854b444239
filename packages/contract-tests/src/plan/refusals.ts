/** Cases that a server has to refuse. */
import * as Array from "effect/Array"
import * as Edits from "../generate/edits/all.js"
import type * as Edit from "../generate/edits/edit.js"
import * as Case from "../model/Case.js"
import { hash, isAsked, type Job, job, type Options, second } from "./job.js"
import type { Supply } from "./supply.js"

/** An edit, and how the request is spelled and sent on which it is made. */
export interface Negative {
  readonly spec: Edit.EditSpec
  readonly edit: Case.Edit
  readonly http: string
  readonly json: string
  readonly extra?: string
  /** True if it is made on a long content for the second thread, whatever the others are made on. */
  readonly apart: boolean
  /** True if it is the first request of a connection, or the second one; anywhere unless given. */
  readonly place?: "first" | "second"
}

export const negative = (spec: Edit.EditSpec, options: Partial<Omit<Negative, "spec">> = {}): Negative => ({
  spec,
  edit: { id: spec.id },
  http: "plain",
  json: "plain",
  apart: false,
  ...options
})

/** Each edit that is asked for, once. */
export const edits = (options: Options): ReadonlyArray<Negative> =>
  // A check that is skipped for chunks is found by some edits of each kind that are made on them.
  chosen(options).map((spec, index) => negative(spec, { http: index % 4 === 3 ? "chunked" : "plain" }))

/**
 * Every edit that is asked for. Of those that are the same mistake in other places, a run of the default size makes one;
 * another seed makes another.
 */
const chosen = (options: Options): ReadonlyArray<Edit.EditSpec> => {
  const all = Edits.all.filter((edit) => edit.takes === undefined && isAsked(edit, options))
  if (options.budget === "deep") return all
  const groups = new Map<string, ReadonlyArray<Edit.EditSpec>>()
  for (const edit of all) {
    if (edit.sameAs !== undefined) groups.set(edit.sameAs, [...(groups.get(edit.sameAs) ?? []), edit])
  }
  const taken = new Set([...groups].map(([name, group]) => group[Math.abs(options.seed + hash(name)) % group.length]))
  return all.filter((edit) => edit.sameAs === undefined || taken.has(edit))
}

/** Number of edits of each row that are made even when time is short. */
const essentialEdits = 6

/** Names what an edit tests: a requirement, at a level, by what has to come of it. */
export const rowOf = ({ expects, level, requirement }: Edit.EditSpec): string => `${requirement} ${level} ${expects}`

/**
 * The essential edits, the first of each row before the second of any; and the others. Of a row, those are essential that
 * are the commonest, and the first ones of the catalogue.
 */
export const byWeight = (
  negatives: ReadonlyArray<Negative>
): readonly [essential: ReadonlyArray<Negative>, others: ReadonlyArray<Negative>] => {
  const ranks = new Map<Negative, number>()
  for (const row of Object.values(Array.groupBy(negatives, ({ spec }) => rowOf(spec)))) {
    const common = row.filter(({ spec }) => commonest.includes(spec))
    const others = row.filter((each) => !common.includes(each))
    for (const [rank, each] of [...common, ...others].slice(0, essentialEdits).entries()) ranks.set(each, rank)
  }
  return [
    [...ranks].sort(([, one], [, other]) => one - other).map(([item]) => item),
    negatives.filter((item) => !ranks.has(item))
  ]
}

/** Number of the commonest edits that are crossed with everything, and made right after another refused request. */
const inARow = 12

/** A check that is skipped under one circumstance is found by crossing the commonest edits with circumstances. */
export const crossed = (options: Options): ReadonlyArray<Negative> =>
  commonest.flatMap((spec, index) =>
    isAsked(spec, options)
      ? [
          ...(index < inARow
            ? [
                negative(spec, { http: "chunked-tokens" }),
                negative(spec, { http: index % 2 === 0 ? "accept-any" : "close" })
              ]
            : []),
          negative(spec, { json: index % 2 === 0 ? "all-lower" : "wide-reversed" }),
          negative(spec, { apart: true }),
          negative(spec, { extra: index % 2 === 0 ? "several" : "string" }),
          negative(spec, { place: "first" }),
          negative(spec, { place: "second" })
        ]
      : []
  )

/** One edit of each kind, to be made under circumstances of every kind. */
export const commonest: ReadonlyArray<Edit.EditSpec> = [
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
  "reject.thread.unknown/random",
  "auth.scheme/bare",
  "reject.reply.unknown/random",
  "reject.body/array",
  "reject.body/cut-last-brace",
  "reject.body.extension/trailing-comma",
  "reject.media-type/text",
  "reject.utf8/ff",
  "reject.thread/suffix-dash",
  "protocol.method/put"
].map(Edits.get)

/** Number of requests that are edited in one case. */
const perChain = 3

/** Number of edits that are made of one accepted request, one after another, if there are many of a kind. */
const editsOfOne = ({ requirement }: Edit.EditSpec): number => (requirement.startsWith("reject.body") ? 9 : 4)

/** Edits that can be made of one request. */
const grouped = (negatives: ReadonlyArray<Negative>, isShared: boolean): ReadonlyArray<ReadonlyArray<Negative>> => {
  const groups: globalThis.Array<globalThis.Array<Negative>> = []
  for (const each of negatives) {
    const group = groups.at(-1)
    const first = group?.[0]
    const isAlike =
      isShared &&
      group !== undefined &&
      first !== undefined &&
      group.length < editsOfOne(first.spec) &&
      first.spec.requirement === each.spec.requirement &&
      kindOf(first) === kindOf(each)
    if (isAlike) group.push(each)
    else groups.push([each])
  }
  return groups
}

const kindOf = ({ apart, extra, place, spec }: Negative): string =>
  JSON.stringify([apart, extra, place, spec.reply, spec.replyTo])

/** Accepted and refused requests in turn on one connection, each refused one an edit of the accepted one before it. */
export const chains = (
  probe: string,
  edits: ReadonlyArray<Negative>,
  supply: Supply,
  options: Options,
  deep = false
): ReadonlyArray<Job> => {
  const jobs: Array<Job> = []
  const groups = grouped(
    edits.filter(({ place }) => place !== "second"),
    deep
  )
  for (let from = 0; from < groups.length; from += perChain) {
    const number = from / perChain
    const thread = number % 3 === 2 ? second(options) : 0
    const steps = groups
      .slice(from, from + perChain)
      .flatMap((group, index) => editsOf(group, supply, thread, from + index, options))
    jobs.push(
      job(Case.sequence(probe, [...steps, Case.step(supply.next(), { thread })], { fresh: number % 7 === 6 }), deep)
    )
  }
  const seconds = edits.filter(({ place }) => place === "second")
  return [
    ...jobs,
    ...seconds.map((each, index) =>
      job(Case.sequence(probe, editsOf([each], supply, 0, index, options), { fresh: true }), deep)
    )
  ]
}

/** A request, and edits of it. */
const editsOf = (
  group: ReadonlyArray<Negative>,
  supply: Supply,
  thread: 0 | 1,
  index: number,
  options: Options
): ReadonlyArray<Case.Step> => {
  const [first] = group
  if (first === undefined) return []
  const { apart, extra, http, json, spec } = first
  const base = Case.step(apart ? supply.nextOfSweep() : supply.next(), {
    thread: apart ? second(options) : thread,
    reply: baseReply(spec, index),
    http,
    json,
    ...(extra === undefined ? {} : { extra })
  })
  return [
    base,
    ...group.map(({ edit, http, json, place }) => ({
      ...base,
      http,
      json,
      edit,
      ...(place === "first" ? { fresh: true as const } : {})
    }))
  ]
}

const baseReply = ({ reply, replyTo }: Edit.EditSpec, index: number): string | null =>
  reply === "needed" || (reply === "either" && index % 4 === 3) ? replyTo : null

/** Two refused requests in a row: what a refusal leaves behind must not let the next one through. */
export const doubles = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  commonest.slice(0, inARow).flatMap((spec, index) => {
    if (!isAsked(spec, options)) return []
    const base = Case.step(supply.next(), { reply: baseReply(spec, index) })
    const first = index % 2 === 0 ? "auth.wrong/random" : "reject.content/zero"
    return [
      job(
        Case.sequence("refusals in a row", [
          base,
          { ...base, edit: { id: first } },
          { ...base, edit: { id: spec.id } },
          Case.step(supply.next())
        ])
      )
    ]
  })
