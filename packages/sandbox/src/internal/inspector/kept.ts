import type * as Answer from "@inbox-effect/server/Answer"
import type * as Inspector from "../../Inspector.js"

/** Number of bytes of a body that are shown and searched, and of an answer that are kept. */
const maxShown = 65_536

/** The beginning of a body, how many bytes that is, and how many the whole had. */
export interface Kept {
  readonly head: Buffer
  readonly size: number
  readonly bytes: number
}

/** A short text, whose bytes are made when somebody looks. */
class Text implements Kept {
  readonly #text: string
  readonly bytes: number

  constructor(text: string) {
    this.#text = text
    this.bytes = Buffer.byteLength(text)
  }

  get head(): Buffer {
    return Buffer.from(this.#text)
  }

  get size(): number {
    return this.bytes
  }
}

const toKept = (head: Buffer, bytes: number): Kept => ({ head, size: head.length, bytes })

/** The length of texts, in UTF-16 code units, that are kept as they are: none has more bytes than are shown. */
const shortText = maxShown / 3

export const nothing: Kept = toKept(Buffer.alloc(0), 0)

/** Copies what is kept: a chunk from a socket is a slice of a much larger buffer. */
const copyOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, maxShown))

/** Keeps the beginning of a body that came in these chunks. */
export const keep = (chunks: ReadonlyArray<Uint8Array>, bytes: number): Kept =>
  chunks.length === 0 ? toKept(nothing.head, bytes) : toKept(Buffer.concat(chunks), bytes)

/** Keeps the beginning of the body of an answer. */
export const ofAnswer = ({ body }: Answer.Answer): Kept => {
  if (typeof body === "string" && body.length <= shortText) return new Text(body)
  const bytes =
    typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return toKept(bytes.length > maxShown ? copyOf(bytes) : bytes, bytes.length)
}

const isUtf8 = (head: Buffer, isCut: boolean): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: isCut })
    return true
  } catch {
    return false
  }
}

const shownOf = ({ head }: Kept): Buffer => (head.length > maxShown ? head.subarray(0, maxShown) : head)

/** The text of a body, as far as it is shown. */
export const textOf = (body: Kept): string => shownOf(body).toString("utf8")

/** A body as it is shown. A character that the cut went through is left out. */
export const toBody = (body: Kept): typeof Inspector.Body.Type => {
  const shown = shownOf(body)
  const isCut = shown.length < body.bytes
  return {
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(shown, { stream: isCut }),
    bytes: body.bytes,
    isCut,
    isUtf8: isUtf8(shown, isCut)
  }
}
