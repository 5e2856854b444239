const names: ReadonlyMap<number, string> = new Map([
  [0x00, "NUL"],
  [0x07, "bell"],
  [0x08, "backspace"],
  [0x09, "tab"],
  [0x0a, "line feed"],
  [0x0b, "vertical tab"],
  [0x0c, "form feed"],
  [0x0d, "carriage return"],
  [0x1b, "escape"],
  [0x20, "space"],
  [0x7f, "delete"],
  [0x85, "next line"],
  [0xa0, "no-break space"],
  [0xad, "soft hyphen"],
  [0x034f, "combining grapheme joiner"],
  [0x061c, "Arabic letter mark"],
  [0x115f, "Hangul choseong filler"],
  [0x1160, "Hangul jungseong filler"],
  [0x1680, "Ogham space mark"],
  [0x180e, "Mongolian vowel separator"],
  [0x2002, "en space"],
  [0x2003, "em space"],
  [0x2009, "thin space"],
  [0x200b, "zero-width space"],
  [0x200c, "zero-width non-joiner"],
  [0x200d, "zero-width joiner"],
  [0x200e, "left-to-right mark"],
  [0x200f, "right-to-left mark"],
  [0x2028, "line separator"],
  [0x2029, "paragraph separator"],
  [0x202a, "left-to-right embedding"],
  [0x202b, "right-to-left embedding"],
  [0x202c, "pop directional formatting"],
  [0x202d, "left-to-right override"],
  [0x202e, "right-to-left override"],
  [0x202f, "narrow no-break space"],
  [0x205f, "medium mathematical space"],
  [0x2060, "word joiner"],
  [0x2066, "left-to-right isolate"],
  [0x2067, "right-to-left isolate"],
  [0x2068, "first strong isolate"],
  [0x2069, "pop directional isolate"],
  [0x2800, "blank Braille pattern"],
  [0x3000, "ideographic space"],
  [0x3164, "Hangul filler"],
  [0xfeff, "byte-order mark"],
  [0xffa0, "half-width Hangul filler"],
  [0xfffc, "object replacement character"],
  [0xfffd, "replacement character"]
])

/** Kinds of characters that have no glyph to show, first match wins. */
const kinds: ReadonlyArray<readonly [first: number, last: number, name: string]> = [
  [0x00, 0x9f, "control"],
  [0x0300, 0x036f, "combining mark"],
  [0x2000, 0x200a, "space"],
  [0xd800, 0xdbff, "lone high surrogate"],
  [0xdc00, 0xdfff, "lone low surrogate"],
  [0xe000, 0xf8ff, "private use"],
  [0xfdd0, 0xfdef, "non-character"],
  [0xfe00, 0xfe0f, "variation selector"],
  [0x1f3fb, 0x1f3ff, "skin tone"],
  [0xe0000, 0xe007f, "tag"],
  [0xe0100, 0xe01ef, "variation selector"],
  [0xf0000, 0x10ffff, "private use"]
]

// Bidirectional letters stay as they are; everything that a terminal would act on, or not draw, does not.
const invisible =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800\ufffc\ufffd\u27e8\u27e9]/u

const mark = /\p{M}/u

export const codeOf = (character: string): number => character.codePointAt(0) ?? 0

export const spell = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`

const kindOf = (code: number): string | undefined =>
  (code & 0xfffe) === 0xfffe ? "non-character" : kinds.find(([first, last]) => code >= first && code <= last)?.[2]

/** `U+00E9 "é"` for what can be seen, `U+200B zero-width space` for what cannot. */
export const describe = (character: string): string => {
  const code = codeOf(character)
  const name = names.get(code) ?? (invisible.test(character) || mark.test(character) ? kindOf(code) : undefined)
  if (name !== undefined) return `${spell(code)} ${name}`
  return invisible.test(character) || mark.test(character) ? spell(code) : `${spell(code)} "${character}"`
}

interface Run {
  readonly character: string
  readonly count: number
}

const runs = (content: string): ReadonlyArray<Run> => {
  const out: Array<Run> = []
  for (const character of content) {
    const last = out.at(-1)
    if (last?.character === character) out[out.length - 1] = { character, count: last.count + 1 }
    else out.push({ character, count: 1 })
  }
  return out
}

const glyph = (character: string, afterGlyph: boolean): string =>
  invisible.test(character) || (mark.test(character) && !afterGlyph) ? `⟨${spell(codeOf(character))}⟩` : character

/**
 * A text with every character spelled that would not be seen, or would be acted on. Line ends stay, and where the kit
 * wrote the text itself, so do the brackets in which it has spelled characters.
 */
export const spelled = (text: string, own = false): string => {
  let afterGlyph = false
  let out = ""
  for (const character of text) {
    const stays = character === "\n" || (own && (character === "⟨" || character === "⟩"))
    const piece: string = stays ? character : glyph(character, afterGlyph)
    afterGlyph = piece === character && character !== " " && character !== "\n"
    out += piece
  }
  return out
}

const pieces = (content: string): ReadonlyArray<string> => {
  const out: Array<string> = []
  let afterGlyph = false
  for (const { character, count } of runs(content)) {
    const piece = glyph(character, afterGlyph)
    afterGlyph = piece === character && character !== " "
    if (count > 8) out.push(`${piece}⟨×${count}⟩`)
    else for (let i = 0; i < count; i++) out.push(piece)
  }
  return out
}

const elide = (all: ReadonlyArray<string>, max: number): string => {
  if (all.length <= max) return all.join("")
  const head = Math.ceil((max * 2) / 3)
  const tail = max - head
  return `${all.slice(0, head).join("")}⟨… ${all.length - max} more …⟩${tail === 0 ? "" : all.slice(-tail).join("")}`
}

export const show = (content: string, max: number, quotes: boolean): string => {
  const body = elide(pieces(content), Math.max(1, max))
  return quotes ? `"${body}"` : body
}
