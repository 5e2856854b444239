import { closest, distance } from "fastest-levenshtein"

/** Finds what somebody probably meant: the nearest known word, at most two edits of one character away. */
export const nearestTo = (word: string, known: ReadonlyArray<string>): string | undefined => {
  const candidate = closest(word, known)
  return distance(word, candidate) <= 2 ? candidate : undefined
}
