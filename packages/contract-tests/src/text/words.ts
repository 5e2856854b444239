/** Numbers and amounts in words. */
export const numbers = new Intl.NumberFormat("en")

export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${numbers.format(amount)} ${amount === 1 ? one : many}`

export const seconds = (milliseconds: number): string =>
  milliseconds < 1_000 ? `${milliseconds} ms` : `${numbers.format(Math.round(milliseconds / 100) / 10)} s`

export const tenths = (value: number): string => numbers.format(Math.round(value * 10) / 10)

/** Words as in a sentence, with `last` before the last of them. */
export const enumerated = (words: ReadonlyArray<string>, last: "and" | "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`

export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
