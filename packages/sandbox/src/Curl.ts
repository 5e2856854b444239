/**
 * Requests as lines for a POSIX shell, by which curl sends the same bytes again.
 *
 * @since 0.1.0
 */

/**
 * A header: its name and its value, a character for each byte. A value that is marked with `shell` is made by the shell:
 * it stands in double quotes as it is, and must never come from a stranger.
 *
 * @since 0.1.0
 * @category models
 */
export type Header = readonly [name: string, value: string, made?: "shell" | undefined]

/**
 * A request to print. Texts have a character for each byte.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  readonly method: string
  /** The version of HTTP, where it is not 1.1. */
  readonly version?: "1.0" | undefined
  /** The URL to connect to. */
  readonly url: string
  /** The target of the request line, where it is not the path and the query of the URL. */
  readonly target?: string | undefined
  /** Headers in their order. curl adds `Host`, and `Content-Length` where there is a body, if they are missing. */
  readonly headers: ReadonlyArray<Header>
  /** The body, which may be empty; `undefined` where the request announces none. */
  readonly body: Uint8Array | undefined
  /** A text that must not be shown: the line has the variable `INBOX_API_TOKEN` in its place. */
  readonly token?: string | undefined
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** No controls, nothing invisible, nothing that combines: quoting and copying leaves it as it is. */
const visible = /^(?:(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S} ])*$/u

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
    return visible.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

const printable = /^[\x20-\x7e]*$/

/** A text as it may stand in quotes; `undefined` where its bytes have to be spelled. */
const legible = (text: string): string | undefined =>
  printable.test(text) ? text : decode(Buffer.from(text, "latin1"))

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, "0")}`

/** A part of a word, to stand in double quotes. An interactive shell takes a `!` there for a command of its history. */
const withinDouble = (text: string): string => {
  const shown = legible(text)
  return shown === undefined
    ? `$(printf '${[...Buffer.from(text, "latin1")].map(octal).join("")}')`
    : shown.replace(/[\\"$`]/g, "\\$&").replaceAll("!", `"'!'"`)
}

/** A word of the line, with the variable wherever the token stands. */
const quoted = (text: string, token: string): string => {
  const shown = legible(text)
  if (shown !== undefined && (token === "" || !text.includes(token))) return singleQuoted(shown)
  const parts = token === "" ? [text] : text.split(token)
  return `"${parts.map(withinDouble).join("$" + "{INBOX_API_TOKEN}")}"`
}

const headerFlag = ([name, value, made]: Header, token: string): string =>
  made === "shell"
    ? `--header "${name}: ${value}"`
    : `--header ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`

/** Number of bytes that fit into one word of a command line everywhere. */
const longestWord = 100_000

/** A body that can be written into the line. A leading `@` would name a file. */
const quotable = (body: Uint8Array): string | undefined => {
  if (body.byteLength > longestWord) return undefined
  const text = decode(body)
  return text?.startsWith("@") === true ? undefined : text
}

/** Number of bytes from which on some versions of curl ask for leave to send a body. */
const expectsFrom = 1_024

/** Seconds that curl waits for the body of an answer that has none. */
const headSeconds = 10

/** Over TLS, curl would agree on HTTP/2. */
const versionFlag = ({ url, version }: Request): string => {
  if (version === "1.0") return " --http1.0"
  return url.startsWith("https:") ? " --http1.1" : ""
}

const methodFlag = (method: string): string => `--request ${/^[A-Z-]+$/.test(method) ? method : singleQuoted(method)}`

const isBare = ({ body, method }: Request): boolean => method === "HEAD" && (body?.byteLength ?? 0) === 0

/** After `--request HEAD`, curl waits for the body that the answer announces; `--head` sends no body. */
const methodFlags = (request: Request): ReadonlyArray<string> => {
  if (request.method !== "HEAD") return [methodFlag(request.method)]
  return isBare(request) ? ["--head"] : [methodFlag(request.method), `--max-time ${headSeconds}`]
}

/** Headers that curl would add by itself. */
const unasked = ({ body, headers }: Request): ReadonlyArray<string> => {
  const names = new Set(headers.map(([name]) => name.toLowerCase()))
  const added = ["User-Agent", "Accept", "Content-Type", ...((body?.byteLength ?? 0) > expectsFrom ? ["Expect"] : [])]
  return added.filter((name) => !names.has(name.toLowerCase()))
}

/**
 * Prints a request as a line for a POSIX shell. Its method, its target, its headers in their spelling and its body are
 * sent byte for byte, globs and dot segments included. A body that cannot stand in quotes comes from `base64`, and with
 * it the line begins with `echo`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (request: Request): string => {
  const { body, headers, target, token = "", url } = request
  const parts = [
    `curl --silent --show-error --include --path-as-is --globoff${versionFlag(request)}`,
    ...methodFlags(request),
    ...(target === undefined ? [] : [`--request-target ${quoted(target, token)}`]),
    quoted(url, token),
    ...headers.map((header) => headerFlag(header, token)),
    ...unasked(request).map((name) => `--header '${name}:'`)
  ]
  const join = (words: ReadonlyArray<string>) => words.join(" \\\n  ")
  if (body === undefined || isBare(request)) return join(parts)
  const text = quotable(body)
  return text === undefined
    ? `echo ${Buffer.from(body).toString("base64")} | base64 --decode | ${join([...parts, "--data-binary @-"])}`
    : join([...parts, `--data-binary ${singleQuoted(text)}`])
}
