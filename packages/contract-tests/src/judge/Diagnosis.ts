/**
 * Names what a server did to a content: the transformation that turns what was sent into what came back, and a
 * rendering of contents in which everything can be seen.
 *
 * @since 0.1.0
 */
import * as internalShow from "../text/visible.js"
import type { Diagnosis } from "./diagnosis/model.js"
import * as internalSearch from "./diagnosis/search.js"

export type { Diagnosis } from "./diagnosis/model.js"

/**
 * Tells whether a content was sent for another message, or by which name that message goes.
 *
 * @since 0.1.0
 * @category models
 */
export type Lookup = (content: string) => boolean | string

const swapped = (received: string, lookup: Lookup | undefined): Diagnosis | undefined => {
  const known = lookup?.(received) ?? false
  return known === false || known === ""
    ? undefined
    : {
        id: "other-message",
        title: "answered with the content of another message",
        detail: typeof known === "string" ? known : show(received, { max: 60 })
      }
}

/** UTF-16 units below which what is made of a content is easily that of another message as well. */
const distinctive = 8

/** Tells whether a short content can be made of the one that was sent, though not by what is at work everywhere. */
const isMade = (sent: string, received: string): boolean =>
  received.length < distinctive && internalSearch.atOnce(sent, received, []) !== undefined

/**
 * Finds the transformation that turned one content into the other: a known one, two known ones in a row, the content of
 * another message, or else the first difference. Equal contents are `unchanged`. `held` are contents that came back as they
 * were sent: a transformation that would have changed one of them is not at work. Never throws.
 *
 * @since 0.1.0
 * @category diagnosing
 */
export const diagnose = (
  sent: string,
  received: string,
  lookup?: Lookup,
  held: ReadonlyArray<string> = []
): Diagnosis =>
  sent === received
    ? { id: "unchanged", title: "unchanged", detail: "" }
    : (internalSearch.atOnce(sent, received, held) ??
      (isMade(sent, received) ? undefined : swapped(received, lookup)) ??
      internalSearch.chained(sent, received, held) ??
      internalSearch.atLast(sent, received))

/**
 * One line that a terminal prints as it is: what cannot be seen appears as `⟨U+200B⟩`, runs of one character as
 * `a⟨×998⟩`, and of a long content the middle is left out.
 *
 * @since 0.1.0
 * @category rendering
 */
export const show = (
  content: string,
  options: {
    /** Largest number of pieces to show; 120 by default. */
    readonly max?: number | undefined
    /** True if to put quotes around it, on by default: they make spaces at the ends visible. */
    readonly quotes?: boolean | undefined
  } = {}
): string => internalShow.show(content, options.max ?? 120, options.quotes ?? true)
