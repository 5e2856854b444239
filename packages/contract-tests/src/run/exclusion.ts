/** Lets many go on side by side, and one alone. */
export interface Exclusion {
  /** Begins once nobody is alone. */
  readonly within: <A>(use: () => Promise<A>) => Promise<A>
  /** Begins once everybody else has ended; nobody begins before it has ended. */
  readonly alone: <A>(use: () => Promise<A>) => Promise<A>
}

export const makeExclusion = (): Exclusion => {
  let inside = 0
  let onEmpty: (() => void) | undefined
  let ended: Promise<void> | undefined
  return {
    within: async (use) => {
      while (ended !== undefined) await ended
      inside++
      try {
        return await use()
      } finally {
        if (--inside === 0) onEmpty?.()
      }
    },
    alone: async (use) => {
      // Of all who wait, the first to go on sees that it may, and the others see that it does.
      while (ended !== undefined) await ended
      let end = () => {}
      ended = new Promise((resolve) => {
        end = () => {
          ended = undefined
          resolve()
        }
      })
      try {
        if (inside > 0) await new Promise<void>((resolve) => (onEmpty = resolve))
        return await use()
      } finally {
        end()
      }
    }
  }
}
