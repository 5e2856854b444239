import { descriptions } from "./catalogue.js"
import type { Phrase } from "./kind.js"

/** A fault in its encoded form. */
type Encoded = Readonly<Record<string, unknown>>

const fits = ({ where = {} }: Phrase, fault: Encoded): boolean =>
  Object.entries(where).every(([key, value]) => fault[key] === value)

/** A date stands for its first instant. */
const shortened = (instant: string): string => instant.replace(/T00:00:00(?:\.0{1,9})?Z$/, "")

const spell = (value: unknown, form: string | undefined): string => {
  if (Array.isArray(value)) return value.join(form === "plus" ? "+" : ", ")
  return form === "instant" ? shortened(String(value)) : String(value)
}

/** Spells a fault as the header has it. */
export const spellingOf = (fault: Encoded): string => {
  const kind = descriptions.find(({ tag }) => tag === fault._tag)
  const template = kind?.phrases.find((phrase) => fits(phrase, fault))?.spelling ?? ""
  return template.replace(/\{(\w{1,20})(?::(\w{1,20}))?\}/g, (_, key: string, form?: string) => spell(fault[key], form))
}
