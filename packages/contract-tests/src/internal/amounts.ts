export const numbers = new Intl.NumberFormat("en")

export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${numbers.format(amount)} ${amount === 1 ? one : many}`
