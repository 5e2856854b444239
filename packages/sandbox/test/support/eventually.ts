/** Milliseconds that a condition is waited for: long enough for a machine that is busy with everything else. */
const patience = 240_000

/** Milliseconds to wait before asking again. */
const pause = 20

/**
 * Asks until the answer passes the check, and returns it. Where it never does, the failure of the last check is thrown.
 * A failure to ask counts as a check that failed: a page may be between two states.
 */
export const eventually = async <A>(ask: () => Promise<A>, check: (answer: A) => void): Promise<A> => {
  const deadline = performance.now() + patience
  for (;;) {
    try {
      const answer = await ask()
      check(answer)
      return answer
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
}
