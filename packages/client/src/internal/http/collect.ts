/**
 * Number of pieces that are joined to one: each costs some hundred bytes, and a hostile server sends a body byte by
 * byte.
 */
const joinedAt = 1024

/** The pieces from `start` on as one. */
const joinFrom = (chunks: Array<Uint8Array>, start: number): void => {
  const pieces = chunks.splice(start)
  const joined = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  chunks.push(joined)
}

/**
 * Keeps pieces of a body as they arrive, and no more bytes of them than `max`; says whether all fit so far. Each byte is
 * copied once at most.
 */
export const collect = (chunks: Array<Uint8Array>, max: number): ((chunk: Uint8Array) => boolean) => {
  let size = 0
  let joined = 0
  return (chunk) => {
    const room = max - size
    size += chunk.length
    if (room > 0) chunks.push(chunk.length <= room ? chunk : chunk.subarray(0, room))
    if (chunks.length - joined >= joinedAt) {
      joinFrom(chunks, joined)
      joined++
    }
    return size <= max
  }
}
