/**
 * Keeps pieces of a body as they arrive, and no more bytes of them than `max`; says whether all fit so far.
 */
export const collect = (chunks: Array<Uint8Array>, max: number): ((chunk: Uint8Array) => boolean) => {
  let size = 0
  return (chunk) => {
    const room = max - size
    size += chunk.length
    if (room > 0) chunks.push(chunk.length <= room ? chunk : chunk.subarray(0, room))
    return size <= max
  }
}
