/**
 * Progress of an attempt, kept outside of its fiber, so that a time-out and an interruption can tell what became of
 * the request.
 */
import type * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import type * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { ExchangeState } from "./wire.js"

/** One attempt. */
export interface Progress extends ExchangeState {
  /** The request went through the innermost client already. */
  passed: boolean
  /** The failure of that passage, if it failed. */
  failure: Cause.Cause<unknown> | undefined
  /** The answer of that passage, if there is one. */
  response: HttpClientResponse.HttpClientResponse | undefined
  /** The fiber that sends the request, as long as it runs. */
  asking: Fiber.RuntimeFiber<void> | undefined
  /** Stops the timer of the attempt. */
  stopTimer: (() => void) | undefined
}

/** The key of the progress in the context of a fiber. */
export const key = "@inbox-effect/client/internal/Progress"

/** Nothing has happened yet to the request, which is known again by its body where it goes through an `HttpClient`. */
export const make = (body: HttpBody.HttpBody | undefined, mayStart?: (() => boolean) | undefined): Progress => ({
  wire: { body, mayStart, state: "Unknown" },
  passed: false,
  failure: undefined,
  response: undefined,
  head: undefined,
  chunks: [],
  cancel: undefined,
  asking: undefined,
  stopTimer: undefined
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
      if (progress === undefined || progress.wire.body !== request.body) {
        return execute
      }
      if (progress.passed) {
        return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport" }))
      }
      progress.passed = true
      return Effect.matchCauseEffect(execute, {
        onSuccess: (response) => {
          progress.response = response
          progress.head = response
          return Effect.succeed(response)
        },
        onFailure: (cause) => {
          progress.failure = cause
          return Effect.failCause(cause)
        }
      })
    })
  )
