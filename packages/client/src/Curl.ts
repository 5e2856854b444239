/**
 * Requests as commands for a POSIX shell, by which curl sends the same bytes again. The findings of the conformance kit and
 * the page of the sandbox print them.
 *
 * @since 0.1.0
 */
import * as Encoding from "effect/Encoding"
import { singleQuoted } from "./CommandLine.js"
import { decodeUtf8 } from "./internal/http/web.js"

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
  /** The method, in any spelling. */
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
  /** The id in `replyToMessageId` of the body, and the shell variable that stands for it. */
  readonly reply?: Reply | undefined
}

/**
 * The message that a request replies to, where that is made anew: its id, and the shell variable with the new one.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reply {
  /** The id that the body names. */
  readonly id: string
  /** The name of the shell variable, without its dollar sign. */
  readonly variable: string
}

/** No controls, nothing invisible, nothing that combines: quoting and copying leaves it as it is. */
const visible = /^(?:(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S} ])*$/u

/** A mark of the byte order is invisible, so that it would be lost. */
const startsWithMark = ([first, second, third]: Uint8Array): boolean =>
  first === 0xef && second === 0xbb && third === 0xbf

const decode = (bytes: Uint8Array): string | undefined => {
  if (startsWithMark(bytes)) return undefined
  try {
    const text = decodeUtf8(bytes)
    return visible.test(text) ? text : undefined
  } catch {
    return undefined
  }
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0))

const printable = /^[\x20-\x7e]*$/

/** A text as it may stand in quotes; `undefined` where its bytes have to be spelled. */
const legible = (text: string): string | undefined => (printable.test(text) ? text : decode(bytesOf(text)))

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, "0")}`

/** A part of a word, to stand in double quotes. An interactive shell takes a `!` there for a command of its history. */
const withinDouble = (text: string): string => {
  const shown = legible(text)
  return shown === undefined
    ? `$(printf '${Array.from(bytesOf(text), octal).join("")}')`
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
  made === "shell" ? `-H "${name}: ${value}"` : `-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`

/** Number of bytes that fit into one word of a command line everywhere. */
const longestWord = 100_000

/** A body that can be written into the line. A leading `@` would name a file. */
const quotable = (body: Uint8Array): string | undefined => {
  if (body.byteLength > longestWord) return undefined
  const text = decode(body)
  return text?.startsWith("@") === true ? undefined : text
}

/** The key with the beginning of its value, which may be no text but hold one. */
const replyKey = /"replyToMessageId"\s*:[^,}]*/

/** A body in single quotes, with the variable in place of the message that it replies to, be it in capital letters. */
const withReply = (text: string, reply: Reply | undefined): string =>
  reply === undefined
    ? text
    : text.replace(replyKey, (key) =>
        key
          .replace(reply.id, () => `'"$${reply.variable}"'`)
          .replace(reply.id.toUpperCase(), () => `'"$(printf %s "$${reply.variable}" | tr a-z A-Z)"'`)
      )

/** The command that prints a body. */
const printing = (body: Uint8Array, reply: Reply | undefined): string => {
  const bytes = `echo ${Encoding.encodeBase64(body)} | base64 --decode`
  return reply === undefined ? bytes : `${bytes} | LC_ALL=C sed "s/\\"${reply.id}\\"/\\"$${reply.variable}\\"/"`
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

/** Flags that keep curl from another spelling of a URL. */
const spellingFlags = ({ url }: Request): string =>
  `${/\/\.{1,2}(?:[/?#]|$)/.test(url) ? " --path-as-is" : ""}${/[[\]{}]/.test(url) ? " --globoff" : ""}`

const methodFlag = (method: string): string => `-X ${/^[A-Z-]+$/.test(method) ? method : singleQuoted(method)}`

const isBare = ({ body, method }: Request): boolean => method === "HEAD" && (body?.byteLength ?? 0) === 0

/** After `-X HEAD`, curl waits for the body that the answer announces; `--head` sends no body. */
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

/** The words of a request after `curl`, but for its body. */
const wordsOf = (request: Request): ReadonlyArray<string> => {
  const { headers, target, token = "", url } = request
  return [
    `-sSi${versionFlag(request)}${spellingFlags(request)}`,
    ...methodFlags(request),
    ...(target === undefined ? [] : [`--request-target ${quoted(target, token)}`]),
    quoted(url, token),
    ...headers.map((header) => headerFlag(header, token)),
    ...unasked(request).map((name) => `-H '${name}:'`)
  ]
}

/** A body as a word, or as the command that prints it. */
type Body = { readonly word: string } | { readonly command: string } | undefined

const bodyOf = (request: Request): Body => {
  const { body, reply } = request
  if (body === undefined || isBare(request)) return undefined
  const text = quotable(body)
  return text === undefined ? { command: printing(body, reply) } : { word: withReply(singleQuoted(text), reply) }
}

/** Columns of a line, unless a word is longer. */
const columns = 100

/** Words as few lines that are one command. */
const packed = (words: ReadonlyArray<string>): string => {
  const lines: Array<string> = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && word !== "--next" && last.length + word.length < columns) {
      lines[lines.length - 1] = `${last} ${word}`
    } else lines.push(word)
  }
  return lines.join(" \\\n  ")
}

/**
 * Prints requests as one command for a POSIX shell, which sends them one after the other on one connection. Their methods,
 * targets, headers in their spelling and bodies are sent byte for byte, globs and dot segments included; only of `Host`,
 * curl spells the name itself. A body that cannot stand in quotes comes from `base64`: through a pipe, and from a file
 * each where there are several.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderAll = (requests: ReadonlyArray<Request>): string => {
  const bodies = requests.map(bodyOf)
  const commands = bodies.flatMap((body) => (body !== undefined && "command" in body ? [body.command] : []))
  const areFiled = commands.length > 1
  let file = 0
  const parts = requests.map((request, index) => {
    const words = wordsOf(request)
    const body = bodies[index]
    if (body === undefined) return words
    if ("word" in body) return [...words, `--data-binary ${body.word}`]
    return [...words, areFiled ? `--data-binary "@$bodies/${++file}"` : "--data-binary @-"]
  })
  const curl = packed(["curl", ...parts.flatMap((words, index) => (index === 0 ? words : ["--next", ...words]))])
  if (areFiled) {
    const files = commands.map((command, index) => `${command} > "$bodies/${index + 1}"`)
    return ["bodies=$(mktemp -d)", ...files, curl].join("\n")
  }
  const [command] = commands
  return command === undefined ? curl : `${command} \\\n  | ${curl}`
}

/**
 * Prints a request as a command for a POSIX shell, as {@link renderAll} does.
 *
 * @example
 * ```ts
 * import * as Curl from "@inbox-effect/client/Curl"
 *
 * Curl.render({
 *   method: "POST",
 *   url: "http://127.0.0.1:8787/api/v1/threads/t1/messages",
 *   headers: [
 *     ["Authorization", "Bearer secret"],
 *     ["Content-Type", "application/json"]
 *   ],
 *   body: new TextEncoder().encode(`{"content":"Hi"}`),
 *   token: "secret" // printed as ${INBOX_API_TOKEN}
 * })
 * ```
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (request: Request): string => renderAll([request])
