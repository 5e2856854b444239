/**
 * Faults in words: their names, and what they do to a request.
 */

/** @import * as Model from "./model.js" */

/** @typedef {Model.FaultKind["_tag"]} Tag */

/**
 * A fault as the form offers it. `store` says whether the message is stored when it strikes.
 *
 * @typedef {{
 *   readonly tag: Tag
 *   readonly title: string
 *   readonly about: string
 * }} Offer
 */

/** @type {ReadonlyArray<Offer>} */
export const offers = [
  {
    tag: "Reset",
    title: "Connection reset",
    about: "The connection breaks before the answer. The client cannot know whether the message is there."
  },
  { tag: "Stall", title: "Stall", about: "The message is handled, and then nothing comes: no answer, or half of one." },
  { tag: "Latency", title: "Latency", about: "The message is handled at once and the answer comes late." },
  { tag: "Status", title: "Error status", about: "An error of the vendor's, in the vendor's envelope." },
  { tag: "RateLimited", title: "Rate limited", about: "429, with or without Retry-After." },
  { tag: "Truncated", title: "Truncated answer", about: "The connection closes half-way through the 200." },
  { tag: "MissingKeys", title: "Missing keys", about: "A 200 without some of the keys that a message must have." },
  { tag: "MalformedJson", title: "Malformed JSON", about: "A 200 whose JSON ends half-way." },
  { tag: "MediaType", title: "Other media type", about: "A 200 that calls its body something else than JSON." },
  { tag: "Sunset", title: "Sunset", about: "A header that says when the API ends. All else is served." },
  {
    tag: "Deprecation",
    title: "Deprecation",
    about: "A header that says since when it is deprecated. All else is served."
  }
]

/** @param {string} instant */
const day = (instant) => instant.slice(0, 10)

/**
 * A fault in a few words.
 *
 * @param {Model.FaultKind} fault
 * @returns {string}
 */
export const name = (fault) => {
  switch (fault._tag) {
    case "Reset":
      return fault.when === "after" ? "Reset after storing" : "Reset before storing"
    case "Stall":
      return fault.at === "head" ? "Stall before the answer" : "Stall within the answer"
    case "Latency":
      return `Latency of ${fault.millis} ms`
    case "Status":
      return `Status ${fault.status}${fault.stored ? ", stored all the same" : ""}`
    case "RateLimited":
      return fault.format === "none"
        ? "429 without Retry-After"
        : `429, Retry-After ${fault.retryAfter} s${fault.format === "date" ? " as a date" : ""}`
    case "Truncated":
      return "Truncated answer"
    case "MissingKeys":
      return `Missing ${fault.keys.join(", ")}`
    case "MalformedJson":
      return "Malformed JSON"
    case "MediaType":
      return `Media type ${fault.mediaType}`
    case "Sunset":
      return `Sunset on ${day(fault.at)}`
    case "Deprecation":
      return `Deprecated since ${day(fault.at)}`
  }
}

/**
 * A date stands for its first instant.
 *
 * @param {string} instant
 */
const date = (instant) => instant.replace(/T00:00:00(?:\.0+)?Z$/, "")

/**
 * The header by which one request asks for a fault.
 *
 * @param {Model.FaultKind} fault
 * @returns {string}
 */
export const header = (fault) => `x-sandbox-fault: ${spelling(fault)}`

/**
 * @param {Model.FaultKind} fault
 * @returns {string}
 */
const spelling = (fault) => {
  switch (fault._tag) {
    case "Reset":
      return `reset=${fault.when}`
    case "Stall":
      return `stall=${fault.at}`
    case "Latency":
      return `latency=${fault.millis}ms`
    case "Status":
      return `status=${fault.status}${fault.stored ? ";stored" : ""}`
    case "RateLimited":
      return `rate-limited=${fault.retryAfter}${fault.format === "seconds" ? "" : `;${fault.format}`}`
    case "Truncated":
      return "truncated"
    case "MissingKeys":
      return `missing=${fault.keys.join("+")}`
    case "MalformedJson":
      return "malformed"
    case "MediaType":
      return `media-type=${fault.mediaType}`
    case "Sunset":
      return `sunset=${date(fault.at)}`
    case "Deprecation":
      return `deprecation=${date(fault.at)}`
  }
}

/**
 * What a fault did to the request that it struck.
 *
 * @param {Model.FaultKind} fault
 * @returns {string}
 */
export const deed = (fault) => {
  switch (fault._tag) {
    case "Reset":
      return fault.when === "after"
        ? "The message was stored, and the connection was reset before the client got an answer."
        : "The connection was reset before anything was stored."
    case "Stall":
      return fault.at === "head"
        ? "The request was handled, and no answer was ever sent."
        : "The request was handled, and the answer stopped in the middle of its body."
    case "Latency":
      return `The request was handled at once, and answered ${fault.millis} ms later.`
    case "Status":
      return fault.stored
        ? `The message was stored, and the answer was ${fault.status} all the same.`
        : `The answer was ${fault.status}, and nothing was stored.`
    case "RateLimited":
      return "The answer was 429, and nothing was stored."
    case "Truncated":
      return "The message was stored, and the connection closed half-way through the answer."
    case "MissingKeys":
      return `The message was stored, and the answer left out ${fault.keys.join(", ")}.`
    case "MalformedJson":
      return "The message was stored, and the JSON of the answer ended half-way."
    case "MediaType":
      return `The message was stored, and the answer called itself ${fault.mediaType}.`
    case "Sunset":
      return "The answer announced the end of the API in a Sunset header. All else was as ever."
    case "Deprecation":
      return "The answer announced in a Deprecation header that the API is deprecated. All else was as ever."
  }
}
