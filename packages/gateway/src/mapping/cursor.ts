/**
 * v1's cursor, a pair of an id and an instant, around v2's opaque one.
 */
import * as Option from "effect/Option"

/** The beginning of ids that hold a cursor. No other id has it by accident: ids of Inbox are 24 characters, and these are much longer. */
const mark = "v2cursor"

const spelling = /^(?:[0-9a-f]{2})+$/

/** The longest cursor of v2 that is passed on, in bytes: the pair travels in a URL. */
const maxBytes = 2048

/** The id of a v1 cursor that holds a v2 cursor. `None` where it would not fit into a URL. */
export const toId = (cursor: string): Option.Option<string> => {
  const bytes = Buffer.from(cursor, "utf8")
  return bytes.length > 0 && bytes.length <= maxBytes ? Option.some(mark + bytes.toString("hex")) : Option.none()
}

/** The v2 cursor in the id of a v1 cursor, if there is one. */
export const fromId = (id: string): Option.Option<string> => {
  const hex = id.startsWith(mark) ? id.slice(mark.length) : ""
  return hex.length <= maxBytes * 2 && spelling.test(hex)
    ? Option.some(Buffer.from(hex, "hex").toString("utf8"))
    : Option.none()
}
