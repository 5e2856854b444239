/**
 * Requests as command lines that send the same bytes again.
 *
 * @since 0.1.0
 */
import type { RawRequest } from "../model/Exchange.js"
import { spelled } from "../text/visible.js"

/**
 * A `curl` command line for a request: the same method, path, headers in the same spelling (but for
 * `Host`, which curl spells itself), and body, byte for byte.
 * Wherever the token stands, the variable `INBOX_API_TOKEN` stands instead; a body that a shell cannot hold in quotes
 * comes from `base64`. Where chunks are cut is curl's own choice, which a comment before the line says.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (request: RawRequest, baseUrl: string, token: string): string => {
  const url = `${baseUrl.replace(/\/+$/, "")}${request.path}`
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const added = (name: string, value: string) => (names.has(name.toLowerCase()) ? [] : [headerFlag(name, value, token)])
  const body = request.body ?? new Uint8Array(0)
  const isChunked = request.framing.kind === "chunked"
  // After `--request HEAD`, curl would wait for the body that the answer announces.
  const isHead = request.method === "HEAD" && body.byteLength === 0
  const parts = [
    `curl --silent --show-error --include --path-as-is --globoff${url.startsWith("https:") ? " --http1.1" : ""}`,
    isHead ? "--head" : `--request ${request.method}`,
    quoted(url, token),
    ...request.headers.map(([name, value]) => headerFlag(name, value, token)),
    // What curl would add by itself.
    ...["User-Agent", "Accept", "Content-Type", ...(body.byteLength > expectsFrom ? ["Expect"] : [])].flatMap((name) =>
      names.has(name.toLowerCase()) ? [] : [`--header '${name}:'`]
    ),
    ...framing(request).flatMap(([name, value]) => added(name, value))
  ]
  if (isHead) return [...parts, ...added("Content-Length", "0")].join(" \\\n  ")
  const text = body.byteLength <= longestWord ? quotable(body) : undefined
  const line =
    text === undefined
      ? `echo ${Buffer.from(body).toString("base64")} | base64 --decode | ${[...parts, "--data-binary @-"].join(" \\\n  ")}`
      : [...parts, `--data-binary ${singleQuoted(text)}`].join(" \\\n  ")
  return isChunked || request.framing.kind === "pieces" ? `${ownChunks}\n${line}` : line
}

/**
 * One command line that sends several requests one after another on one connection; `undefined` where a body cannot be
 * written into it, or is cut where curl cuts it otherwise.
 *
 * @since 0.1.0
 * @category rendering
 */
export const onOneConnection = (
  requests: ReadonlyArray<RawRequest>,
  baseUrl: string,
  token: string
): string | undefined => {
  const lines = requests.map((request) => render(request, baseUrl, token))
  if (!lines.every((line) => line.startsWith("curl "))) return undefined
  return lines.map((line, index) => (index === 0 ? line : `--next ${line.slice("curl ".length)}`)).join(" \\\n  ")
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
  const respelled = [sample.toLowerCase(), sample.toUpperCase()].indexOf(sample)
  if (respelled === -1) return chunked
  const length: ReadonlyArray<readonly [string, string]> = [["Content-Length", String(request.body?.byteLength ?? 0)]]
  return (chunked.length > 0 ? chunked : length).map(
    ([name, value]) => [respelled === 0 ? name.toLowerCase() : name.toUpperCase(), value] as const
  )
}

/** What stands for the token in credentials that a shell makes of it. */
const variable = "INBOX_API_TOKEN"

const headerFlag = (name: string, value: string, token: string): string =>
  value.includes(variable)
    ? `--header "${name}: ${value}"`
    : `--header ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`

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

const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const quoted = (text: string, token: string): string =>
  token !== "" && text.includes(token)
    ? `"${text
        .split(token)
        .map((part) => part.replace(/[\\"$`]/g, "\\$&"))
        .join("$" + "{INBOX_API_TOKEN}")}"`
    : singleQuoted(text)
