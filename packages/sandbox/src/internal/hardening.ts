import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { HttpApiDecodeError } from "@effect/platform/HttpApiError"
import type * as HttpApp from "@effect/platform/HttpApp"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Identifier from "@inbox-effect/client/Identifier"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type * as Layer from "effect/Layer"
import { currentTeam } from "./authorization.js"
import { drain } from "./body.js"
import * as Id from "./id.js"
import { api, basePath } from "./messages.js"
import * as RateLimit from "./rateLimit.js"
import { Refusal, toResponse } from "./refusal.js"

interface Route {
  readonly method: string
  readonly path: RegExp
}

const routes: ReadonlyArray<Route> = (() => {
  const found: Array<Route> = []
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      found.push({ method: endpoint.method, path: new RegExp(`^${endpoint.path.replace(/:[^/]+/g, "[^/]+")}$`) })
    }
  })
  return found
})()

const methodsOf = (url: string): ReadonlyArray<string> => {
  const path = url.split("?", 1)[0] ?? ""
  return routes
    .filter((route) => route.path.test(path))
    .flatMap(({ method }) => (method === "GET" ? [method, "HEAD"] : [method]))
}

const noRoute = (request: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse => {
  const methods = methodsOf(request.url)
  if (methods.length === 0 || methods.includes(request.method)) {
    const message = `There is nothing here: messages are sent with POST ${basePath}/threads/{threadId}/messages`
    return toResponse(new Refusal({ status: 404, code: "NOT_FOUND", message }))
  }
  const headers = { allow: [...methods, "OPTIONS"].join(", ") }
  if (request.method === "OPTIONS") {
    return HttpServerResponse.empty({ status: 204, headers })
  }
  const message = `This path takes ${methods.join(", ")}`
  return toResponse(new Refusal({ status: 405, code: "METHOD_NOT_ALLOWED", message, headers }))
}

/** What the fields must be that the framework decodes, those of path and query; the others are identifiers. */
const musts: Readonly<Record<string, string>> = {
  limit: `must be one whole number from 1 to ${ListMessages.maxLimit}`,
  cursorTimestamp: "must be one date-time, as nextCursor has it"
}

const undecodable = (error: HttpApiDecodeError): HttpServerResponse.HttpServerResponse => {
  const field = String(error.issues[0]?.path[0] ?? "The path")
  const message = `${field} ${musts[field] ?? `must match ${Identifier.pattern.source}`}`
  return toResponse(new Refusal({ status: 400, code: "BAD_REQUEST", message }))
}

/** The framework would answer with its own envelope, which repeats the value. */
export const refuseUndecodable: Layer.Layer<never> = HttpApiBuilder.middleware(
  (app) =>
    Effect.catchIf(
      app as HttpApp.Default<unknown>,
      (error) => error instanceof HttpApiDecodeError,
      (error) => Effect.succeed(undecodable(error))
    ) as HttpApp.Default
)

const failed = toResponse(
  new Refusal({ status: 500, code: "INTERNAL_SERVER_ERROR", message: "The sandbox failed; its log says more" })
)

const recover =
  (request: HttpServerRequest.HttpServerRequest) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
    if (Cause.isInterruptedOnly(cause)) {
      return Effect.interrupt
    }
    const error = Cause.squash(cause)
    if (error instanceof RouteNotFound) {
      return Effect.succeed(noRoute(request))
    }
    return Effect.as(Effect.logError("A request failed", cause), failed)
  }

/**
 * What every answer of the API has in common, whoever makes it: the vendor's envelope instead of an empty body, a
 * request id, the rate limit, the challenge of a 401, and a request that has been read to its end.
 */
export const harden =
  (rateLimit: RateLimit.RateLimit) =>
  <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<never, R> =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const response = yield* Effect.catchAllCause(app, recover(request))
      yield* drain(request)
      const standing = rateLimit.standing(yield* FiberRef.get(currentTeam), yield* Clock.currentTimeMillis)
      return HttpServerResponse.setHeaders(response, {
        ...RateLimit.toHeaders(standing),
        "x-request-id": Id.make(),
        ...(response.status === 401 ? { "www-authenticate": "Bearer" } : {})
      })
    })
