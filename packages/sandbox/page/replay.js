/**
 * A recorded exchange as a line that sends its request again.
 */

import { toCurl, tokenMark } from "./curl.js"

/** @import * as Model from "./model.js" */

/** What the connection sets, whoever sends. */
const ofConnection = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding"
])

/** What curl would add by itself. */
const added = ["User-Agent", "Accept", "Content-Type"]

/**
 * Why there is no such line, in a sentence; `undefined` where there is one.
 *
 * @param {Model.Exchange} exchange
 * @returns {string | undefined}
 */
export const whyNoCurl = ({ method, request }) => {
  if (method === "") return "What came was no HTTP that could be sent again"
  if (request.body.isCut) return "Only the first 64 KiB of the body were kept"
  if (!request.body.isUtf8) return "The body is not UTF-8, and its bytes were not kept"
  return undefined
}

/**
 * The journal keeps the scheme of an `Authorization` header, and the token nowhere.
 *
 * @param {string} name
 * @param {string} value
 */
const withMark = (name, value) => (name.toLowerCase() === "authorization" ? value.replace(/…$/, tokenMark) : value)

/**
 * @param {Model.Exchange} exchange
 * @param {string} origin
 * @returns {string}
 */
export const curlOf = ({ method, path, request }, origin) => {
  const headers = request.headers.filter(([name]) => !ofConnection.has(name.toLowerCase()))
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  return toCurl({
    method,
    url: `${origin}${path}`,
    headers: headers.map(([name, value]) => [name, withMark(name, value)]),
    without: added.filter((name) => !names.has(name.toLowerCase())),
    body: new TextEncoder().encode(request.body.text)
  })
}
