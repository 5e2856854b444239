/** How many edits of one character lead from one word to the other. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

/** What somebody probably meant: the first known word that two typing errors or fewer lead to. */
export const nearestTo = (word: string, known: ReadonlyArray<string>): string | undefined =>
  known.find((candidate) => distance(word, candidate) <= 2)
