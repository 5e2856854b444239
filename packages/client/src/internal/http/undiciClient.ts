/**
 * Puts requests on the wire through undici, and notes whether it came to that.
 */
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberRef from "effect/FiberRef"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Dispatcher } from "undici"
import { keeping } from "../send/startGate.js"
import { type AnyFiber, clockOf } from "../telemetry.js"
import type { Waiting } from "./undiciPools.js"
import { DirectExchange, Exchange, type Means, type Outcome } from "./undiciRequest.js"
import { type Direct, Wire, withDirect } from "./wire.js"

/** Limits of undici: times in milliseconds, sizes in bytes. */
export interface Limits {
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly maxBodySize: number
}

type Body = Exclude<Dispatcher.DispatchOptions["body"], undefined>

/** A body as undici takes it, with the header that it brings along, and how to let go of what it holds. */
interface Outgoing {
  readonly body: Body
  readonly contentType?: string | null
  readonly release?: () => void
}

/** undici waits for the next piece, whatever becomes of the request meanwhile: the stream is told when that is over. */
const ofStream = (stream: HttpBody.Stream["stream"]): Outgoing => {
  const iterator = Stream.toAsyncIterable(stream)[Symbol.asyncIterator]()
  return {
    body: { [Symbol.asyncIterator]: () => iterator } as never,
    release: () => void iterator.return?.()
  }
}

const ofForm = (form: HttpBody.FormData["formData"]): Outgoing => {
  const encoded = new Response(form as never)
  return { body: encoded.body as never, contentType: encoded.headers.get("content-type") }
}

const outgoing = (body: HttpBody.HttpBody): Outgoing => {
  switch (body._tag) {
    case "Empty":
      return { body: null }
    case "Uint8Array":
    case "Raw":
      return { body: body.body as Uint8Array }
    case "FormData":
      return ofForm(body.formData)
    case "Stream":
      return ofStream(body.stream)
  }
}

const fromContext = <S>(fiber: AnyFiber, tag: Context.Tag<never, S> | { readonly key: string }): S | undefined =>
  fiber.currentContext.unsafeMap.get(tag.key)

/** Tells whether a slip came with this very request. */
const isOwn = (fiber: AnyFiber, request: HttpClientRequest.HttpClientRequest): boolean =>
  fromContext<Wire>(fiber, Wire)?.body === request.body

const limitOf = (fiber: AnyFiber, limits: Limits): number => {
  const own = fromContext<Option.Option<bigint>>(fiber, HttpIncomingMessage.MaxBodySize)
  return own?._tag === "Some" ? Math.min(Number(own.value), limits.maxBodySize) : limits.maxBodySize
}

/** The dispatcher of an origin, and the requests that wait for one of its connections. */
export interface Route {
  readonly dispatcher: Dispatcher
  readonly waiting: Waiting
}

type Routes = (origin: string) => Route

const meansOf = (fiber: AnyFiber, wire: Wire | undefined, own: boolean, waiting: Waiting, limits: Limits): Means => {
  const clock = clockOf(fiber)
  return {
    // The time holds for whatever an attempt sends, the slip for its own request alone.
    wire: own ? wire : undefined,
    mayStart: wire?.mayStart,
    waiting,
    headersTimeout: limits.headersTimeout,
    now: () => clock.unsafeCurrentTimeNanos()
  }
}

/** Encodings save little here, and cost both sides. */
const plainly = { "accept-encoding": "identity" }

/** The two parts of a URL that undici wants. */
interface Address {
  readonly origin: string
  readonly path: string
}

const parts = ({ origin, pathname, search }: URL): Address => ({ origin, path: pathname + search })

/** A path that parsing would leave as it is. */
const plain = /^\/[\w/-]*$/

/** Parses addresses, and knows the origin of the last one again: most programs talk to one. */
const makeParser = (): ((
  request: HttpClientRequest.HttpClientRequest
) => Either.Either<Address, HttpClientError.RequestError>) => {
  let known = ""
  return (request) => {
    const { hash, url, urlParams } = request
    if (known !== "" && hash._tag === "None" && urlParams.length === 0 && url.startsWith(known)) {
      const path = url.slice(known.length)
      if (plain.test(path)) return Either.right({ origin: known, path })
    }
    return Either.mapBoth(UrlParams.makeUrl(url, urlParams, hash), {
      onLeft: (cause) => new HttpClientError.RequestError({ request, reason: "InvalidUrl", cause }),
      onRight: (parsed) => {
        known = parsed.origin === "null" ? "" : parsed.origin
        return parts(parsed)
      }
    })
  }
}

const exchange = (
  routes: Routes,
  limits: Limits,
  request: HttpClientRequest.HttpClientRequest,
  { origin, path }: Address,
  fiber: AnyFiber,
  signal?: AbortSignal
): Outcome =>
  Effect.async((resume) => {
    const { body, contentType, release } = outgoing(request.body)
    const { dispatcher, waiting } = routes(origin)
    const means = meansOf(fiber, fromContext<Wire>(fiber, Wire), isOwn(fiber, request), waiting, limits)
    const one = new Exchange(request, limitOf(fiber, limits), means, release, resume)
    signal?.addEventListener("abort", () => one.cancel(), { once: true })
    try {
      dispatcher.dispatch(
        {
          origin,
          path,
          method: request.method,
          headers: { ...plainly, ...(contentType ? { "content-type": contentType } : {}), ...request.headers },
          body,
          headersTimeout: limits.headersTimeout,
          bodyTimeout: limits.bodyTimeout
        },
        one
      )
    } catch (error) {
      one.onResponseError(undefined, error)
    }
    return Effect.sync(() => one.cancel())
  })

const directOver =
  (routes: Routes, limits: Limits): Direct =>
  ({ body, headers, maxBodySize, origin, path }, state, fiber, ended) => {
    const { dispatcher, waiting } = routes(origin)
    const means = meansOf(fiber, state.wire, true, waiting, limits)
    const one = new DirectExchange(state, Math.min(maxBodySize, limitOf(fiber, limits)), means, ended)
    // Assigned by its name, so that it is made among young objects: `handOver` tells why.
    const cancel = () => one.cancel()
    state.cancel = cancel
    const { bodyTimeout, headersTimeout } = limits
    try {
      dispatcher.dispatch(
        { origin, path, method: "POST", headers: { ...plainly, ...headers }, body, headersTimeout, bodyTimeout },
        one
      )
    } catch (error) {
      one.onResponseError(undefined, error)
    }
  }

/** The sender of a message, who leaves a slip, makes a span of its own. */
const isTraced = (fiber: AnyFiber, request: HttpClientRequest.HttpClientRequest): boolean =>
  !isOwn(fiber, request) &&
  fiber.getFiberRef(FiberRef.currentTracerEnabled) &&
  !fiber.getFiberRef(HttpClient.currentTracerDisabledWhen)(request)

/** An `HttpClient` over dispatchers. It makes the spans that every `HttpClient` makes, unless tracing is off. */
export const make = (routes: Routes, limits: Limits): HttpClient.HttpClient => {
  const traced = HttpClient.make((request, url, signal, fiber) =>
    exchange(routes, limits, request, parts(url), fiber, signal)
  )
  const parse = makeParser()
  const execute = (request: HttpClientRequest.HttpClientRequest): Outcome =>
    Effect.withFiberRuntime((fiber) => {
      if (isTraced(fiber, request)) {
        return traced.execute(request)
      }
      const address = parse(request)
      return Either.isRight(address)
        ? exchange(routes, limits, request, address.right, fiber)
        : Effect.fail(address.left)
    })
  const client = HttpClient.makeWith(
    Effect.flatMap(execute),
    Effect.succeed as HttpClient.HttpClient.Preprocess<never, never>
  )
  return keeping(withDirect(client, directOver(routes, limits)))
}
