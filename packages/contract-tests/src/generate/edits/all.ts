/** All edits, by id. */
import * as Option from "effect/Option"
import type { Edit } from "../../model/Case.js"
import { enumerated } from "../../text/words.js"
import { authentication } from "./authentication.js"
import { body, extensions, mediaTypes, utf8 } from "./body.js"
import { content, keyCase } from "./content.js"
import type { EditSpec } from "./edit.js"
import { methods, protocol } from "./protocol.js"
import { reply, replyOtherThread, replyUnknown } from "./reply.js"
import { threadPaths, threads, threadUnknown } from "./thread.js"

/** Every edit. */
export const all: ReadonlyArray<EditSpec> = [
  ...authentication,
  ...content,
  ...keyCase,
  ...reply,
  ...replyUnknown,
  ...replyOtherThread,
  ...body,
  ...extensions,
  ...mediaTypes,
  ...utf8,
  ...threads,
  ...threadPaths,
  ...threadUnknown,
  ...methods,
  ...protocol
]

const index: ReadonlyMap<string, EditSpec> = new Map(all.map((each) => [each.id, each]))

/** The edit of an id, which may be of another version. */
export const byId = (id: string): Option.Option<EditSpec> => Option.fromNullable(index.get(id))

/** The edit of an id. Throws where there is none. */
export const get = (id: string): EditSpec =>
  Option.getOrThrowWith(byId(id), () => new Error(`The catalogue has no edit ${id}`))

/** The names of the keys that an edit adds: those that its value lists, where it has one. */
export const keysOf = ({ id, value }: Edit): ReadonlyArray<string> => {
  const { keys = [] } = get(id)
  return Array.isArray(value) ? keys.filter((key) => value.includes(key)) : keys
}

/** The edit of a step, under a title that names the keys where it adds some of its own alone. */
export const of = (self: Edit): EditSpec => {
  const spec = get(self.id)
  const names = keysOf(self)
  if (names.length === (spec.keys ?? []).length) return spec
  return { ...spec, title: `the extra ${names.length === 1 ? "key" : "keys"} ${enumerated(names, "and")}` }
}
