/**
 * Undoing the content coding of an answer.
 *
 * @since 0.1.0
 */
import * as Zlib from "node:zlib"
import { header, type Outcome } from "../model/Exchange.js"
import type * as ResponseParser from "./responseParser.js"

export const decoded = (head: ResponseParser.Head, body: Buffer): Outcome => {
  const coding = header(head.headers, "content-encoding")
  if (coding === undefined) return { kind: "answered", response: { ...head, body } }
  const codings = coding
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity")
  let plain = body
  try {
    for (const coding of codings.reverse()) if (plain.byteLength > 0) plain = undo(coding, plain)
  } catch (error) {
    const reason = `the content coding ${codings.join(", ")} could not be undone: ${(error as Error).message}`
    return { kind: "incomplete", response: { ...head, body }, cause: "coding", reason }
  }
  return { kind: "answered", response: { ...head, body: plain } }
}

const undo = (coding: string, body: Buffer): Buffer => {
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return Zlib.gunzipSync(body)
    case "br":
      return Zlib.brotliDecompressSync(body)
    case "deflate":
      // Both meanings are in use: the zlib format of the standard, and a bare deflate stream.
      return ((body[0] ?? 0) & 0x0f) === 8 ? Zlib.inflateSync(body) : Zlib.inflateRawSync(body)
    default:
      throw new Error("not a coding that the kit knows")
  }
}
