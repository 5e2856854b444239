/** Undoing the content coding of an answer. */
import * as Zlib from "node:zlib"
import { header, type Outcome } from "../model/Exchange.js"
import { type Head, longestBody } from "./responseParser.js"

export const decoded = (head: Head, body: Buffer): Outcome => {
  const coding = header(head.headers, "content-encoding")
  if (coding === undefined) return { kind: "answered", response: { ...head, body } }
  const codings = coding
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
  if (codings.length > mostCodings) {
    const reason = `${codings.length} content codings, of which the kit undoes ${mostCodings} at the most`
    return { kind: "incomplete", response: { ...head, body }, cause: "coding", reason }
  }
  let plain = body
  try {
    for (const coding of codings.reverse()) if (plain.byteLength > 0) plain = undo(coding, plain)
  } catch (error) {
    if (isTooLarge(error)) return tooLarge(head, body, `more than ${longestBody} bytes behind ${codings.join(", ")}`)
    const reason = `the content coding ${codings.join(", ")} could not be undone: ${(error as Error).message}`
    return { kind: "incomplete", response: { ...head, body }, cause: "coding", reason }
  }
  return { kind: "answered", response: { ...head, body: plain } }
}

/** Number of codings that are undone, one after another: each may make {@link longestBody} bytes of few. */
const mostCodings = 4

const bounded = { maxOutputLength: longestBody }

const isTooLarge = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"

/** Bytes that are kept of a body that is too large: enough to show how it begins. */
const keptOfLarge = 1 << 16

/** The outcome of an answer that is larger than the kit reads. */
export const tooLarge = (head: Head, body: Buffer, what: string): Outcome => ({
  kind: "incomplete",
  response: { ...head, body: Buffer.from(body.subarray(0, keptOfLarge)) },
  cause: "size",
  reason: `a body of ${what}`
})

const undo = (coding: string, body: Buffer): Buffer => {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return Zlib.gunzipSync(body, bounded)
    case "br":
      return Zlib.brotliDecompressSync(body, bounded)
    case "deflate":
      // Both meanings are in use: the zlib format of the standard, and a bare deflate stream.
      return ((body[0] ?? 0) & 0x0f) === 8 ? Zlib.inflateSync(body, bounded) : Zlib.inflateRawSync(body, bounded)
    default:
      throw new Error("not a coding that the kit knows")
  }
}
