/** One of several who go on together. */
export interface Barrier {
  /** Waits for the others, and goes on with them in one turn of the event loop. */
  readonly arrive: (go: () => void) => void
  /** Is waited for no longer, if it has not arrived. */
  readonly leave: () => void
}

/** Milliseconds that those who are there wait for the others. */
const patience = 250

/**
 * Time until all of them are noticed: turns of so many milliseconds, since a target may live in this process, or have
 * been held up with it.
 */
const settling = { turns: 4, milliseconds: 2 } as const

/** Makes a barrier for `size` requests, each of which joins once. */
export const makeBarrier = (size: number): (() => Barrier) => {
  const waiting: Array<() => void> = []
  let missing = size
  let isOver = false
  let timer: NodeJS.Timeout | undefined

  const release = () => {
    isOver = true
    // What has arrived meanwhile is read first, since a write to a connection that was closed would hide it.
    const ready = waiting.splice(0)
    setImmediate(() => {
      for (const go of ready) go()
    })
  }
  const releaseAfter = (milliseconds: number, turns = 1) => {
    clearTimeout(timer)
    timer = setTimeout(() => (turns > 1 ? releaseAfter(milliseconds, turns - 1) : release()), milliseconds)
  }

  return () => {
    let isCounted = false
    const leave = () => {
      if (isCounted) return
      isCounted = true
      if (--missing === 0 && waiting.length > 0) releaseAfter(settling.milliseconds, settling.turns)
    }
    return {
      leave,
      arrive: (go) => {
        if (isOver) return go()
        waiting.push(go)
        if (waiting.length === 1) releaseAfter(patience)
        leave()
      }
    }
  }
}
