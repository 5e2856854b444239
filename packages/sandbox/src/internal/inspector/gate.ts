import { isIP } from "node:net"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

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

const isOwnOrigin = ({ host, origin }: HttpServerRequest.HttpServerRequest["headers"]): boolean =>
  origin === undefined || origin === `http://${host}` || origin === `https://${host}`

const isSameOrigin = ({ headers }: HttpServerRequest.HttpServerRequest): boolean => {
  const site = headers["sec-fetch-site"]
  return isOwnOrigin(headers) && (site === undefined || site === "same-origin" || site === "none")
}

const forbidden = (message: string) => Option.some(Refusal.forbidden(message))

const wrongHost = forbidden("The Host header names neither this machine nor an IP address")

/**
 * Refuses a request for the inspector that comes from elsewhere. A loopback address is open to every page in the
 * developer's browser, so the sandbox has to be addressed by a name of its own, and nobody but its own pages may read
 * or change anything.
 */
export const check = (
  request: HttpServerRequest.HttpServerRequest,
  listenHost: string
): Option.Option<Refusal.Refusal> => {
  if (!isOwnHost(request.headers.host, listenHost)) return wrongHost
  return isSameOrigin(request) ? Option.none() : forbidden("The inspector is not open to other sites")
}

/**
 * Refuses a request for a page under a name that only points here, or by a script of another site. A link on another
 * site may lead here: what it opens is on view for the person, and not for that site.
 */
export const checkPage = (
  { headers }: HttpServerRequest.HttpServerRequest,
  listenHost: string
): Option.Option<Refusal.Refusal> => {
  if (!isOwnHost(headers.host, listenHost)) return wrongHost
  return isOwnOrigin(headers) ? Option.none() : forbidden("The page is not open to other sites")
}

/** Stands before every route of the inspector, however the request spelled it. */
export class Gate extends HttpApiMiddleware.Tag<Gate>()("@inbox-effect/sandbox/internal/Gate", {
  failure: ErrorResponse.Forbidden
}) {}

/** The gate of a sandbox that listens on this host. */
export const layer = (listenHost: string): Layer.Layer<Gate> =>
  Layer.succeed(
    Gate,
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
      Option.match(check(request, listenHost), {
        onNone: () => Effect.void,
        onSome: ({ message }) => Effect.fail(ErrorResponse.make(403, "FORBIDDEN", message))
      })
    )
  )
