/**
 * A request as a line for a POSIX shell that sends the same bytes again. The token is not in it: the shell takes it from
 * `INBOX_API_TOKEN`.
 */

/**
 * `body` are the bytes of the body; `without` names headers that curl is kept from adding.
 *
 * @typedef {{
 *   readonly method: string
 *   readonly url: string
 *   readonly headers: ReadonlyArray<readonly [name: string, value: string]>
 *   readonly without?: ReadonlyArray<string>
 *   readonly body: Uint8Array
 *   readonly token?: string
 * }} Request
 */

/** @param {string} text */
const singleQuoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A word of the line, with the variable wherever the token stands.
 *
 * @param {string} text
 * @param {string} token
 */
const quoted = (text, token) =>
  token !== "" && text.includes(token)
    ? `"${text
        .split(token)
        .map((part) => part.replace(/[\\"$`]/g, "\\$&"))
        .join("$" + "{INBOX_API_TOKEN}")}"`
    : singleQuoted(text)

/** Stands for the token where it has been taken out. */
export const tokenMark = "\uE000token\uE000"

/** What survives quoting and copying: no controls, nothing invisible, nothing that combines. */
const visible = /^(?:(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S} ])*$/u

/** Number of bytes that fit into one word of a command line everywhere. */
const longestWord = 100_000

/**
 * @param {Uint8Array} body
 * @returns {string | undefined}
 */
const quotable = (body) => {
  if (body.byteLength > longestWord) return undefined
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)
    // A leading @ would name a file.
    return text.startsWith("@") || !visible.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

/** @param {Uint8Array} bytes */
const toBase64 = (bytes) => {
  let text = ""
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/**
 * curl takes neither globs nor dot segments for what they could mean, sends empty headers, and does not wait for the body
 * of the answer to a HEAD.
 *
 * @param {Request} request
 * @returns {string}
 */
export const toCurl = ({ body, headers, method, token = tokenMark, url, without = [] }) => {
  const isHead = method === "HEAD" && body.byteLength === 0
  const parts = [
    `curl --silent --show-error --include --path-as-is --globoff${url.startsWith("https:") ? " --http1.1" : ""}`,
    isHead ? "--head" : `--request ${method}`,
    quoted(url, token),
    ...headers.map(([name, value]) => `--header ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`),
    ...without.map((name) => `--header '${name}:'`)
  ]
  const join = (/** @type {ReadonlyArray<string>} */ words) => words.join(" \\\n  ")
  if (body.byteLength === 0) return join(parts)
  const text = quotable(body)
  return text === undefined
    ? `echo ${toBase64(body)} | base64 --decode | ${join([...parts, "--data-binary @-"])}`
    : join([...parts, `--data-binary ${singleQuoted(text)}`])
}
