/**
 * Puts requests on the wire through undici, and notes whether it came to that.
 */
import * as Headers from "@effect/platform/Headers"
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
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
import { collect } from "./collect.js"
import { decode, encodingOf } from "./encoding.js"
import type { Waiting } from "./undiciPools.js"
import { BodyTooLarge, UndiciResponse } from "./undiciResponse.js"
import { afterBegin, type Direct, type End, type ExchangeState, NeverSent, Wire, withDirect } from "./wire.js"

/** How long undici waits, in milliseconds, and how many bytes it takes. */
export interface Limits {
  readonly headersTimeout: number
  readonly bodyTimeout: number
  readonly maxBodySize: number
}

type Outcome = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

type Resume = (outcome: Outcome) => void

const invalid = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"])

const isInvalid = (error: unknown): boolean => invalid.has((error as { readonly code?: string }).code ?? "")

type HeadersOfUndici = ConstructorParameters<typeof UndiciResponse>[2]

/** As many answers may come before the answer: nobody needs more, and some servers send them without end. */
const mostInterim = 32

/** Tells the time of the monotonic clock, in nanoseconds. */
type Now = () => bigint

/** What a handler of a request works with. */
interface Means {
  readonly wire: Wire | undefined
  readonly mayStart: (() => boolean) | undefined
  readonly waiting: Waiting
  readonly headersTimeout: number
  readonly now: Now
}

/** A request on its way, as undici reports on it. It starts once, and not after it was cancelled. */
abstract class RequestHandler {
  readonly #means: Means
  #isWaiting = true
  #interim = 0
  #firstInterim: bigint | undefined
  protected controller: Dispatcher.DispatchController | undefined
  protected cancelled = false

  constructor(means: Means) {
    this.#means = means
    means.waiting.count++
    if (means.wire?.state === "Unknown") means.wire.state = "Waiting"
  }

  /** No connection is needed for this request any more. */
  protected leaveQueue(): void {
    if (this.#isWaiting) this.#means.waiting.count--
    this.#isWaiting = false
  }

  /** Takes an answer before the answer, within the time and the number that there are for them. */
  protected interim(controller: Dispatcher.DispatchController): void {
    const { headersTimeout, now } = this.#means
    this.#interim++
    this.#firstInterim ??= now()
    const isLate = headersTimeout > 0 && Number(now() - this.#firstInterim) / 1e6 > headersTimeout
    if (this.#interim > mostInterim || isLate) controller.abort(new Error("The server sends answers before its answer"))
  }

  /** Nothing has been written yet. What is thrown here is reported as the failure of the request. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.cancelled) throw new Error("The request was interrupted")
    if (this.controller !== undefined) throw new Error("The request is not sent a second time")
    const { mayStart, wire } = this.#means
    if (mayStart?.() === false) {
      if (wire !== undefined) wire.state = "TooLate"
      throw new Error("The request was not begun in time")
    }
    this.leaveQueue()
    this.controller = controller
    if (wire !== undefined) wire.state = "Started"
  }

  /** What a failure proves. */
  protected cause(error: unknown): unknown {
    return this.controller === undefined ? new NeverSent(error) : afterBegin(error)
  }
}

/** A request whose answer becomes a response. */
class Exchange extends RequestHandler implements Dispatcher.DispatchHandler {
  readonly #request: HttpClientRequest.HttpClientRequest
  readonly #limit: number
  readonly #release: (() => void) | undefined
  readonly #resume: Resume
  #response: UndiciResponse | undefined

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    limit: number,
    means: Means,
    release: (() => void) | undefined,
    resume: Resume
  ) {
    super(means)
    this.#request = request
    this.#limit = limit
    this.#release = release
    this.#resume = resume
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: HeadersOfUndici): void {
    if (status >= 200) {
      this.#response = new UndiciResponse(this.#request, status, headers, controller, this.#limit)
      this.#resume(Effect.succeed(this.#response))
    } else {
      this.interim(controller)
    }
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#response?.push(chunk)
  }

  onResponseEnd(): void {
    this.#release?.()
    this.#response?.end()
  }

  onResponseError(_: unknown, error: unknown): void {
    this.leaveQueue()
    this.#release?.()
    if (this.#response !== undefined) {
      this.#response.fail(error)
    } else if (!this.cancelled) {
      this.#resume(
        Effect.fail(
          new HttpClientError.RequestError({
            request: this.#request,
            reason: isInvalid(error) ? "Encode" : "Transport",
            cause: this.cause(error)
          })
        )
      )
    }
  }

  cancel(): void {
    const reason = new Error("The request was interrupted")
    this.cancelled = true
    this.leaveQueue()
    this.#release?.()
    if (this.#response !== undefined) this.#response.abort(reason)
    else this.controller?.abort(reason)
  }
}

const complete: End = Either.right("Complete")

const tooLarge: End = Either.right("TooLarge")

/** Headers of which every one came once are as they should be already. */
const toHeaders = (headers: HeadersOfUndici): Headers.Headers => {
  for (const name in headers) {
    if (typeof headers[name] !== "string") return Headers.fromInput(headers as Headers.Input)
  }
  return headers as Headers.Headers
}

/** A request whose answer goes into a state of its exchange. */
class DirectExchange extends RequestHandler implements Dispatcher.DispatchHandler {
  readonly #state: ExchangeState
  readonly #limit: number
  readonly #fits: (chunk: Uint8Array) => boolean
  readonly #tell: (end: End) => void
  #ended = false

  constructor(state: ExchangeState, limit: number, means: Means, tell: (end: End) => void) {
    super(means)
    this.#state = state
    this.#limit = limit
    this.#fits = collect(state.chunks, limit)
    this.#tell = tell
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: HeadersOfUndici): void {
    if (status >= 200) this.#state.head = { status, headers: toHeaders(headers) }
    else this.interim(controller)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#ended && !this.#fits(chunk)) {
      this.#end(tooLarge)
      controller.abort(new BodyTooLarge(this.#limit))
    }
  }

  onResponseEnd(): void {
    const encoding = encodingOf(this.#state.head?.headers["content-encoding"])
    this.#end(encoding === undefined ? complete : this.#decoded(encoding))
  }

  onResponseError(_: unknown, error: unknown): void {
    this.leaveQueue()
    this.#end(Either.left(this.cause(error)))
  }

  #decoded(encoding: string): End {
    const { chunks } = this.#state
    const decoded = decode(encoding, Buffer.concat(chunks), this.#limit)
    if (decoded === "TooLarge") return tooLarge
    if (decoded !== undefined) chunks.splice(0, chunks.length, decoded)
    return complete
  }

  cancel(): void {
    if (this.#ended) return
    this.leaveQueue()
    this.cancelled = true
    this.#ended = true
    this.controller?.abort(new Error("The request was interrupted"))
  }

  #end(end: End): void {
    if (this.#ended) return
    this.#ended = true
    this.#tell(end)
  }
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

/** Whether a slip came with this very request. */
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
    state.cancel = () => one.cancel()
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
