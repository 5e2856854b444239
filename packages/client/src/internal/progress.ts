/**
 * How far an attempt has got, kept outside of its fiber, so that a time-out and an interruption can tell what became of
 * the request.
 */
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import type * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { Wire } from "./wire.js"

/** One attempt. `body` is that of its request, by which the request is known again. */
export interface Progress {
  readonly body: HttpBody.HttpBody
  /** What the transport says, if it says anything. */
  readonly wire: Wire
  /** Whether the request went through the innermost client already. */
  passed: boolean
  /** The failure of that passage, if it failed. */
  failure: Cause.Cause<unknown> | undefined
  response: HttpClientResponse.HttpClientResponse | undefined
  /** What has arrived of a body that is read piece by piece. */
  readonly chunks: Array<Uint8Array>
}

/** The key of the progress in the context of a fiber. */
export const key = "@inbox-effect/client/internal/Progress"

/** Nothing has happened yet to the request with this body. */
export const make = (body: HttpBody.HttpBody): Progress => ({
  body,
  wire: { body, state: "Unknown" },
  passed: false,
  failure: undefined,
  response: undefined,
  chunks: []
})

const find = (context: Context.Context<never>): Progress | undefined => context.unsafeMap.get(key)

/**
 * Lets the request of an attempt pass once: whatever is put around this client, a redirect or a retry among it, cannot
 * send the message a second time. Other requests pass as they come.
 */
export const once = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  HttpClient.transform(client, (execute, request) =>
    Effect.contextWithEffect((context: Context.Context<never>) => {
      const progress = find(context)
      if (progress === undefined || progress.body !== request.body) {
        return execute
      }
      if (progress.passed) {
        return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))
      }
      progress.passed = true
      return execute.pipe(
        Effect.tap((response) => {
          progress.response = response
        }),
        Effect.tapErrorCause((cause) => {
          progress.failure = cause
          return Effect.void
        })
      )
    })
  )
