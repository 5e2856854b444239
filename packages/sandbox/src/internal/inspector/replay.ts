import * as Curl from "@inbox-effect/client/Curl"
import type * as Inspector from "../../Inspector.js"
import type { Entry } from "./journal.js"

/** Headers that say where a body ends, which whoever sends it again does for itself. */
const ofFraming = new Set(["content-length", "transfer-encoding"])

/** Headers that are about the connection, too. */
const ofConnection = new Set([...ofFraming, "connection", "expect", "keep-alive", "proxy-connection"])

type Pair = readonly [name: string, value: string]

const pairsOf = ({ rawHeaders }: Entry): ReadonlyArray<Pair> => {
  const pairs: Array<Pair> = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""])
  }
  return pairs
}

const valueOf = (pairs: ReadonlyArray<Pair>, name: string): string | undefined =>
  pairs.find(([each]) => each.toLowerCase() === name)?.[1]

const lengthOf = (pairs: ReadonlyArray<Pair>): number | undefined => {
  const digits = valueOf(pairs, "content-length")
  return digits === undefined ? undefined : Number(digits)
}

/** Says why a request cannot be sent again as it was; `undefined` where it can. */
export const obstacleTo = (entry: Entry): string | undefined => {
  if (!entry.isWhole) return "The request could not be read, and was not kept"
  const { body } = entry
  if (body.size < body.bytes) return `Only the first ${body.size} bytes of the body were kept`
  const announced = lengthOf(pairsOf(entry))
  return announced !== undefined && announced !== body.bytes ? "The body did not arrive in full" : undefined
}

/** The bytes of the body; `undefined` where the request announced none. */
const bodyOf = ({ body }: Entry, pairs: ReadonlyArray<Pair>): Buffer | undefined =>
  valueOf(pairs, "content-length") === undefined && valueOf(pairs, "transfer-encoding") === undefined
    ? undefined
    : body.head

/** Credentials whose values are kept nowhere. */
const lost = new Set(["cookie", "proxy-authorization"])

/** The journal keeps the scheme of an `Authorization` header, which has a token behind it. */
const ofToken = /^([A-Za-z-]{1,20}) …$/

const toHeader = ([name, value]: Pair): Curl.Header => {
  const scheme = name.toLowerCase() === "authorization" ? ofToken.exec(value)?.[1] : undefined
  return scheme === undefined ? [name, value] : [name, `${scheme} $` + "{INBOX_API_TOKEN}", "shell"]
}

const isChunked = (pairs: ReadonlyArray<Pair>): boolean => valueOf(pairs, "transfer-encoding") !== undefined

/** A target that curl would read otherwise: an absolute one, a fragment, bytes that are not ASCII. */
const isPlain = (target: string): boolean => /^\/[!-"$-~]*$/.test(target)

const isSent = ([name, value]: Pair, host: string | undefined): boolean => {
  const known = name.toLowerCase()
  if (ofFraming.has(known) || lost.has(known)) return false
  return !(known === "host" && value === host) && !(known === "connection" && /^keep-alive$/i.test(value))
}

/**
 * A request as a line for a shell that sends it again, to the sandbox at `host`. The token comes from the environment,
 * and other credentials are left out.
 */
export const curlOf = (entry: Entry, host: string | undefined): typeof Inspector.Curl.Type => {
  const obstacle = obstacleTo(entry)
  if (obstacle !== undefined) return { line: null, note: obstacle }
  const pairs = pairsOf(entry)
  const origin = `http://${host ?? valueOf(pairs, "host") ?? "localhost"}`
  const body = bodyOf(entry, pairs)
  const left = pairs.filter(([name]) => lost.has(name.toLowerCase())).map(([name]) => name)
  const line = Curl.render({
    method: entry.method,
    version: entry.httpVersion === "1.0" ? "1.0" : undefined,
    ...(isPlain(entry.url) ? { url: `${origin}${entry.url}` } : { url: `${origin}/`, target: entry.url }),
    headers: [
      ...pairs.filter((pair) => isSent(pair, host)).map(toHeader),
      ...(isChunked(pairs) ? [["Transfer-Encoding", "chunked"] as const] : []),
      ...(body?.length === 0 && entry.method === "HEAD" ? [["Content-Length", "0"] as const] : [])
    ],
    body
  })
  return { line, note: left.length === 0 ? null : `Without ${left.join(" and ")}, which is not kept` }
}

/** Headers to send a request again with, in turn with their values, behind a token of its own. */
export const headersOf = (entry: Entry, token: string): ReadonlyArray<string> => {
  const pairs = pairsOf(entry)
  const body = bodyOf(entry, pairs)
  const kept = pairs.filter(([name]) => {
    const known = name.toLowerCase()
    return !ofConnection.has(known) && !lost.has(known) && known !== "authorization"
  })
  return [
    ...kept.flat(),
    ...["Authorization", `Bearer ${token}`],
    ...(body === undefined ? [] : ["Content-Length", String(body.length)])
  ]
}
