import * as Headers from "@effect/platform/Headers"
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import { HttpApiDecodeError } from "@effect/platform/HttpApiError"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import type * as HttpApp from "@effect/platform/HttpApp"
import { RouteNotFound } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Identifier from "@inbox-effect/client/Identifier"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Fault from "../Fault.js"
import * as Inspector from "../Inspector.js"
import { drain } from "./body.js"
import * as Documentation from "./documentation.js"
import * as Faulting from "./faulting.js"
import type { FaultRules } from "./faultRules.js"
import * as Id from "./id.js"
import * as Gate from "./inspector/gate.js"
import { type Recorder, threadOf } from "./inspector/journal.js"
import { Keeper } from "./inspector/kept.js"
import { api, basePath, vendorApi } from "./messages.js"
import * as Notes from "./notes.js"
import * as Page from "./page.js"
import * as RateLimit from "./rateLimit.js"
import { Refusal, toResponse } from "./refusal.js"
import * as Target from "./target.js"

interface Route {
  readonly method: string
  readonly path: RegExp
}

const routesOf = <Id extends string, Groups extends HttpApiGroup.HttpApiGroup.Any, E, R>(
  served: HttpApi.HttpApi<Id, Groups, E, R>
): ReadonlyArray<Route> => {
  const found: Array<Route> = []
  HttpApi.reflect(served, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      found.push({ method: endpoint.method, path: new RegExp(`^${endpoint.path.replace(/:[^/]+/g, "[^/]+")}$`) })
    }
  })
  return found
}

const allRoutes = routesOf(api)

const vendorRoutes = routesOf(vendorApi)

const methodsOf = (url: string, routes: ReadonlyArray<Route>): ReadonlyArray<string> => {
  const path = url.split("?", 1)[0] ?? ""
  return routes
    .filter((route) => route.path.test(path))
    .flatMap(({ method }) => (method === "GET" ? [method, "HEAD"] : [method]))
}

const noRoute = (
  request: HttpServerRequest.HttpServerRequest,
  routes: ReadonlyArray<Route>
): HttpServerResponse.HttpServerResponse => {
  const methods = methodsOf(request.url, routes)
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
  cursorTimestamp: "must be one date-time, as nextCursor has it",
  search: "must be given once"
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
  (request: HttpServerRequest.HttpServerRequest, { journal }: Options) =>
  (cause: Cause.Cause<unknown>): Effect.Effect<HttpServerResponse.HttpServerResponse> => {
    if (Cause.isInterruptedOnly(cause)) {
      return Effect.interrupt
    }
    const error = Cause.squash(cause)
    if (error instanceof RouteNotFound) {
      return Effect.succeed(noRoute(request, Option.isSome(journal) ? allRoutes : vendorRoutes))
    }
    return Effect.as(Effect.logError("A request failed", cause), failed)
  }

interface Options {
  readonly host: string
  readonly journal: Option.Option<Recorder>
  readonly faultRules: typeof FaultRules.Service
}

/** The inspector's answers are for its own pages, and for no other site. */
const privately = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff"
}

const inspect = <E, R>(
  request: HttpServerRequest.HttpServerRequest,
  app: HttpApp.Default<E, R>,
  options: Options
): HttpApp.Default<never, R> =>
  Effect.catchAllCause(app, recover(request, options)).pipe(
    Effect.tap(() => drain(request, new Keeper())),
    Effect.map(HttpServerResponse.setHeaders(privately))
  )

/** The faults that the request asks for itself; else those of the rules for its thread, if it is a send. */
const faultsOf = (
  request: HttpServerRequest.HttpServerRequest,
  { faultRules }: Options
): Either.Either<ReadonlyArray<Fault.Fault>, Refusal> =>
  Either.map(Faulting.fromHeader(request), (asked) => {
    if (asked !== undefined) return asked
    const threadId = request.method === "POST" ? threadOf(request.url) : undefined
    return threadId === undefined ? [] : faultRules.take(threadId)
  })

const refuse = (refusal: Refusal) => Effect.succeed(toResponse(refusal))

const serveApi = <E, R>(
  request: HttpServerRequest.HttpServerRequest,
  app: HttpApp.Default<E, R>,
  options: Options
): HttpApp.Default<never, R> =>
  Effect.flatMap(Clock.currentTimeMillis, (startedAt) => {
    const { journal } = options
    const started = performance.now()
    const notes = Notes.open(request, Id.make())

    let isRecorded = false
    const record = (
      delivered: typeof Inspector.Delivered.Type,
      answer: HttpServerResponse.HttpServerResponse | undefined
    ) => {
      if (Option.isNone(journal) || isRecorded) return
      isRecorded = true
      const source = NodeHttpServerRequest.toIncomingMessage(request)
      journal.value.record({
        id: notes.id,
        startedAt,
        durationMs: performance.now() - started,
        method: request.method,
        url: request.url,
        rawHeaders: source.rawHeaders,
        body: notes.body.kept,
        teamId: notes.teamId,
        messageId: notes.messageId,
        faults: notes.faults,
        delivered,
        answer
      })
    }

    const withHeaders = (response: HttpServerResponse.HttpServerResponse) =>
      HttpServerResponse.setHeaders(response, {
        ...RateLimit.toHeaders(notes.verdict?.standing ?? RateLimit.untouched(startedAt)),
        "x-request-id": notes.id,
        ...(response.status === 401 ? { "www-authenticate": "Bearer" } : {})
      })

    const answerOf = (handled: HttpApp.Default<E, R>) =>
      Effect.flatMap(Effect.catchAllCause(handled, recover(request, options)), (response) =>
        Effect.map(drain(request, notes.body), () => withHeaders(response))
      )

    const breaking = (
      response: HttpServerResponse.HttpServerResponse | undefined,
      breakage: NonNullable<Faulting.Plan["breakage"]>
    ) => {
      const part = response === undefined ? undefined : Faulting.partOf(response, breakage)
      record(part === undefined ? "Nothing" : "Partial", part)
      return Faulting.deliver(request, part, breakage)
    }

    const faulty = (plan: Faulting.Plan) =>
      Effect.gen(function* () {
        if (plan.resetsFirst) {
          yield* drain(request, notes.body)
          return yield* breaking(undefined, "reset")
        }
        const response = plan.change(yield* answerOf(plan.refuses ? Effect.succeed(Faulting.blank) : app))
        if (plan.latency > 0) yield* Effect.interruptible(Effect.sleep(plan.latency))
        return plan.breakage === undefined ? response : yield* breaking(response, plan.breakage)
      })

    const faults = faultsOf(request, options)
    notes.faults = Either.getOrElse(faults, () => [])
    const answering = Either.match(faults, {
      onLeft: (refusal) => answerOf(refuse(refusal)),
      onRight: (due) => (due.length === 0 ? answerOf(app) : faulty(Faulting.plan(due, startedAt)))
    })
    // The server lets nobody interrupt what is around the handler, so whatever ends it passes here.
    return Effect.matchCauseEffect(answering, {
      onFailure: (cause) => {
        record("Nothing", undefined)
        return Effect.failCause(cause)
      },
      onSuccess: (response) => {
        record("Complete", response)
        return Effect.succeed(response)
      }
    })
  })

const forPeople = <E, R>(
  request: HttpServerRequest.HttpServerRequest,
  app: HttpApp.Default<E, R>,
  options: Options
): HttpApp.Default<never, R> =>
  Option.match(Gate.checkPage(request, options.host), {
    onNone: () => Effect.catchAllCause(app, recover(request, options)),
    onSome: ({ error }) => refuse(new Refusal(error))
  }).pipe(Effect.tap(() => drain(request, new Keeper())))

/** What a browser asks of every server by itself, as beside the documentation: no traffic of anybody's client. */
const isUnasked = ({ method, url }: HttpServerRequest.HttpServerRequest): boolean =>
  method === "GET" && url === "/favicon.ico"

const choose = <E, R>(
  target: Target.Target,
  request: HttpServerRequest.HttpServerRequest,
  app: HttpApp.Default<E, R>,
  options: Options
): HttpApp.Default<never, R> => {
  if (Option.isSome(options.journal)) {
    if (Target.isBelow(target, Inspector.basePath)) return inspect(request, app, options)
    const page = Page.find(request)
    if (page !== undefined) return forPeople(request, Effect.succeed(page), options)
  }
  return Documentation.isDocumentation(target) || isUnasked(request)
    ? Documentation.confine(forPeople(request, app, options))
    : serveApi(request, app, options)
}

/**
 * Gives every answer of the API what all have in common, whoever makes it: the vendor's envelope instead of an empty
 * body, a request id, the rate limit, the challenge of a 401, a request that has been read to its end, and a record of
 * both. What is no part of the API, the inspector, its page and the documentation, has headers of its own.
 */
export const harden =
  (options: Options) =>
  <E, R>(app: HttpApp.Default<E, R>): HttpApp.Default<never, R> =>
    Effect.flatMap(HttpServerRequest.HttpServerRequest, (original) => {
      const target = Target.read(original.url)
      if (target.authority === undefined) return choose(target, original, app, options)
      const headers = Headers.set(original.headers, "host", target.authority)
      const request = original.modify({ url: target.url, headers })
      const read = Effect.provideService(app, HttpServerRequest.HttpServerRequest, request)
      return choose(target, request, read as HttpApp.Default<E, R>, options)
    })
