/**
 * Between the client and a transport that knows more than an `HttpClient` can tell: whether a request was put on the
 * wire, and how to send one at little cost.
 */
import type * as Headers from "@effect/platform/Headers"
import type * as HttpBody from "@effect/platform/HttpBody"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import type * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { AnyFiber } from "../telemetry.js"

const neverSent: unique symbol = Symbol.for("@inbox-effect/client/NeverSent") as never

/** The cause of a failure before the first byte of the request was written, with its own cause. */
export class NeverSent extends Error {
  readonly [neverSent] = true
  override readonly name = "NeverSent"

  constructor(cause: unknown) {
    super("The request was never put on the wire", { cause })
  }
}

/** Tells whether a failure is a `NeverSent`, of this copy of the package or of another. */
export const isNeverSent = (failure: unknown): boolean => Predicate.hasProperty(failure, neverSent)

const begun: unique symbol = Symbol.for("@inbox-effect/client/Begun") as never

/** A failure after the request was begun, with its own cause: whatever that says, bytes of the request may have left. */
class Begun extends Error {
  readonly [begun] = true
  override readonly name = "Begun"

  constructor(cause: unknown) {
    super("The request failed after it was begun", { cause })
  }
}

/** Marks a failure as one after the request was begun, in place where that can be. */
export const afterBegin = (failure: unknown): unknown =>
  Predicate.isObject(failure) && Object.isExtensible(failure)
    ? Object.defineProperty(failure, begun, { value: true, configurable: true })
    : new Begun(failure)

/** Tells whether a failure came after its request was begun, by this copy of the package or by another. */
export const isBegun = (failure: unknown): boolean => Predicate.hasProperty(failure, begun)

/**
 * A slip on which a transport that knows notes how far a request has come, for whoever gives up on it before the
 * transport does. It stays `Unknown` under a transport that does not know.
 */
export interface Wire {
  /** The body of the request, by which it is known again. Absent where the slip is handed over with the request. */
  readonly body: HttpBody.HttpBody | undefined
  /** Says at the moment of writing whether there is time left to begin. Absent where there always is. */
  readonly mayStart?: (() => boolean) | undefined
  state: "Unknown" | "Waiting" | "Started" | "TooLate"
}

/** The slip of the request at hand. */
export const Wire: Context.Tag<Wire, Wire> = Context.GenericTag<Wire>("@inbox-effect/client/Wire")

/** The head of an answer. */
export interface Head {
  readonly status: number
  readonly headers: Headers.Headers
}

/** State of an exchange while it goes on, and how to break it off. */
export interface ExchangeState {
  readonly wire: Wire
  head: Head | undefined
  /** Pieces of the body that have arrived, no more than is wanted. */
  readonly chunks: Array<Uint8Array>
  cancel: (() => void) | undefined
}

/** A POST of JSON. */
export interface Post {
  readonly origin: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Number of bytes of the answer's body that are wanted. */
  readonly maxBodySize: number
}

/** End of an exchange: with the end of the body, or with whatever went wrong. */
export type End = Either.Either<"Complete" | "TooLarge", unknown>

/**
 * Sends a request once, follows no redirect, makes no span and asks nothing of the fiber's context but what limits it.
 * All it learns goes into the state at once; it tells the end, once. It does not watch for interruptions: whoever gives
 * up on it calls `cancel`, and is told no end.
 */
export type Direct = (post: Post, state: ExchangeState, fiber: AnyFiber, ended: (end: End) => void) => void

const direct: unique symbol = Symbol.for("@inbox-effect/client/Direct") as never

/** An `HttpClient` that can also send directly. */
export const withDirect = <A extends HttpClient.HttpClient>(client: A, send: Direct): A =>
  Object.assign(client, { [direct]: send })

/** Direct way of an `HttpClient`, if it has one. What is put around one does not. */
export const directOf = (client: unknown): Direct | undefined =>
  Predicate.hasProperty(client, direct) ? (client[direct] as Direct) : undefined
