/**
 * Requests as command lines that send the same bytes again.
 *
 * @since 0.1.0
 */
import type { RawRequest } from "../model/Exchange.js"
import { singleQuoted } from "../text/shell.js"
import { spelled } from "../text/visible.js"

/**
 * A request, and what has to be made anew when it is sent again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Sendable {
  readonly request: RawRequest
  /** Wherever it stands, the variable `INBOX_API_TOKEN` stands instead. */
  readonly token: string
  /** The message that it replies to, where that message is gone with its process, and the shell variable with a new one. */
  readonly reply?: { readonly id: string; readonly variable: string } | undefined
}

/** A request as `curl` takes it. */
interface Line {
  /** Words after `curl`, in pieces that stay on one line. */
  readonly words: ReadonlyArray<string>
  /** The body where a shell can hold it, in quotes. */
  readonly text: string | undefined
  /** The command that prints the body where a shell cannot. */
  readonly printed: string | undefined
  /** True when the body was cut as `curl` does not cut it. */
  readonly isCut: boolean
}

/**
 * A `curl` command line for a request: the same method, path, headers in the same spelling (but for
 * `Host`, which curl spells itself), and body, byte for byte.
 * Wherever the token stands, the variable `INBOX_API_TOKEN` stands instead; a body that a shell cannot hold in quotes
 * comes from `base64`. Where chunks are cut is curl's own choice, which a comment before the line says.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (sendable: Sendable, baseUrl: string): string => together([lineOf(sendable, baseUrl)])

/**
 * One command line that sends several requests one after another on one connection.
 *
 * @since 0.1.0
 * @category rendering
 */
export const onOneConnection = (sendables: ReadonlyArray<Sendable>, baseUrl: string): string =>
  together(sendables.map((each) => lineOf(each, baseUrl)))

/**
 * A command line that sends a message and keeps its id in a shell variable.
 *
 * @since 0.1.0
 * @category rendering
 */
export const kept = (variable: string, sendable: Sendable, baseUrl: string): string =>
  `${variable}=$(${render(sendable, baseUrl)} \\\n  | grep -o '"id" *: *"[0-9a-z]*"' | head -n 1 | cut -d'"' -f4)`

const together = (lines: ReadonlyArray<Line>): string => {
  const printed = lines.filter((line) => line.printed !== undefined)
  // Standard input holds one body; of more, each is in a file.
  const isFiled = printed.length > 1
  let file = 0
  const files: Array<string> = []
  const parts = lines.map(({ printed, text, words }) => {
    if (text !== undefined) return [...words, `--data-binary ${text}`]
    if (printed === undefined) return words
    if (!isFiled) return [...words, "--data-binary @-"]
    file++
    files.push(`${printed} > "$bodies/${file}"`)
    return [...words, `--data-binary "@$bodies/${file}"`]
  })
  const command = packed(["curl", ...parts.flatMap((each, index) => (index === 0 ? each : ["--next", ...each]))])
  const [only] = printed
  return [
    ...(lines.some(({ isCut }) => isCut) ? [ownChunks] : []),
    ...(isFiled
      ? ["bodies=$(mktemp -d)", ...files, command]
      : [`${only === undefined ? "" : `${only.printed} \\\n  | `}${command}`])
  ].join("\n")
}

/** Columns of a command line, unless a word is longer. */
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

const lineOf = ({ reply, request, token }: Sendable, baseUrl: string): Line => {
  const url = `${baseUrl.replace(/\/+$/, "")}${request.path}`
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const added = (name: string, value: string) => (names.has(name.toLowerCase()) ? [] : [headerFlag(name, value, token)])
  const body = request.body ?? new Uint8Array(0)
  // After `--request HEAD`, curl would wait for the body that the answer announces.
  const isHead = request.method === "HEAD" && body.byteLength === 0
  const words = [
    `-sSi${url.startsWith("https:") ? " --http1.1" : ""}${respelled(url)}`,
    isHead ? "--head" : `-X ${request.method}`,
    quoted(url, token),
    ...request.headers.map(([name, value]) => headerFlag(name, value, token)),
    // What curl would add by itself.
    ...["User-Agent", "Accept", "Content-Type", ...(body.byteLength > expectsFrom ? ["Expect"] : [])].flatMap((name) =>
      names.has(name.toLowerCase()) ? [] : [`-H '${name}:'`]
    ),
    ...framing(request).flatMap(([name, value]) => added(name, value)),
    ...(isHead ? added("Content-Length", "0") : [])
  ]
  const text = body.byteLength <= longestWord ? quotable(body) : undefined
  return {
    words,
    text: isHead || text === undefined ? undefined : withReply(singleQuoted(text), reply),
    printed: isHead || text !== undefined ? undefined : printing(body, reply),
    isCut: request.framing.kind === "pieces" || request.framing.kind === "chunked"
  }
}

/** Flags that keep curl from another spelling of a URL. */
const respelled = (url: string): string =>
  `${/\/\.{1,2}(?:\/|$)/.test(url) ? " --path-as-is" : ""}${/[[\]{}]/.test(url) ? " --globoff" : ""}`

/** A body in single quotes, with the variable in place of the message that it replies to. */
const withReply = (text: string, reply: Sendable["reply"]): string =>
  reply === undefined
    ? text
    : text.replace(replyKey, (key, id) => (id === reply.id ? key.replace(id, () => `'"$${reply.variable}"'`) : key))

const replyKey = /"replyToMessageId"\s*:\s*"([0-9a-z]*)"/

const printing = (body: Uint8Array, reply: Sendable["reply"]): string => {
  const bytes = `echo ${Buffer.from(body).toString("base64")} | base64 --decode`
  return reply === undefined ? bytes : `${bytes} | LC_ALL=C sed "s/\\"${reply.id}\\"/\\"$${reply.variable}\\"/"`
}

const ownChunks = "# curl cuts the body where it likes; --replay cuts it as it was"

/** Bytes of a body from which on some versions of curl ask for leave to send it. */
const expectsFrom = 1_024

/** Bytes that fit into one word of a command line everywhere. */
const longestWord = 100_000

/** Headers that curl would spell otherwise, or not send. */
const framing = (request: RawRequest): ReadonlyArray<readonly [name: string, value: string]> => {
  const chunked: ReadonlyArray<readonly [string, string]> =
    request.framing.kind === "chunked" ? [["Transfer-Encoding", "chunked"]] : []
  const sample = request.headers[0]?.[0] ?? "Host"
  const cased = [sample.toLowerCase(), sample.toUpperCase()].indexOf(sample)
  if (cased === -1) return chunked
  const length: ReadonlyArray<readonly [string, string]> = [["Content-Length", String(request.body?.byteLength ?? 0)]]
  return (chunked.length > 0 ? chunked : length).map(
    ([name, value]) => [cased === 0 ? name.toLowerCase() : name.toUpperCase(), value] as const
  )
}

/** Variable that holds the token in credentials that a shell makes of it. */
const variable = "INBOX_API_TOKEN"

const headerFlag = (name: string, value: string, token: string): string =>
  value.includes(variable)
    ? `-H "${name}: ${value}"`
    : `-H ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`

/** The body as a text that survives quoting and copying: no controls, nothing invisible, no damaged characters. */
const quotable = (body: Uint8Array): string | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)
    // A leading @ would name a file.
    return text.startsWith("@") || spelled(text) !== text || /[\n\p{M}]|(?! )\p{Zs}/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

const quoted = (text: string, token: string): string =>
  token !== "" && text.includes(token)
    ? `"${text
        .split(token)
        .map((part) => part.replace(/[\\"$`]/g, "\\$&"))
        .join("$" + "{INBOX_API_TOKEN}")}"`
    : singleQuoted(text)
