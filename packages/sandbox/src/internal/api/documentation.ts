import * as HttpApiSwagger from "@effect/platform/HttpApiSwagger"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpLayerRouter from "@effect/platform/HttpLayerRouter"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Server from "@inbox-effect/server/Server"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { InspectorApi } from "../../Inspector.js"
import { basePath } from "./messages.js"

const documentPath = "/openapi.json"

const pagePath = "/docs"

const described = Server.api
  .prefix(basePath)
  .annotate(OpenApi.Title, "Inbox sandbox")
  .annotate(OpenApi.Servers, [{ url: "/" }])

const describedWithInspector = described.addHttpApi(InspectorApi)

/**
 * The API as an OpenAPI document, and as a page to read and try it; the inspector is described where there is one. The
 * page has its script and its style within.
 */
export const make = (hasInspector: boolean) => {
  const api = hasInspector ? describedWithInspector : described
  const document = HttpServerResponse.unsafeJson(OpenApi.fromApi(api))
  return HttpLayerRouter.toHttpEffect(
    Layer.merge(
      HttpLayerRouter.add("GET", documentPath, Effect.succeed(document)),
      HttpApiSwagger.layerHttpLayerRouter({ api, path: pagePath })
    )
    // The router is a layer that is shared: another sandbox of the same program has routes of its own.
  ).pipe(Effect.provideServiceEffect(Layer.CurrentMemoMap, Layer.makeMemoMap))
}

/** Tells whether a path is that of the documentation. */
export const has = (segments: ReadonlyArray<string> | undefined): boolean => {
  const path = `/${segments?.join("/")}`
  return path === documentPath || path === pagePath
}
/** Policy of the page: it may load and ask itself and this sandbox, and no other host. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "font-src data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

/** Keeps the page to this machine. */
export const confine = <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<E, R> =>
  Effect.map(
    app,
    HttpServerResponse.setHeaders({
      "content-security-policy": policy,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff"
    })
  )
