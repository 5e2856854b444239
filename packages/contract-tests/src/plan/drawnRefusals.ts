/** Refused requests drawn at random: any edit, under any circumstance. */
import * as fc from "fast-check"
import * as Edits from "../generate/edits/all.js"
import type * as Edit from "../generate/edits/edit.js"
import * as Case from "../model/Case.js"
import { sendArbitrary } from "./generated.js"
import { type Draw, isAsked, type Job, job, type Options } from "./job.js"
import { commonest, type Negative, negative } from "./refusals.js"

/** Edits that take a value, with values of their kind. */
export const generatedEdits = (options: Options, draw: Draw): ReadonlyArray<Negative> =>
  Edits.all
    .filter((edit) => edit.takes !== undefined && isAsked(edit, options))
    .flatMap((edit) =>
      draw(edit.id, valueOf(edit), Math.ceil(options.runs / 20)).map((value) =>
        negative(edit, { edit: { id: edit.id, value } })
      )
    )

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
  "thread text": almostId.filter((text) => !/^\.{1,2}$/.test(text) && !/[/\\]/.test(text))
}

const valueOf = ({ takes }: Edit.EditSpec): fc.Arbitrary<unknown> =>
  takes === undefined ? fc.constant(undefined) : editValues[takes]

/** Bodies of this kind are large, and no circumstance changes what becomes of them. */
const isHeavy = ({ id }: Edit.EditSpec): boolean => /\/(?:large|nested|many|long)-/.test(id)

/** An edit with its value, as a case has it. */
const editArbitrary = (specs: ReadonlyArray<Edit.EditSpec>): fc.Arbitrary<Case.Edit> =>
  fc
    .constantFrom(...specs)
    .chain((spec) =>
      valueOf(spec).map((value) => (spec.takes === undefined ? { id: spec.id } : { id: spec.id, value }))
    )

/** The commonest edits as often as all others together, and of those each requirement as often as the next. */
const anyEdit = (options: Options): fc.Arbitrary<Case.Edit> | undefined => {
  const asked = Edits.all.filter((edit) => isAsked(edit, options) && !isHeavy(edit))
  const groups = new Map<string, Array<Edit.EditSpec>>()
  for (const edit of asked) groups.set(edit.requirement, [...(groups.get(edit.requirement) ?? []), edit])
  const common = asked.filter((edit) => commonest.includes(edit))
  const weighed = [...groups.values()].map((group) => ({ weight: 1, arbitrary: editArbitrary(group) }))
  if (weighed.length === 0) return undefined
  return common.length === 0
    ? fc.oneof(...weighed)
    : fc.oneof({ weight: weighed.length, arbitrary: editArbitrary(common) }, ...weighed)
}

/** The reply that an edit asks for, or the one that was drawn. */
const withReply = (base: Case.Step, edit: Case.Edit): Case.Step => {
  const { reply, replyTo } = Edits.get(edit.id)
  return reply === "either" ? base : { ...base, reply: reply === "never" ? null : replyTo }
}

/** Refused requests of this kind for each run. */
const perRun = 0.8

/**
 * Refused requests, each an edit of a valid request that is drawn as others are: after a few others on a connection, as
 * its first or second request, or in flight with others.
 */
export const drawnRefusals = (options: Options, draw: Draw): ReadonlyArray<Job> => {
  const edits = anyEdit(options)
  if (edits === undefined) return []
  const send = sendArbitrary(options)
  const alone = fc
    .record({
      before: fc.array(send, { maxLength: 1 }),
      base: send,
      edit: edits,
      fresh: fc.boolean(),
      isFirst: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0),
      after: fc.option(send, { freq: 1 })
    })
    .map(({ after, base, before, edit, fresh, isFirst }) => {
      const based = withReply(base, edit)
      const edited: Case.Step = { ...based, edit, ...(isFirst ? { fresh: true } : {}) }
      return Case.sequence("drawn refusals", [...before, based, edited, ...(after === null ? [] : [after])], { fresh })
    })
  const together = fc.array(fc.record({ base: send, edit: edits }), { minLength: 2, maxLength: 3 }).map((pairs) =>
    Case.together(
      "drawn refusals",
      pairs.flatMap(({ base, edit }) => {
        const based = withReply(base, edit)
        return [based, { ...based, edit }]
      })
    )
  )
  const any = fc.oneof({ weight: 9, arbitrary: alone }, { weight: 1, arbitrary: together })
  return draw("drawn refusals", any, Math.ceil(options.runs * perRun)).map((self) => job(self, true))
}
