/** Figures about what was sent. */

/** Counts of a run so far. */
export interface Stats {
  requests: number
  accepted: number
  limited: number
  /** Milliseconds spent waiting for a limit to be lifted. */
  waited: number
  /** True once a connection was made. */
  isReached: boolean
  /** True if the latest message was accepted in HTTP/1.0, by which nobody has to know chunks (RFC 9112 section 6.1). */
  isOldHttp: boolean
  /** Milliseconds from request to answer: of the longest one, and of a sample of the others where there are many. */
  readonly latencies: ReadonlyArray<number>
}

/** Milliseconds from request to answer that half of the requests took at the most; 0 where none was answered. */
export const medianLatency = ({ latencies }: Pick<Stats, "latencies">): number =>
  latencies.toSorted((a, b) => a - b)[Math.floor(latencies.length / 2)] ?? 0

/** Largest number of values in a sample. */
const largestSample = 20_000

/** Keeps the largest number first, and of the others each one, or where there are too many each second one, and so on. */
export const sampler = (kept: Array<number>): ((value: number) => void) => {
  let every = 1
  let seen = 0
  return (value) => {
    const isLargest = value > (kept[0] ?? Number.NEGATIVE_INFINITY)
    const other = isLargest ? kept[0] : value
    if (isLargest) kept[0] = value
    if (other === undefined || seen++ % every !== 0) return
    kept.push(other)
    if (kept.length < largestSample) return
    const thinned = kept.filter((_, index) => index === 0 || index % 2 === 1)
    kept.splice(0, kept.length, ...thinned)
    every *= 2
  }
}
