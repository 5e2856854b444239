/**
 * Reports as they may be shown to people.
 *
 * @since 0.1.0
 */
import { spelled } from "../text/visible.js"

/** Texts that formats spell themselves, since they read or mark parts of them; and those that are there to be pasted. */
const kept: ReadonlySet<string> = new Set(["text", "statusText", "headers", "curl", "replay"])

/**
 * The same report, or part of one, in which no text has a control character, a line break or anything else that a
 * terminal, a log or a page would act on: such characters are spelled.
 */
export const shown = <A>(value: A): A => clean(value, "") as A

const clean = (value: unknown, key: string): unknown => {
  if (typeof value === "string") return kept.has(key) ? value : oneLine(value)
  if (Array.isArray(value)) return value.map((each) => clean(each, key))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clean(each, name)]))
}

/** A text on one line, in which every character can be seen. */
export const oneLine = (text: string): string => spelled(text, true).replaceAll("\n", "⟨U+000A⟩")
