/**
 * Keeps what was sent out of what is said about it: servers like to repeat a request in their answers.
 */
import { matcher } from "./matching.js"

/** Secrets of a send: what nobody else is to see. */
export interface Secrets {
  readonly text: string
  readonly tokens: ReadonlyArray<string>
}

/** Tells what repeats a secret. */
export interface IsSecret {
  /** Tells whether a text of the server's repeats a secret, whole, in part or in another spelling. */
  (text: string): boolean
  /** The text with a mark in place of each stretch that repeats a secret. */
  readonly mask: (text: string) => string
  /** The answer for each of several texts, at the cost of one. */
  readonly each: (texts: ReadonlyArray<string>) => ReadonlyArray<boolean>
}

/** Stands in a text for a stretch that is not repeated. */
export const masked = "(withheld)"

/** Long enough to be no accident in a token, and short enough to find one that was cut. */
const run = 6

/** A shared stretch that is as long as this, white space at its ends included, was quoted. */
const quotation = 12

/** No two ordinary words are longer than this together. */
const longPhrase = 16

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** One line without control characters, as it can go into a log. */
export const oneLine = (text: string): string => text.replace(controls, " ").replace(/ +/g, " ").trim()

const htmlEscapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

const percentEncode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))

const asciiEscape = (text: string): string =>
  text.replace(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** Lower case, unit by unit: a few letters would become longer. */
const lowerCase = (text: string): string => {
  const lower = text.toLowerCase()
  return lower.length === text.length
    ? lower
    : text.replace(/[^\u0000-\u007f]|[A-Z]/g, (unit) => (unit.toLowerCase().length === 1 ? unit.toLowerCase() : unit))
}

/** The ways in which a server may spell a secret. */
const spellings = (secret: string): ReadonlyArray<string> => {
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    ...new Set(
      [
        secret,
        oneLine(secret),
        json,
        asciiEscape(json),
        percentEncode(secret),
        secret.replace(/[&<>"']/g, (unit) => htmlEscapes[unit] as string)
      ].map(lowerCase)
    )
  ].filter((text) => text.trim() !== "")
}

interface Spelling {
  readonly text: string
  readonly isToken: boolean
}

/** A part of a text, from the first unit to that after the last. */
interface Stretch {
  readonly from: number
  readonly to: number
}

const wordCharacter = /[\p{L}\p{N}_]/u

/** The places at which a text holds a spelling that is no part of a longer word. */
const standingAlone = (text: string, spelling: string): ReadonlyArray<Stretch> => {
  const found: Array<Stretch> = []
  for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
    if (!wordCharacter.test(text.charAt(at - 1)) && !wordCharacter.test(text.charAt(at + spelling.length))) {
      found.push({ from: at, to: at + spelling.length })
    }
  }
  return found
}

/** A name of a condition, such as ECONNREFUSED or THREAD_NOT_FOUND: a part of one leaks nothing. */
const isConstant = (text: string): boolean => /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(text) && /[A-Z]{3}/.test(text)

/** The word around a stretch that is no longer than a word. */
const wordAround = (text: string, { from, to }: Stretch): string => {
  let [start, end] = [from, to]
  while (start > 0 && to - start < 64 && wordCharacter.test(text.charAt(start - 1))) start--
  while (end < text.length && end - from < 64 && wordCharacter.test(text.charAt(end))) end++
  return text.slice(start, end)
}

/** Tells whether a stretch that a text shares with a spelling gives away more than a word of every day. */
const leaks = (text: string, shape: Shared, spelling: Spelling): boolean => {
  const { length, stretch } = shape
  if (stretch.to - stretch.from < run) return length >= quotation && stretch.to > stretch.from
  if (spelling.isToken) return true
  const shared = text.slice(stretch.from, stretch.to)
  // The name of a condition tells nothing of a sentence; a message that is one word may be such a name itself.
  const isOfSentence = length < spelling.text.length && /\s/.test(spelling.text)
  if (isOfSentence && /^[\p{L}_]+$/u.test(shared) && isConstant(wordAround(text, stretch))) return false
  if (length * 2 >= spelling.text.length || /\p{N}/u.test(shared)) return true
  return length >= quotation && !isOrdinary(shared, text, stretch, spelling.text)
}

/** One word or two, whole on both sides, that many sentences have: `the message`. */
const isOrdinary = (shared: string, text: string, { from, to }: Stretch, spelling: string): boolean => {
  if (!/^\p{L}+(?: \p{L}+)?$/u.test(shared) || shared.length > longPhrase) return false
  const at = spelling.indexOf(lowerCase(shared))
  const isWhole = (said: string, start: number, end: number) =>
    !wordCharacter.test(said.charAt(start - 1)) && !wordCharacter.test(said.charAt(end))
  return isWhole(text, from, to) && isWhole(spelling, at, at + shared.length)
}

/** A stretch without the white space at its ends. */
const trimmed = (text: string, { from, to }: Stretch): Stretch => {
  const shared = text.slice(from, to)
  return { from: from + shared.length - shared.trimStart().length, to: to - shared.length + shared.trimEnd().length }
}

/** Overlap of a text with a spelling: its length, and where it stands without the white space at its ends. */
interface Shared {
  readonly length: number
  readonly stretch: Stretch
}

/** Overlaps with a spelling, each as far as it goes. */
const maximal = (text: string, lengths: ReadonlyArray<number>): ReadonlyArray<Shared> =>
  lengths.flatMap((length, index) =>
    length >= run && (lengths[index + 1] ?? 0) <= length
      ? [{ length, stretch: trimmed(text, { from: index + 1 - length, to: index + 1 }) }]
      : []
  )

/** A stretch together with the scheme that stands before a token in a header. */
const withScheme = (text: string, { from, to }: Stretch): Stretch => {
  const before = /bearer\s{1,8}$/i.exec(text.slice(Math.max(0, from - 14), from))
  return before === null ? { from, to } : { from: from - before[0].length, to }
}

/** Below this length of a spelling, looking for its runs one by one is cheaper than to compare. */
const short = 512

const sharesRun = (text: string, spelling: string): boolean => {
  for (let start = 0; start + run <= spelling.length; start++) {
    if (text.includes(spelling.slice(start, start + run))) return true
  }
  return false
}

const stretchesOf = (text: string, known: ReadonlyArray<Spelling>): ReadonlyArray<Stretch> => {
  const lower = lowerCase(text)
  let matching: ReturnType<typeof matcher> | undefined
  return known.flatMap((spelling): ReadonlyArray<Stretch> => {
    if (spelling.text.length < run) return standingAlone(lower, spelling.text)
    if (lower.length < run || (spelling.text.length <= short && !sharesRun(lower, spelling.text))) return []
    matching ??= matcher(lower)
    const shared = maximal(text, matching.lengths(spelling.text))
      .filter((each) => leaks(text, each, spelling))
      .map(({ stretch }) => stretch)
    return spelling.isToken ? shared.map((stretch) => withScheme(text, stretch)) : shared
  })
}

/** The text with a mark in place of each stretch; stretches that touch become one. */
const replace = (text: string, stretches: ReadonlyArray<Stretch>): string => {
  let [out, at, end] = ["", 0, -1]
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    if (from > end) {
      out += `${text.slice(at, from)}${masked}`
    }
    end = Math.max(end, to)
    at = end
  }
  return out + text.slice(at)
}

/** Texts are compared together up to this many units: what compares needs some hundred bytes for each. */
const batchSize = 16_384

const batches = (texts: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> => {
  const out: Array<Array<string>> = []
  let size = batchSize
  for (const text of texts) {
    if (size + text.length >= batchSize) {
      out.push([])
      size = 0
    }
    out[out.length - 1]?.push(text)
    size += text.length
  }
  return out
}

const separator = "\u0000"

const together = (
  texts: ReadonlyArray<string>,
  stretches: (text: string) => ReadonlyArray<Stretch>
): ReadonlyArray<boolean> => {
  const found = stretches(texts.join(separator))
  let start = 0
  return texts.map((text) => {
    const [from, to] = [start, start + text.length]
    start = to + separator.length
    return found.some((stretch) => stretch.from < to && stretch.to > from)
  })
}

/** Makes a judge of what repeats secrets. A question costs the length of the text and that of the secrets. */
export const repeats = ({ text, tokens }: Secrets): IsSecret => {
  // Most sends succeed and ask nothing: the spellings are worked out on the first question.
  let known: ReadonlyArray<Spelling> | undefined
  const stretches = (said: string): ReadonlyArray<Stretch> => {
    known ??= [
      ...spellings(text).map((spelling) => ({ text: spelling, isToken: false })),
      ...tokens.flatMap(spellings).map((spelling) => ({ text: spelling, isToken: true }))
    ]
    return stretchesOf(said, known)
  }
  return Object.assign((said: string) => stretches(said).length > 0, {
    mask: (said: string) => replace(said, stretches(said)),
    each: (texts: ReadonlyArray<string>) => batches(texts).flatMap((batch) => together(batch, stretches))
  })
}

/** Every stretch as long as a run holds one of these whole, whatever it starts at. */
const piece = 3

const step = run - piece + 1

/** No identifier of the document's is as long as this: a longer one is not told of. */
const longestId = 128

/**
 * Tells whether an identifier shares a run with a secret, of which letters and digits count. Each send asks this, and
 * the answer is nearly always no: pieces of the identifier tell, which are few, before runs are compared.
 */
export const overlaps = (id: string, { text, tokens }: Secrets): boolean =>
  id.length > longestId ||
  [text, ...tokens].some((secret) => {
    const lower = secret.toLowerCase()
    const plain = /^[0-9a-z]*$/.test(lower) ? lower : lower.replace(/[^0-9a-z]+/g, "")
    if (id.length < run) return plain.includes(id)
    for (let start = 0; start + piece <= id.length; start += step) {
      if (plain.includes(id.slice(start, start + piece))) return sharesRun(plain, id)
    }
    return false
  })
