import { isIP } from "node:net"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Option from "effect/Option"
import * as Inspector from "../../Inspector.js"
import { Refusal } from "../refusal.js"

/** Whether a request is one for the inspector, by its path. */
export const isInspector = (url: string): boolean =>
  url === Inspector.basePath || url.startsWith(`${Inspector.basePath}/`) || url.startsWith(`${Inspector.basePath}?`)

const hostName = (header: string): string =>
  header
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase()

/** A page that gets its own host name to resolve to this machine still sends that name. */
export const isOwnHost = (header: string | undefined, listenHost: string): boolean => {
  if (header === undefined) return false
  const name = hostName(header)
  return name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0 || name === listenHost.toLowerCase()
}

const isSameOrigin = ({ headers }: HttpServerRequest.HttpServerRequest): boolean => {
  const { host, origin } = headers
  const site = headers["sec-fetch-site"]
  return (
    (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) &&
    (site === undefined || site === "same-origin" || site === "none")
  )
}

const forbidden = (message: string) => Option.some(new Refusal({ status: 403, code: "FORBIDDEN", message }))

const notHere = new Refusal({ status: 404, code: "NOT_FOUND", message: "This sandbox has no inspector" })

/**
 * Whether a request for the inspector, or for a page over it, may come in. A loopback address is open to every page in
 * the developer's browser, so the sandbox has to be addressed by a name of its own, and nobody but its own pages may
 * read or change anything.
 */
export const check = (
  request: HttpServerRequest.HttpServerRequest,
  options: { readonly isOn: boolean; readonly host: string }
): Option.Option<Refusal> => {
  if (!options.isOn) return Option.some(notHere)
  if (!isOwnHost(request.headers.host, options.host)) {
    return forbidden("The Host header names neither this machine nor an IP address")
  }
  if (!isSameOrigin(request)) return forbidden("The inspector is not open to other sites")
  return Option.none()
}
