/**
 * Requests as command lines that send the same bytes again.
 *
 * @since 0.1.0
 */
import * as Curl from "@inbox-effect/client/Curl"
import type { RawRequest } from "../model/Exchange.js"

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
  readonly reply?: Curl.Reply | undefined
}

/**
 * A `curl` command line for a request: the same method, path, headers in the same spelling and body, byte for byte. Where
 * chunks are cut is curl's own choice, which a comment before the line says.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (sendable: Sendable, baseUrl: string): string => onOneConnection([sendable], baseUrl)

/**
 * One command line that sends several requests one after another on one connection.
 *
 * @since 0.1.0
 * @category rendering
 */
export const onOneConnection = (sendables: ReadonlyArray<Sendable>, baseUrl: string): string => {
  const line = Curl.renderAll(sendables.map((each) => toRequest(each, baseUrl)))
  if (sendables.some(({ request }) => hasMore(request))) return `${noExtensions}\n${line}`
  return sendables.some(({ request }) => isCut(request)) ? `${ownChunks}\n${line}` : line
}

/**
 * A command line that sends a message and keeps its id in a shell variable.
 *
 * @since 0.1.0
 * @category rendering
 */
export const kept = (variable: string, sendable: Sendable, baseUrl: string): string =>
  `${variable}=$(${render(sendable, baseUrl)} \\\n  | grep -o '"id" *: *"[0-9a-z]*"' | head -n 1 | cut -d'"' -f4)`

const ownChunks = "# curl cuts the body where it likes; --replay cuts it as it was"

const noExtensions = "# curl sends no extensions of chunks and no trailers; --replay does"

const hasMore = ({ framing }: RawRequest): boolean =>
  framing.kind === "chunked" && (framing.extension !== undefined || framing.trailers !== undefined)

const isCut = ({ framing }: RawRequest): boolean => framing.kind === "pieces" || framing.kind === "chunked"

const toRequest = ({ reply, request, token }: Sendable, baseUrl: string): Curl.Request => ({
  method: request.method,
  url: `${baseUrl.replace(/\/+$/, "")}${request.path}`,
  headers: [...request.headers.map(toHeader), ...framing(request)],
  body: request.body ?? new Uint8Array(0),
  token,
  reply
})

/** Credentials that a shell makes of the token name its variable. */
const toHeader = ([name, value]: RawRequest["headers"][number]): Curl.Header =>
  value.includes("INBOX_API_TOKEN") ? [name, value, "shell"] : [name, value]

/** Headers that curl would spell otherwise, or not send, unless the request has them. */
const framing = (request: RawRequest): ReadonlyArray<Curl.Header> => {
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const sample = request.headers[0]?.[0] ?? "Host"
  const cased = [sample.toLowerCase(), sample.toUpperCase()].indexOf(sample)
  const length = request.body?.byteLength ?? 0
  const isChunked = request.framing.kind === "chunked"
  const isSpelled = cased !== -1 || isChunked || (request.method === "HEAD" && length === 0)
  const header: Curl.Header = isChunked ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(length)]
  const [name, value] = header
  if (!isSpelled || names.has(name.toLowerCase())) return []
  return [[[name.toLowerCase(), name.toUpperCase()][cased] ?? name, value]]
}
