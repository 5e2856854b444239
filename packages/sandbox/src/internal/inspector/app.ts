import type { IncomingMessage, ServerResponse } from "node:http"
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpRouter from "@effect/platform/HttpRouter"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Body from "@inbox-effect/server/Body"
import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Inspector from "../../Inspector.js"
import type { Storage } from "../../Storage.js"
import * as Documentation from "../api/documentation.js"
import * as FaultRules from "../faults/rules.js"
import * as Page from "../http/page.js"
import { inspectorApi } from "./api.js"
import * as Gate from "./gate.js"
import * as Handlers from "./handlers.js"
import * as Journal from "./journal.js"
import { recover, refuseUndecodable, toResponse } from "./responses.js"

/** Paths mean what they say: letters have a case, slashes count, and an identifier may have any length. */
const routing = HttpRouter.setRouterConfig({
  caseSensitive: true,
  ignoreTrailingSlash: false,
  ignoreDuplicateSlashes: false,
  maxParamLength: Number.MAX_SAFE_INTEGER
})

interface Options {
  readonly host: string
  readonly bodyLimit: number
  readonly journal: Option.Option<Journal.Recorder>
  readonly faultRules: typeof FaultRules.FaultRules.Service
  readonly settings: MutableRef.MutableRef<Inspector.Settings>
  readonly self: typeof Handlers.CurrentSelf.Service
}

/** The inspector's answers are for its own pages, and for no other site. */
const privately = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff"
}

/** A sandbox without an inspector has none of its routes. */
const nothing = HttpApi.make("inspector")

const inspectorLive = ({ bodyLimit, faultRules, host, journal, self, settings }: Options) =>
  Option.match(journal, {
    onNone: () => HttpApiBuilder.api(nothing),
    onSome: (recorder) =>
      HttpApiBuilder.api(inspectorApi).pipe(
        Layer.provide(Handlers.layer(bodyLimit)),
        Layer.provide([
          Gate.layer(host),
          Layer.succeed(Journal.CurrentRecorder, recorder),
          Layer.succeed(FaultRules.FaultRules, faultRules),
          Layer.succeed(Handlers.CurrentSettings, settings),
          Layer.succeed(Handlers.CurrentSelf, self)
        ])
      )
  })

/** The inspector by HttpApiBuilder, whose cost per request matters to nobody here. */
const makeHttpApp = (options: Options) =>
  HttpApiBuilder.httpApp.pipe(
    Effect.provide(
      inspectorLive(options).pipe(
        Layer.merge(refuseUndecodable),
        Layer.provideMerge(Layer.mergeAll(HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer)),
        Layer.provideMerge(routing)
      )
    )
  )

const drained = <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<E, R | HttpServerRequest.HttpServerRequest> =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
    Effect.zipLeft(app, Body.drain(NodeHttpServerRequest.toIncomingMessage(request)))
  )

/** Shows a page or the documentation to people, and not to scripts of other sites. */
const forPeople =
  (host: string) =>
  <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<E, R | HttpServerRequest.HttpServerRequest> =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
      Option.match(Gate.checkPage(request, host), {
        onNone: () => app,
        onSome: (refusal) => Effect.succeed(toResponse(refusal))
      })
    )

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** An absolute URL becomes a path, and its authority the host. */
const settle = (incoming: IncomingMessage, exchange: Exchange.Exchange): void => {
  incoming.url = exchange.url
  incoming.headers.host = exchange.host
}

/**
 * Takes what is no part of the API: the inspector, its page, and the documentation. What comes here has left the API's
 * own paths; the gate of the inspector stands before its matched routes.
 */
export const make = (
  options: Options
): Effect.Effect<(exchange: Exchange.Exchange) => Listener | undefined, never, Storage | Scope.Scope> =>
  Effect.gen(function* () {
    const inspector = Effect.catchAllCause(yield* makeHttpApp(options), recover)
    const documentation = Effect.catchAllCause(yield* Documentation.make(Option.isSome(options.journal)), recover)
    const listen = <R>(app: HttpApp.Default<never, R>) => NodeHttpServer.makeHandler(drained(app))
    const inspect = yield* listen(Effect.map(inspector, HttpServerResponse.setHeaders(privately)))
    const document = yield* listen(Documentation.confine(forPeople(options.host)(documentation)))
    const page = yield* listen(forPeople(options.host)(Effect.map(HttpServerRequest.HttpServerRequest, Page.answer)))

    const choose = (exchange: Exchange.Exchange): Listener | undefined => {
      if (Option.isSome(options.journal)) {
        if (`/${exchange.segments?.[0]}` === Inspector.basePath) return inspect
        if (Page.has(exchange.method, exchange.url)) return page
      }
      return Documentation.has(exchange.segments) ? document : undefined
    }

    return (exchange: Exchange.Exchange) => {
      const listener = choose(exchange)
      if (listener === undefined) return undefined
      return (incoming: IncomingMessage, outgoing: ServerResponse) => {
        settle(incoming, exchange)
        listener(incoming, outgoing)
      }
    }
  }).pipe(
    HttpMiddleware.withTracerDisabledWhenEffect(() => true),
    Effect.withTracerEnabled(false),
    Effect.provide(NodeHttpServer.layerContext)
  )
