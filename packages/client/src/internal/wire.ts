/**
 * What a transport that knows says about a request: whether it was put on the wire.
 */
import type * as HttpBody from "@effect/platform/HttpBody"
import * as Context from "effect/Context"
import * as Predicate from "effect/Predicate"

const neverSent: unique symbol = Symbol.for("@inbox-effect/client/NeverSent") as never

/** The cause of a failure before the first byte of the request was written, with its own cause. */
export class NeverSent extends Error {
  readonly [neverSent] = true
  override readonly name = "NeverSent"

  constructor(cause: unknown) {
    super("The request was never put on the wire", { cause })
  }
}

/** Whether a failure is a `NeverSent`, of this copy of the package or of another. */
export const isNeverSent = (failure: unknown): boolean => Predicate.hasProperty(failure, neverSent)

/**
 * A slip on which a transport that knows notes how far a request has come, for whoever gives up on it before the
 * transport does. It stays `Unknown` under a transport that does not know.
 */
export interface Wire {
  /** The body of the request, by which it is known again. */
  readonly body: HttpBody.HttpBody
  state: "Unknown" | "Waiting" | "Started"
}

/** The slip of the request at hand. */
export const Wire: Context.Tag<Wire, Wire> = Context.GenericTag<Wire>("@inbox-effect/client/Wire")

const untraced: unique symbol = Symbol.for("@inbox-effect/client/Untraced") as never

/** Marks an `HttpClient` that makes neither spans nor trace headers for a request with a slip. */
export const asUntraced = <A extends object>(client: A): A => Object.assign(client, { [untraced]: true })

/** Whether an `HttpClient` is marked. What is put around a marked one is not. */
export const isUntraced = (client: unknown): boolean => Predicate.hasProperty(client, untraced)
