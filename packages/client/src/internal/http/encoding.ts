/**
 * Undoes what a server did to a body that was not to be encoded.
 */
import * as Zlib from "node:zlib"

const decoders: Record<string, (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array> = {
  gzip: Zlib.gunzipSync,
  "x-gzip": Zlib.gunzipSync,
  deflate: (bytes, options) =>
    // Some servers leave the wrapping out, the first byte of which is known.
    ((bytes[0] ?? 0) & 0x0f) === 0x08 ? Zlib.inflateSync(bytes, options) : Zlib.inflateRawSync(bytes, options),
  br: Zlib.brotliDecompressSync
}

/** The encoding of a body, where it is one that can be undone. */
export const encodingOf = (header: unknown): string | undefined => {
  const encoding = typeof header === "string" ? header.trim().toLowerCase() : ""
  return Object.hasOwn(decoders, encoding) ? encoding : undefined
}

/**
 * The body as it was before, `TooLarge` where it has more bytes than `max`, or `undefined` where it is not what its
 * header says.
 */
export const decode = (encoding: string, bytes: Uint8Array, max: number): Uint8Array | "TooLarge" | undefined => {
  try {
    return decoders[encoding]?.(bytes, { maxOutputLength: max })
  } catch (error) {
    return (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE" ? "TooLarge" : undefined
  }
}
