import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpApiSwagger from "@effect/platform/HttpApiSwagger"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Target } from "./target.js"

const documentPath = "/openapi.json"

const pagePath = "/docs"

/** The API as an OpenAPI document, and as a page to read and try it. The page has its script and its style within. */
export const layer = Layer.merge(
  HttpApiBuilder.middlewareOpenApi({ path: documentPath }),
  HttpApiSwagger.layer({ path: pagePath })
)

/** Whether a request is one for the documentation, by its path. */
export const isDocumentation = ({ segments }: Target): boolean => {
  const path = segments?.join("/")
  return path === documentPath || path === pagePath
}

/** What the page may load and ask: itself, and this sandbox. No other host, whatever its script would like. */
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
