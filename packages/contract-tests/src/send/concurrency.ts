/** How many requests are in flight together, as few as a target lets through that refuses a crowd with 429. */
export interface Concurrency {
  /** Whether turns have to be taken at all. */
  readonly isNarrow: () => boolean
  /** Calls back when it is one's turn, at once where there is room. Answers how to give up waiting. */
  readonly take: (begin: () => void) => () => void
  /** Gives a turn back. */
  readonly leave: () => void
  /** Notes that one of so many in flight, sent at a time, was refused with 429. */
  readonly refused: (together: number, sentAt: number) => void
  /** Notes that one was answered with something else. */
  readonly passed: () => void
}

/** So many requests have to pass before one more is let in, the first time; after each refusal twice as many. */
const firstTrial = 16

/** From this number on, there is no limit any more. */
const unlimited = 32

export const makeConcurrency = (now: () => number): Concurrency => {
  const waiting = new Set<() => void>()
  let width = Number.POSITIVE_INFINITY
  let taken = 0
  let trial = firstTrial
  let passes = 0
  let narrowedAt = Number.NEGATIVE_INFINITY

  const next = () => {
    for (const begin of waiting) {
      if (taken >= width) return
      waiting.delete(begin)
      taken++
      begin()
    }
  }
  return {
    isNarrow: () => width !== Number.POSITIVE_INFINITY,
    take: (begin) => {
      waiting.add(begin)
      next()
      return () => waiting.delete(begin)
    },
    leave: () => {
      taken--
      next()
    },
    refused: (together, sentAt) => {
      // Those that were in flight together are refused together: that is one refusal, not many.
      if (together < 2 || sentAt < narrowedAt) return
      width = Math.max(1, Math.floor(Math.min(width, together) / 2))
      narrowedAt = now()
      passes = 0
      trial *= 2
    },
    passed: () => {
      if (width === Number.POSITIVE_INFINITY || ++passes < trial) return
      passes = 0
      width = width + 1 >= unlimited ? Number.POSITIVE_INFINITY : width + 1
      next()
    }
  }
}
