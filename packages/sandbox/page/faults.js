/**
 * Faults in words. The words are the sandbox's own: every kind of fault comes with them, and with the fields of its form.
 */

/** @import * as Model from "./model.js" */
/** @import { Description, Field } from "../src/internal/faults/kind.js" */

/** @typedef {Model.FaultKind["_tag"]} Tag */

/** @typedef {Description & { readonly tag: Tag, readonly common: ReadonlyArray<Model.FaultKind> }} Kind */

/** @typedef {Field} FormField */

const response = await fetch("page/faults.json")

/**
 * Every kind of fault, in the order in which they are offered.
 *
 * @type {ReadonlyArray<Kind>}
 */
export const kinds = await response.json()

/**
 * Faults that are offered where somebody sends.
 *
 * @type {ReadonlyArray<Model.FaultKind>}
 */
export const common = kinds.flatMap((kind) => kind.common)

/**
 * @param {Tag} tag
 * @returns {Kind | undefined}
 */
export const kindOf = (tag) => kinds.find((kind) => kind.tag === tag)

/**
 * @param {unknown} value
 * @param {string | undefined} form
 */
const spell = (value, form) => {
  if (Array.isArray(value)) return value.join(form === "plus" ? "+" : ", ")
  const text = String(value)
  if (form === "day") return text.slice(0, 10)
  // A date stands for its first instant.
  return form === "instant" ? text.replace(/T00:00:00(?:\.0+)?Z$/, "") : text
}

/**
 * The words for a fault, with its values in them.
 *
 * @param {Model.FaultKind} fault
 * @param {"name" | "deed" | "spelling"} which
 */
const words = (fault, which) => {
  const values = /** @type {Readonly<Record<string, unknown>>} */ (/** @type {unknown} */ (fault))
  const phrase = kindOf(fault._tag)?.phrases.find(({ where }) =>
    Object.entries(where ?? {}).every(([key, value]) => values[key] === value)
  )
  return (phrase?.[which] ?? fault._tag).replace(/\{(\w+)(?::(\w+))?\}/g, (_, key, form) => spell(values[key], form))
}

/**
 * A fault in a few words.
 *
 * @param {Model.FaultKind} fault
 */
export const name = (fault) => words(fault, "name")

/**
 * The effect of a fault on the request that it struck, in a sentence.
 *
 * @param {Model.FaultKind} fault
 */
export const deed = (fault) => words(fault, "deed")

/**
 * The header by which one request asks for a fault.
 *
 * @param {Model.FaultKind} fault
 */
export const header = (fault) => `x-sandbox-fault: ${words(fault, "spelling")}`
