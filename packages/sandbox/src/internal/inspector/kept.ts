import type * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type * as Inspector from "../../Inspector.js"

/** How many bytes of a body are kept. */
export const maxKept = 65_536

/** The beginning of a body, and how many bytes the whole had. */
export interface Kept {
  readonly head: Buffer
  readonly bytes: number
}

export const nothing: Kept = { head: Buffer.alloc(0), bytes: 0 }

/** Copies what is kept: a chunk from a socket is a slice of a much larger buffer. */
const copyOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.subarray(0, maxKept))

/** Takes the chunks of a body as they come. */
export class Keeper {
  #heads: Array<Buffer> = []
  #kept = 0
  #bytes = 0

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#kept < maxKept) {
      const head = copyOf(chunk.subarray(0, maxKept - this.#kept))
      this.#heads.push(head)
      this.#kept += head.length
    }
  }

  get kept(): Kept {
    const [only] = this.#heads
    if (only === undefined) return nothing
    return { head: this.#heads.length === 1 ? only : Buffer.concat(this.#heads), bytes: this.#bytes }
  }
}

/** The body of an answer that was made in one piece, as all answers of the API are. */
export const bytesOf = ({ body }: HttpServerResponse.HttpServerResponse): Buffer => {
  const whole = body._tag === "Uint8Array" || body._tag === "Raw" ? body.body : undefined
  if (whole instanceof Uint8Array) return Buffer.from(whole.buffer, whole.byteOffset, whole.byteLength)
  return typeof whole === "string" ? Buffer.from(whole) : Buffer.alloc(0)
}

/** What is kept of the body of an answer. */
export const ofResponse = (response: HttpServerResponse.HttpServerResponse): Kept => {
  const bytes = bytesOf(response)
  return { head: bytes.length > maxKept ? copyOf(bytes) : bytes, bytes: bytes.length }
}

const isUtf8 = (head: Buffer, isCut: boolean): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: isCut })
    return true
  } catch {
    return false
  }
}

/** The text of a body. A character that the cut went through is left out. */
export const toBody = ({ bytes, head }: Kept): typeof Inspector.Body.Type => {
  const isCut = head.length < bytes
  return {
    text: new TextDecoder("utf-8", { ignoreBOM: true }).decode(head, { stream: isCut }),
    bytes,
    isCut,
    isUtf8: isUtf8(head, isCut)
  }
}
