/**
 * Requests on their way, as undici reports on them.
 */
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Dispatcher } from "undici"
import { collect } from "./collect.js"
import { decode, encodingOf } from "./encoding.js"
import type { Waiting } from "./undiciPools.js"
import { BodyTooLarge, UndiciResponse } from "./undiciResponse.js"
import { afterBegin, type End, type ExchangeState, NeverSent, type Wire } from "./wire.js"

/** Result of a request. */
export type Outcome = Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

type Resume = (outcome: Outcome) => void

const invalid = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED", "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"])

const isInvalid = (error: unknown): boolean => invalid.has((error as { readonly code?: string }).code ?? "")

type HeadersOfUndici = ConstructorParameters<typeof UndiciResponse>[2]

/** As many answers may come before the answer: nobody needs more, and some servers send them without end. */
const mostInterim = 32

/** Tells the time of the monotonic clock, in nanoseconds. */
type Now = () => bigint

/** Dependencies of a handler of a request. */
export interface Means {
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

  /** Marks a failure with what it proves. */
  protected cause(error: unknown): unknown {
    return this.controller === undefined ? new NeverSent(error) : afterBegin(error)
  }
}

/** A request whose answer becomes a response. */
export class Exchange extends RequestHandler implements Dispatcher.DispatchHandler {
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
export class DirectExchange extends RequestHandler implements Dispatcher.DispatchHandler {
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
