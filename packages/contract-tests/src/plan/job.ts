/** Jobs: the cases of a plan, and the order in which the cases of several probes take turns. */
import * as fc from "fast-check"
import type * as Edit from "../generate/edits/edit.js"
import type { Budget } from "../model/Budget.js"
import type * as Case from "../model/Case.js"

/** Options of a plan. */
export interface Options {
  readonly seed: number
  /** `quick` leaves out what is deep, `deep` sends more of everything. */
  readonly budget: Budget
  /** The number of generated cases; everything else grows with it. */
  readonly runs: number
  readonly twoThreads: boolean
  readonly inbound: boolean
  /** True if a requirement is asked for. */
  readonly selected: (id: string) => boolean
  /** Cases that go before all others; none unless given. */
  readonly first?: ReadonlyArray<Case.Case> | undefined
  /** Contents of the user's own, each of which is sent once; none unless given. */
  readonly contents?: ReadonlyArray<string> | undefined
}

/** A case with its weight: what is `deep` comes later. */
export interface Job {
  readonly case: Case.Case
  readonly deep: boolean
}

/**
 * Cases that are run side by side (`lanes`) or one at a time, after those of the phase before; or `aside`, while all later
 * phases go on.
 */
export interface Phase {
  readonly title: string
  readonly lanes: boolean
  readonly aside?: boolean
  readonly jobs: ReadonlyArray<Job>
}

export const phase = (title: string, lanes: boolean, jobs: ReadonlyArray<Job>): Phase => ({ title, lanes, jobs })

export const job = (self: Case.Case, deep = false): Job => ({ case: self, deep })

export const repeated = <A>(times: number, make: () => ReadonlyArray<A>): ReadonlyArray<A> =>
  Array.from({ length: times }, make).flat()

/** Takes items in turn, from several lists in proportion to their lengths. */
export const interleaved = (lists: ReadonlyArray<ReadonlyArray<Job>>): ReadonlyArray<Job> =>
  lists
    .flatMap((list) => list.map((item, index) => ({ item, at: (index + 1) / (list.length + 1) })))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)

export const thinned = <A>(items: ReadonlyArray<A>, every: number): ReadonlyArray<A> =>
  items.filter((_, index) => index % every === 0)

export type Draw = <A>(name: string, arbitrary: fc.Arbitrary<A>, count: number) => ReadonlyArray<A>

/** Samples that depend on the seed and a name, and on nothing that was drawn before. */
export const drawing =
  (seed: number): Draw =>
  (name, arbitrary, count) =>
    count <= 0 ? [] : fc.sample(arbitrary, { numRuns: count, seed: seed ^ hash(name) })

export const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7)

export const second = (options: Options): 0 | 1 => (options.twoThreads ? 1 : 0)

/** Tells whether what a valid request is answered with is asked for. */
export const asksForSends = ({ selected }: Options): boolean =>
  ["accept", "response", "semantics", "protocol.no-server-error"].some(selected)

export const isAsked = (edit: Edit.EditSpec, options: Options): boolean =>
  options.selected(edit.requirement) ||
  // What is ignored is answered as a valid request is.
  (edit.expects === "ignored" && asksForSends(options)) ||
  options.selected("protocol.no-server-error") ||
  options.selected("protocol.error-body") ||
  (edit.expects === "unauthorised" && ["auth.status", "auth.challenge"].some(options.selected))
