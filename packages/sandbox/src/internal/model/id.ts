import { customAlphabet } from "nanoid"

const letters = "abcdefghijklmnopqrstuvwxyz"

const first = customAlphabet(letters, 1)
const rest = customAlphabet(`0123456789${letters}`, 23)

/** A new identifier in the shape of a cuid2: 24 characters, a letter first. About 123 bits come from the system. */
export const make = (): string => {
  // In this order: the pool of random bytes is as large as the first request makes it, and filling it is what costs.
  const end = rest()
  return first() + end
}
