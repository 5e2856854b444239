/**
 * Keeps what was sent out of what is said about it: servers like to repeat a request in their answers.
 */

/** Long enough to be no accident, short enough to find a quotation that was cut. */
const run = 6

const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** One line without control characters, as it can go into a log. */
export const oneLine = (text: string): string => text.replace(controls, " ").replace(/ +/g, " ").trim()

const htmlEscapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" }

const percentEncode = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))

const asciiEscape = (text: string): string =>
  text.replace(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

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
      ].map((text) => text.toLowerCase())
    )
  ].filter((text) => text.trim() !== "")
}

const sharesRun = (text: string, spelling: string): boolean => {
  for (let start = 0; start + run <= text.length; start++) {
    if (spelling.includes(text.slice(start, start + run))) return true
  }
  return false
}

const wordCharacter = /[\p{L}\p{N}_]/u

/** Whether a text holds a spelling that is no part of a longer word. */
const standsAlone = (text: string, spelling: string): boolean => {
  for (let at = text.indexOf(spelling); at >= 0; at = text.indexOf(spelling, at + 1)) {
    if (!wordCharacter.test(text.charAt(at - 1)) && !wordCharacter.test(text.charAt(at + spelling.length))) return true
  }
  return false
}

/** A short secret occurs in other words by accident: it has to stand alone. */
const holds = (text: string, spelling: string): boolean =>
  spelling.length < run ? standsAlone(text, spelling) : sharesRun(text, spelling)

/** Whether a text of the server's repeats a secret, whole, in part or in another spelling. */
export const repeats = (secrets: ReadonlyArray<string>): ((text: string) => boolean) => {
  // Most sends succeed and ask nothing: the spellings are worked out on the first question.
  let known: ReadonlyArray<string> | undefined
  return (text) => {
    const lower = text.toLowerCase()
    known ??= secrets.flatMap(spellings)
    return known.some((spelling) => holds(lower, spelling))
  }
}

/** Every stretch as long as a run holds one of these whole, whatever it starts at. */
const piece = 3

const step = run - piece + 1

/**
 * Whether an identifier shares a run with a secret, of which letters and digits count. Each send asks this, and the
 * answer is nearly always no: pieces of the identifier tell, which are few, before runs are compared.
 */
export const overlaps = (id: string, secrets: ReadonlyArray<string>): boolean =>
  secrets.some((secret) => {
    const lower = secret.toLowerCase()
    const plain = /^[0-9a-z]*$/.test(lower) ? lower : lower.replace(/[^0-9a-z]+/g, "")
    if (id.length < run) return plain.includes(id)
    for (let start = 0; start + piece <= id.length; start += step) {
      if (plain.includes(id.slice(start, start + piece))) return sharesRun(id, plain)
    }
    return false
  })
