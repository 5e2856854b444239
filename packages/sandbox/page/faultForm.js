/**
 * The form for a fault, read as what the sandbox is asked for.
 */

/** @import * as Model from "./model.js" */
import * as Faults from "./faults.js"

/**
 * @param {FormData} values
 * @param {string} name
 */
const text = (values, name) => String(values.get(name) ?? "")

/**
 * @param {FormData} values
 * @param {string} name
 */
const number = (values, name) => Number(text(values, name))

/**
 * An instant of the reader's own calendar.
 *
 * @param {string} day
 */
const toInstant = (day) => new Date(`${day}T00:00:00`).toISOString()

/**
 * The value of a field, as the fault has it.
 *
 * @param {FormData} values
 * @param {Faults.FormField} field
 */
const valueOf = (values, { kind, name }) => {
  switch (kind) {
    case "number":
      return number(values, name)
    case "flag":
      return values.has(name)
    case "keys":
      return values.getAll(name)
    case "day":
      return toInstant(text(values, name))
    default:
      return text(values, name)
  }
}

/**
 * @param {FormData} values
 * @returns {Model.FaultKind}
 */
const toFault = (values) => {
  const tag = /** @type {Faults.Tag} */ (text(values, "tag"))
  const fields = Faults.kindOf(tag)?.fields ?? []
  const set = Object.fromEntries(fields.map((field) => [field.name, valueOf(values, field)]))
  return /** @type {Model.FaultKind} */ (/** @type {unknown} */ ({ _tag: tag, ...set }))
}

/**
 * @param {FormData} values
 * @returns {Model.FaultOrder}
 */
export const toOrder = (values) => {
  const threadId = text(values, "threadId")
  return {
    fault: toFault(values),
    threadId: threadId === "" ? null : threadId,
    times: values.get("until") === "removed" ? null : number(values, "times")
  }
}

/**
 * The header that asks for what the form says, unless it cannot be asked for.
 *
 * @param {HTMLFormElement} form
 * @returns {string | undefined}
 */
export const toHeader = (form) => {
  if (!form.checkValidity()) return undefined
  const { fault } = toOrder(new FormData(form))
  return "keys" in fault && fault.keys.length === 0 ? undefined : Faults.header(fault)
}
