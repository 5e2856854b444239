/**
 * Requests as command lines that send the same bytes again.
 *
 * @since 0.1.0
 */
import * as Curl from "@inbox-effect/sandbox/Curl"
import type { RawRequest } from "../model/Exchange.js"

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
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const body = request.body ?? new Uint8Array(0)
  const isHead = request.method === "HEAD" && body.byteLength === 0
  const added: ReadonlyArray<readonly [string, string]> = [
    ...framing(request),
    ...(isHead ? [["Content-Length", "0"] as const] : [])
  ]
  const line = Curl.render({
    method: request.method,
    url: `${baseUrl.replace(/\/+$/, "")}${request.path}`,
    headers: [...request.headers.map(asHeader), ...added.filter(([name]) => !names.has(name.toLowerCase()))],
    body,
    token
  })
  const isCut = request.framing.kind === "chunked" || request.framing.kind === "pieces"
  return isCut && !isHead ? `${ownChunks}\n${line}` : line
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

const asHeader = ([name, value]: readonly [string, string]): Curl.Header =>
  value.includes(variable) ? [name, value, "shell"] : [name, value]
