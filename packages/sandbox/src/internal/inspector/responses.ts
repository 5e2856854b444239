import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { HttpApiDecodeError } from "@effect/platform/HttpApiError"
import type * as HttpApp from "@effect/platform/HttpApp"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Identifier from "@inbox-effect/client/Identifier"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as Answer from "@inbox-effect/server/Answer"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { inspectorApi } from "./api.js"

/** A refusal as the framework answers: the schemas of the API know only the documented ones. */
export const toResponse = (refusal: Refusal.Refusal): HttpServerResponse.HttpServerResponse => {
  const answer = Refusal.toAnswer(refusal)
  return HttpServerResponse.uint8Array(Answer.bytes(answer), {
    status: answer.status,
    headers: answer.headers,
    contentType: "application/json"
  })
}

interface Route {
  readonly method: string
  readonly path: RegExp
}

const routes: ReadonlyArray<Route> = (() => {
  const found: Array<Route> = []
  HttpApi.reflect(inspectorApi, {
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

const noRoute = ({ method, url }: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse => {
  const methods = methodsOf(url)
  if (methods.length === 0 || methods.includes(method)) {
    return toResponse(new Refusal.Refusal({ status: 404, code: "NOT_FOUND", message: "There is nothing here" }))
  }
  const headers = { allow: [...methods, "OPTIONS"].join(", ") }
  if (method === "OPTIONS") return HttpServerResponse.empty({ status: 204, headers })
  const message = `This path takes ${methods.join(", ")}`
  return toResponse(new Refusal.Refusal({ status: 405, code: "METHOD_NOT_ALLOWED", message, headers }))
}

/** Requirements of the fields of path and query; the others are identifiers. */
const musts: Readonly<Record<string, string>> = {
  limit: `must be one whole number from 1 to ${ListMessages.maxLimit}`,
  search: "must be given once"
}

const undecodable = (error: HttpApiDecodeError): HttpServerResponse.HttpServerResponse => {
  const field = String(error.issues[0]?.path[0] ?? "The path")
  return toResponse(Refusal.badRequest(`${field} ${musts[field] ?? `must match ${Identifier.pattern.source}`}`))
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
  new Refusal.Refusal({ status: 500, code: "INTERNAL_SERVER_ERROR", message: "The sandbox failed; its log says more" })
)

/** Makes every end of a request an answer, but for interruption. */
export const recover = (
  cause: Cause.Cause<unknown>
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest> => {
  if (Cause.isInterruptedOnly(cause)) return Effect.interrupt
  const error = Cause.squash(cause)
  if (error instanceof Refusal.Refusal) return Effect.succeed(toResponse(error))
  return error instanceof RouteNotFound
    ? Effect.map(HttpServerRequest.HttpServerRequest, noRoute)
    : Effect.as(Effect.logError("A request failed", cause), failed)
}
