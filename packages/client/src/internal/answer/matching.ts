/**
 * Common substrings of two texts in linear time, whatever the texts are.
 */

/** A state of the automaton that knows every substring of a text. */
interface State {
  readonly length: number
  /** The state of the longest suffix that occurs elsewhere too. */
  link: number
  readonly next: Map<number, number>
}

interface Automaton {
  readonly states: ReadonlyArray<State>
  /** The state of each beginning of the text. */
  readonly beginnings: ReadonlyArray<number>
}

const automatonOf = (text: string): Automaton => {
  const states: Array<State> = [{ length: 0, link: -1, next: new Map() }]
  const state = (index: number): State => states[index] as State
  const add = (length: number, link: number, next: Map<number, number>): number =>
    states.push({ length, link, next }) - 1
  const beginnings: Array<number> = []
  let last = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    const current = add(state(last).length + 1, 0, new Map())
    let from = last
    while (from >= 0 && !state(from).next.has(unit)) {
      state(from).next.set(unit, current)
      from = state(from).link
    }
    if (from >= 0) {
      const target = state(from).next.get(unit) as number
      if (state(target).length === state(from).length + 1) {
        state(current).link = target
      } else {
        const clone = add(state(from).length + 1, state(target).link, new Map(state(target).next))
        while (from >= 0 && state(from).next.get(unit) === target) {
          state(from).next.set(unit, clone)
          from = state(from).link
        }
        state(target).link = clone
        state(current).link = clone
      }
    }
    beginnings.push(current)
    last = current
  }
  return { states, beginnings }
}

/** The longest match that ends in each state, while another text runs through the automaton. */
const matchesOf = ({ states }: Automaton, other: string): Array<number> => {
  const best = new Array<number>(states.length).fill(0)
  let at = 0
  let length = 0
  for (let index = 0; index < other.length; index++) {
    const unit = other.charCodeAt(index)
    let next = (states[at] as State).next.get(unit)
    while (next === undefined && at > 0) {
      at = (states[at] as State).link
      length = (states[at] as State).length
      next = (states[at] as State).next.get(unit)
    }
    if (next !== undefined) {
      at = next
      length++
      if (length > (best[at] as number)) best[at] = length
    }
  }
  return best
}

const byLength = (states: ReadonlyArray<State>): ReadonlyArray<number> =>
  states.map((_, index) => index).sort((a, b) => (states[a] as State).length - (states[b] as State).length)

/** Finds the common substrings with one text after the other. */
export interface Matcher {
  /** The length of the longest common substring that ends with each unit of the text. */
  readonly lengths: (other: string) => ReadonlyArray<number>
}

/** Makes a matcher of a text: its cost is the length of the text, that of a comparison the length of the other one. */
export const matcher = (text: string): Matcher => {
  const automaton = automatonOf(text)
  const { beginnings, states } = automaton
  const order = byLength(states)
  return {
    lengths: (other) => {
      const best = matchesOf(automaton, other)
      // What ends in a state has all its suffixes, which are shorter, occur as well: first up, then down.
      for (let index = order.length - 1; index > 0; index--) {
        const { link } = states[order[index] as number] as State
        const length = Math.min((states[link] as State).length, best[order[index] as number] as number)
        if (length > (best[link] as number)) best[link] = length
      }
      for (const index of order.slice(1)) {
        const inherited = best[(states[index] as State).link] as number
        if (inherited > (best[index] as number)) best[index] = inherited
      }
      return beginnings.map((state) => best[state] as number)
    }
  }
}
