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
 * @param {FormData} values
 * @returns {Model.FaultKind}
 */
const toFault = (values) => {
  const tag = /** @type {Model.FaultKind["_tag"]} */ (text(values, "tag"))
  switch (tag) {
    case "Reset":
      return { _tag: tag, when: values.get("when") === "before" ? "before" : "after" }
    case "Stall":
      return { _tag: tag, at: values.get("at") === "body" ? "body" : "head" }
    case "Latency":
      return { _tag: tag, millis: number(values, "millis") }
    case "Status":
      return { _tag: tag, status: number(values, "status"), stored: values.has("stored") }
    case "RateLimited": {
      const format = /** @type {"seconds" | "date" | "none"} */ (text(values, "format"))
      return { _tag: tag, retryAfter: number(values, "retryAfter"), format }
    }
    case "Truncated":
    case "MalformedJson":
      return { _tag: tag }
    case "MissingKeys": {
      const keys = /** @type {Extract<Model.FaultKind, { _tag: "MissingKeys" }>["keys"]} */ (
        /** @type {unknown} */ (values.getAll("keys"))
      )
      return { _tag: tag, keys }
    }
    case "MediaType":
      return { _tag: tag, mediaType: text(values, "mediaType") }
    case "Sunset":
    case "Deprecation":
      return { _tag: tag, at: toInstant(text(values, "day")) }
  }
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
