/**
 * The state of the page: one object, replaced key by key, and one listener that draws it at the next frame, however
 * many changes came before.
 */

/**
 * @template {object} State
 * @param {State} initial
 */
export const makeStore = (initial) => {
  const state = initial
  /** @type {(state: State) => void} */
  let draw = () => {}
  let scheduled = false

  const schedule = () => {
    if (scheduled) return
    scheduled = true
    // A hidden tab gets no frames: it draws when it is looked at again.
    requestAnimationFrame(() => {
      scheduled = false
      draw(state)
    })
  }

  return {
    state,
    /** @param {Partial<State>} change */
    update: (change) => {
      Object.assign(state, change)
      schedule()
    },
    /** @param {(state: State) => void} listener */
    onChange: (listener) => {
      draw = listener
      schedule()
    }
  }
}
