/**
 * An answer that arrives: its head is there, its body is collected, up to a limit, whether anybody reads it or not.
 */
import * as Cookies from "@effect/platform/Cookies"
import * as Headers from "@effect/platform/Headers"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import * as UrlParams from "@effect/platform/UrlParams"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Dispatcher } from "undici"
import { decode, encodingOf } from "./encoding.js"

type ResponseError = HttpClientError.ResponseError

type HeadersOfUndici = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2]

/** The body outgrew its limit. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge"

  constructor(limit: number) {
    super(`The body of the answer is larger than ${limit} bytes`)
  }
}

/** The response as `HttpClient` has it, with the hooks by which undici fills it. */
export class UndiciResponse extends Inspectable.Class implements HttpClientResponse.HttpClientResponse {
  declare readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId
  declare readonly [HttpClientResponse.TypeId]: HttpClientResponse.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly #source: HeadersOfUndici
  readonly #limit: number
  readonly #controller: Dispatcher.DispatchController
  readonly #encoding: string | undefined
  readonly #chunks: Array<Buffer> = []
  #size = 0
  #joined: Buffer | undefined
  #end: Effect.Effect<void, ResponseError> | undefined
  #readers: Array<() => void> | undefined
  #headers: Headers.Headers | undefined
  #cookies: Cookies.Cookies | undefined

  constructor(
    request: HttpClientRequest.HttpClientRequest,
    status: number,
    headers: HeadersOfUndici,
    controller: Dispatcher.DispatchController,
    limit: number
  ) {
    super()
    this.request = request
    this.status = status
    this.#source = headers
    this.#controller = controller
    this.#limit = limit
    this.#encoding = encodingOf(headers["content-encoding"])
  }

  /** Takes a piece of the body, or breaks the connection off where the body outgrows its limit. */
  push(chunk: Buffer): void {
    if (this.#end !== undefined) return
    this.#size += chunk.length
    if (this.#size > this.#limit) {
      this.#chunks.length = 0
      this.abort(new BodyTooLarge(this.#limit))
      return
    }
    this.#chunks.push(chunk)
    // Pieces of an encoded body are of no use to anybody.
    if (this.#encoding === undefined) this.#wake()
  }

  /** The body is complete. */
  end(): void {
    if (this.#end === undefined && this.#encoding !== undefined) this.#decode(this.#encoding)
    this.#end ??= Effect.void
    this.#wake()
  }

  /** The body will never be complete. */
  fail(cause: unknown): void {
    this.#end ??= Effect.fail(this.#error(cause))
    this.#wake()
  }

  /** Breaks the connection off, unless the body is complete. */
  abort(reason: Error): void {
    if (this.#end === undefined) {
      this.fail(reason)
      this.#controller.abort(reason)
    }
  }

  #decode(encoding: string): void {
    const decoded = decode(encoding, Buffer.concat(this.#chunks), this.#limit)
    if (decoded === "TooLarge") {
      this.#chunks.length = 0
      this.fail(new BodyTooLarge(this.#limit))
    } else if (decoded !== undefined) {
      this.#chunks.splice(0, this.#chunks.length, Buffer.from(decoded.buffer, decoded.byteOffset, decoded.length))
      this.#size = decoded.length
    }
  }

  get headers(): Headers.Headers {
    this.#headers ??= Headers.fromInput(this.#source as Headers.Input)
    return this.#headers
  }

  get cookies(): Cookies.Cookies {
    this.#cookies ??= Cookies.fromSetCookie(this.#source["set-cookie"] ?? [])
    return this.#cookies
  }

  get remoteAddress(): Option.Option<string> {
    return Option.none()
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, ResponseError> {
    return this.#read((bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
  }

  get text(): Effect.Effect<string, ResponseError> {
    return this.#read(textOf)
  }

  get json(): Effect.Effect<unknown, ResponseError> {
    return Effect.flatMap(this.text, (text) => this.#try(() => (text === "" ? null : (JSON.parse(text) as unknown))))
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, ResponseError> {
    return Effect.flatMap(this.text, (text) => this.#try(() => UrlParams.fromInput(new URLSearchParams(text))))
  }

  get formData(): Effect.Effect<FormData, ResponseError> {
    return Effect.flatMap(this.arrayBuffer, (body) =>
      Effect.tryPromise({
        try: () =>
          new Response(body, { headers: { "content-type": this.headers["content-type"] ?? "" } }).formData() as never,
        catch: (cause) => this.#error(cause)
      })
    )
  }

  get stream(): Stream.Stream<Uint8Array, ResponseError> {
    return Stream.suspend(() => {
      let taken = 0
      const pull: Effect.Effect<Chunk.Chunk<Uint8Array>, Option.Option<ResponseError>> = Effect.suspend(() => {
        if (taken < this.#chunks.length && (this.#encoding === undefined || this.#end !== undefined)) {
          const next = this.#chunks.slice(taken)
          taken = this.#chunks.length
          return Effect.succeed(Chunk.unsafeFromArray<Uint8Array>(next))
        }
        return this.#end === undefined
          ? Effect.zipRight(this.#change(), pull)
          : Effect.zipRight(Effect.mapError(this.#end, Option.some), Effect.fail(Option.none()))
      })
      return Stream.repeatEffectChunkOption(pull)
    })
  }

  /** Neither headers nor body: both may repeat the request. */
  toJSON(): unknown {
    return { _id: "@effect/platform/HttpClientResponse", status: this.status }
  }

  /** Waits for something to happen to the body. The last to give up waiting breaks the connection off. */
  #change(): Effect.Effect<void> {
    return Effect.async((resume) => {
      const reader = () => resume(Effect.void)
      this.#readers = [...(this.#readers ?? []), reader]
      return Effect.sync(() => {
        const waited = this.#readers?.includes(reader) === true
        this.#readers = this.#readers?.filter((each) => each !== reader)
        if (waited && this.#readers?.length === 0) this.abort(new Error("Nobody reads the answer any more"))
      })
    })
  }

  #wake(): void {
    const readers = this.#readers
    if (readers !== undefined) {
      this.#readers = undefined
      for (const reader of readers) reader()
    }
  }

  #read<A>(f: (bytes: Buffer) => A): Effect.Effect<A, ResponseError> {
    return this.#end === undefined
      ? Effect.zipRight(
          this.#change(),
          Effect.suspend(() => this.#read(f))
        )
      : Effect.map(this.#end, () => f(this.#bytes()))
  }

  /** Several pieces are joined once, however often the body is read. */
  #bytes(): Buffer {
    this.#joined ??= this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#size)
    return this.#joined
  }

  #try<A>(f: () => A): Effect.Effect<A, ResponseError> {
    return Effect.try({ try: f, catch: (cause) => this.#error(cause) })
  }

  #error(cause: unknown): ResponseError {
    return new HttpClientError.ResponseError({ request: this.request, response: this, reason: "Decode", cause })
  }
}

// On the prototype, so that a response is cheap to make.
Object.assign(UndiciResponse.prototype, {
  [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId,
  [HttpClientResponse.TypeId]: HttpClientResponse.TypeId
})

/** The text of a body, without the byte-order mark before it, as fetch has it. */
const textOf = (bytes: Buffer): string => {
  const text = bytes.toString("utf8")
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
