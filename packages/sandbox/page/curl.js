/**
 * A request as a line for a POSIX shell. The token is not in it: the shell takes it from `INBOX_API_TOKEN`.
 */

/** @typedef {{
 *   readonly method: string
 *   readonly url: string
 *   readonly headers: ReadonlyArray<readonly [name: string, value: string]>
 *   readonly body: string
 * }} Request
 */

/** What curl or the connection sets by itself. */
const implied = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "user-agent"
])

/** @param {string} text */
const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`

const plain = /^[\n\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u

const encoder = new TextEncoder()

/**
 * What printf prints as exactly these bytes. A terminal may change what cannot be seen, and no argument holds a NUL.
 *
 * @param {string} text
 */
const escape = (text) =>
  [...text]
    .map((character) => {
      if (character === "%") return "%%"
      if (character === "\\") return "\\\\"
      if (character !== "\n" && plain.test(character)) return character
      return [...encoder.encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
    })
    .join("")

/**
 * @param {Request} request
 * @returns {string}
 */
export const toCurl = ({ body, headers, method, url }) => {
  const odd = !plain.test(body)
  const data = odd ? "--data-binary @-" : `--data-raw ${quote(body)}`
  const parts = [
    `curl -i ${method === "POST" && body !== "" ? "" : `-X ${method} `}${quote(url)}`,
    `-H "Authorization: Bearer $INBOX_API_TOKEN"`,
    ...headers
      .filter(([name]) => !implied.has(name.toLowerCase()))
      .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === "" ? [] : [data])
  ]
  const command = parts.join(" \\\n  ")
  return odd ? `printf ${quote(escape(body))} |\n${command}` : command
}
