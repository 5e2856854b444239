import { codeOf, describe, show } from "../../text/visible.js"
import type { Diagnosis } from "./model.js"
import { isBlank } from "./transforms.js"

/** Recognises a change by the shape of what came back, where no function of the content alone would give it. */
export type Shape = (sent: string, received: string) => Diagnosis | undefined

const brief = (content: string): string => show(content, 40, true)

const listed = (characters: Iterable<string>): string => {
  const all = [...new Set(characters)]
  const shown = all.slice(0, 6).map(describe).join(", ")
  return all.length > 6 ? `${shown} and ${all.length - 6} more` : shown
}

const encoder = new TextEncoder()

const bytesOf = (content: string): number => encoder.encode(content).length

const pointsOf = (content: string): number => {
  let count = 0
  for (const _ of content) count++
  return count
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** Number of UTF-16 units that two contents share at the start, never half a pair. */
const commonStart = (a: string, b: string): number => {
  const end = Math.min(a.length, b.length)
  let n = 0
  while (n < end && a.charCodeAt(n) === b.charCodeAt(n)) n++
  return n > 0 && n < a.length && isHigh(a.charCodeAt(n - 1)) && isLow(a.charCodeAt(n)) ? n - 1 : n
}

const commonEnd = (a: string, b: string, from: number): number => {
  const end = Math.min(a.length, b.length) - from
  let n = 0
  while (n < end && a.charCodeAt(a.length - 1 - n) === b.charCodeAt(b.length - 1 - n)) n++
  return n > 0 && isLow(a.charCodeAt(a.length - n)) && isHigh(a.charCodeAt(a.length - n - 1)) ? n - 1 : n
}

/** A content in three parts: what both share at the start, what differs, what both share at the end. */
interface Split {
  readonly start: string
  readonly before: string
  readonly after: string
  readonly end: string
}

const split = (sent: string, received: string): Split => {
  const from = commonStart(sent, received)
  const to = commonEnd(sent, received, from)
  return {
    start: sent.slice(0, from),
    before: sent.slice(from, sent.length - to),
    after: received.slice(from, received.length - to),
    end: sent.slice(sent.length - to)
  }
}

const plural = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`

/** The length of what was kept, in every unit in which it may have been counted. */
const measured = (sent: string, kept: string): string => {
  const [units, points, bytes] = [kept.length, pointsOf(kept), bytesOf(kept)]
  const next = sent.slice(kept.length, kept.length + 2)
  const spare = bytesOf([...next][0] ?? "") - 1
  const size = spare > 0 ? `${bytes} to ${bytes + spare} UTF-8 bytes` : plural(bytes, "UTF-8 byte")
  return units === bytes && spare <= 0
    ? plural(units, "character")
    : `${plural(units, "UTF-16 unit")}, ${plural(points, "code point")} or ${size}`
}

const trimmed: Shape = (sent, received) => {
  const at = sent.indexOf(received)
  if (at < 0 || sent === received) return undefined
  const head = sent.slice(0, at)
  const tail = sent.slice(at + received.length)
  if (!isBlank(head) || !isBlank(tail)) return undefined
  const place = tail === "" ? "at the start" : head === "" ? "at the end" : "at both ends"
  return {
    id: "trimmed",
    title: received === "" ? "trimmed to nothing" : `trimmed ${place}`,
    detail: `lost ${listed(head + tail)}`
  }
}

const emptied: Shape = (_, received) =>
  received === "" ? { id: "emptied", title: "emptied", detail: "nothing came back" } : undefined

/** Half a surrogate pair, or what a decoder makes of part of a character, at the end. */
const cutThrough: Shape = (sent, received) => {
  if (received.length < sent.length && isHigh(received.charCodeAt(received.length - 1)) && sent.startsWith(received)) {
    const detail = `after ${plural(received.length, "UTF-16 unit")}, between the halves of a surrogate pair`
    return { id: "cut", title: "cut off through a character", detail }
  }
  const kept = received.replace(/[\ufffd?]{1,3}$/, "")
  const next = [...sent.slice(kept.length, kept.length + 2)][0] ?? ""
  if (kept === received || !sent.startsWith(kept) || bytesOf(next) < 2 || next === "\ufffd") return undefined
  if (kept.length + next.length === sent.length && received.endsWith("?")) return undefined
  // What is left of a character makes no more of them than it has bytes.
  if (received.length - kept.length >= bytesOf(next)) return undefined
  const bytes = bytesOf(kept)
  const unit = next.length === 2 ? `, or after ${kept.length + 1} UTF-16 units` : ""
  const detail = `after ${bytes + 1} to ${bytes + bytesOf(next) - 1} UTF-8 bytes, inside ${describe(next)}${unit}`
  return { id: "cut", title: "cut off through a character", detail }
}

/**
 * The characters whose bytes were decoded apart, so that parts of each became U+FFFD; `undefined` where anything else is
 * changed too.
 */
const decodedApart = (sent: string, received: string): ReadonlyArray<readonly [string, parts: number]> | undefined => {
  const found: Array<readonly [string, number]> = []
  let at = 0
  for (const character of sent) {
    if (received.startsWith(character, at)) {
      at += character.length
      continue
    }
    const bytes = bytesOf(character)
    let parts = 0
    while (parts < bytes && received[at + parts] === "\ufffd") parts++
    if (parts === 0 || bytes === 1) return undefined
    found.push([character, parts])
    at += parts
  }
  return at < received.length ? undefined : found
}

/** Tells whether bytes of characters may have been decoded apart. A single sign for a character may be due to more. */
export const isInPieces = (sent: string, received: string): boolean => decodedApart(sent, received) !== undefined

const inPieces: Shape = (sent, received) => {
  // One sign for each half of a pair is what text in UTF-16 becomes.
  const isSure = ([character, parts]: readonly [string, number]) =>
    parts > 1 && !(parts === 2 && character.length === 2)
  const [character] = decodedApart(sent, received)?.find(isSure) ?? []
  return character === undefined
    ? undefined
    : {
        id: "in-pieces",
        title: "bytes of a character decoded apart",
        detail: `each part of ${describe(character)} became U+FFFD`
      }
}

const isPrefix = (sent: string, received: string): boolean =>
  received !== "" && received.length < sent.length && sent.startsWith(received)

const cut: Shape = (sent, received) =>
  isPrefix(sent, received)
    ? {
        id: "cut",
        title: `cut off after ${measured(sent, received)}`,
        detail: `lost ${brief(sent.slice(received.length))}`
      }
    : undefined

/** A prefix so long that chance, or another message, does not explain it. */
export const longCut: Shape = (sent, received) => (received.length >= 16 ? cut(sent, received) : undefined)

const ellipsis: Shape = (sent, received) => {
  const sign = /(?: ?(?:…|\.\.\.|\[(?:…|\.\.\.)\]|\((?:…|\.\.\.)\)))$/.exec(received)?.[0]
  if (sign === undefined || sent.length <= received.length - sign.length) return undefined
  const kept = received.slice(0, -sign.length)
  return kept !== "" && sent.startsWith(kept)
    ? {
        id: "ellipsis",
        title: `cut off after ${measured(sent, kept)} with an ellipsis`,
        detail: `ends in ${brief(sign)}`
      }
    : undefined
}

const cutStart: Shape = (sent, received) =>
  received !== "" && received.length < sent.length && sent.endsWith(received)
    ? {
        id: "cut-start",
        title: "cut off at the start",
        detail: `lost ${brief(sent.slice(0, sent.length - received.length))}`
      }
    : undefined

const added: Shape = (sent, received) => {
  if (sent === "" || received.length <= sent.length) return undefined
  const at = received.indexOf(sent)
  if (at < 0) return undefined
  const head = received.slice(0, at)
  const tail = received.slice(at + sent.length)
  if (head === "") return { id: "appended", title: "text appended", detail: `added ${brief(tail)}` }
  if (tail === "") return { id: "prepended", title: "text prepended", detail: `added ${brief(head)}` }
  return { id: "wrapped", title: "text put around it", detail: `added ${brief(head)} before and ${brief(tail)} after` }
}

const masked: Shape = (sent, received) => {
  const { after, before } = split(sent, received)
  const sign = /^(?:#+|█+|X+|[•·]+|\[\w+\]|<\w+>|\(\w+\)|\*(?:.*\*)?)$/iu
  return before.trim() !== "" && after.length > 1 && sign.test(after) && !sign.test(before)
    ? { id: "masked", title: "part of it masked", detail: `${brief(before)} became ${brief(after)}` }
    : undefined
}

const link = /(?:https?:\/\/|www\.)[^\s<>"]+/gi

const relinked: Shape = (sent, received) => {
  if (!link.test(sent)) return undefined
  link.lastIndex = 0
  const before = sent.match(link) ?? []
  const after = received.match(link) ?? []
  if (after.length === 0 || sent.replace(link, "\u0000") !== received.replace(link, "\u0000")) return undefined
  const at = before.findIndex((address, index) => address !== after[index])
  return {
    id: "link-rewritten",
    title: "link rewritten",
    detail: `${brief(before[at] ?? "")} became ${brief(after[at] ?? "")}`
  }
}

/** Every difference is one character for another, the same one each time. */
const replaced: Shape = (sent, received) => {
  const before = Array.from(sent)
  const after = Array.from(received)
  if (before.length !== after.length) return undefined
  const pairs = new Map<string, string>()
  for (const [index, character] of before.entries()) {
    const got = after[index] ?? ""
    if (character === got && !pairs.has(character)) continue
    if ((pairs.get(character) ?? got) !== got) return undefined
    pairs.set(character, got)
  }
  if (pairs.size > Math.max(1, before.length / 3)) return undefined
  const shown = [...pairs].slice(0, 5).map(([from, to]) => `${describe(from)} became ${describe(to)}`)
  const more = pairs.size > 5 ? ` and ${pairs.size - 5} more` : ""
  return { id: "replaced", title: "characters replaced", detail: shown.join(", ") + more }
}

const dropped: Shape = (sent, received) => {
  const before = Array.from(sent)
  const after = Array.from(received)
  if (after.length === 0 || after.length >= before.length) return undefined
  const lost: Array<string> = []
  let next = 0
  for (const character of before) {
    if (character === after[next]) next++
    else lost.push(character)
  }
  return next === after.length && lost.length < before.length / 2
    ? { id: "dropped", title: "characters dropped", detail: `lost ${listed(lost)}` }
    : undefined
}

const inserted: Shape = (sent, received) => {
  const { after, before, start } = split(sent, received)
  return before === "" && after !== "" && sent !== ""
    ? { id: "inserted", title: "text inserted", detail: `${brief(after)} after code point ${pointsOf(start)}` }
    : undefined
}

/** The first difference, which can be told of any two contents. */
export const firstDifference = (sent: string, received: string): Diagnosis => {
  const { after, before, start } = split(sent, received)
  const at = pointsOf(start) + 1
  const was = before === "" ? "the end" : describe(String.fromCodePoint(codeOf(before)))
  const is = after === "" ? "the end" : describe(String.fromCodePoint(codeOf(after)))
  return { id: "changed", title: "changed", detail: `at code point ${at}: sent ${was}, got ${is}` }
}

/** Sure signs, asked before any transformation. */
export const early: ReadonlyArray<Shape> = [trimmed, emptied, inPieces]

/** Asked once no transformation fits, and before asking whether another message came back. */
export const middle: ReadonlyArray<Shape> = [cutThrough, longCut, ellipsis, relinked, masked]

/** Weak signs, which a chance likeness can show too. */
export const late: ReadonlyArray<Shape> = [cut, cutStart, added, replaced, dropped, inserted]
