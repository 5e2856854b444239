/**
 * Talks to API v2: one request, one answer, no retries.
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Transport from "@inbox-effect/client/Transport"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Answer from "./answer.js"

/** The address of API v2, and the size of its answers. */
export interface Options {
  /** The base URL, up to and including `/api/v2`, without a slash at its end. */
  readonly baseUrl: string
  /** The largest number of bytes that are read of an answer. */
  readonly maxBodySize: number
}

/** No answer to a request that reads. */
export interface Unanswered {
  readonly _tag: "Unanswered"
}

/** An answer, or none. */
export type Reply = Answer.Answer | Unanswered

/** The endpoints of v2 that the gateway uses. No effect fails, and none of them repeats a request. */
export interface Upstream {
  readonly send: (
    token: Redacted.Redacted,
    key: string,
    body: string,
    timeoutMillis: number
  ) => Effect.Effect<Answer.Outcome>
  /** `GET` of a path, from the slash after the base URL on. */
  readonly get: (token: Redacted.Redacted, path: string, timeoutMillis: number) => Effect.Effect<Reply>
}

/** The progress of a request, for when its time is over. */
interface Progress {
  response: HttpClientResponse.HttpClientResponse | undefined
}

/** Nobody is told what goes on here: no trace headers to another company, and no redirect with the token on it. */
const alone = (client: HttpClient.HttpClient): HttpClient.HttpClient =>
  client.pipe(
    HttpClient.withTracerPropagation(false),
    HttpClient.withTracerDisabledWhen(() => true),
    HttpClient.transform((effect) =>
      Effect.flatMap(Effect.serviceOption(FetchHttpClient.RequestInit), (init) =>
        Effect.provideService(effect, FetchHttpClient.RequestInit, {
          ...(init._tag === "Some" ? init.value : {}),
          redirect: "manual"
        })
      )
    )
  )

const noAnswer = (cause: Cause.Cause<HttpClientError.HttpClientError>): Effect.Effect<Answer.NoAnswer> =>
  Cause.isInterruptedOnly(cause)
    ? Effect.interrupt
    : Effect.succeed({ _tag: Transport.isNeverSent(Cause.squash(cause)) ? "NotSent" : "Lost" })

/** Makes the other side. */
export const make = (http: HttpClient.HttpClient, options: Options): Upstream => {
  const client = alone(http)

  const exchange = (
    request: HttpClientRequest.HttpClientRequest,
    timeoutMillis: number
  ): Effect.Effect<Answer.Answer | Answer.NoAnswer> =>
    Effect.suspend(() => {
      const progress: Progress = { response: undefined }
      return client.execute(request).pipe(
        Effect.flatMap((response) => {
          progress.response = response
          return Answer.read(response, options.maxBodySize)
        }),
        Effect.catchAllCause(noAnswer),
        Effect.timeoutTo({
          duration: timeoutMillis,
          onSuccess: (answer): Answer.Answer | Answer.NoAnswer => answer,
          onTimeout: () => (progress.response === undefined ? { _tag: "Lost" } : Answer.headOnly(progress.response))
        })
      )
    })

  const authorized = (request: HttpClientRequest.HttpClientRequest, token: Redacted.Redacted) =>
    request.pipe(HttpClientRequest.bearerToken(Redacted.value(token)), HttpClientRequest.acceptJson)

  return {
    send: (token, key, body, timeoutMillis) => {
      const request = HttpClientRequest.post(`${options.baseUrl}/messages`).pipe(
        HttpClientRequest.setHeader("idempotency-key", key),
        HttpClientRequest.bodyText(body, "application/json")
      )
      return Effect.flatMap(exchange(authorized(request, token), timeoutMillis), (answer) =>
        "_tag" in answer
          ? Effect.succeed(answer)
          : Effect.map(Clock.currentTimeMillis, (now) => Answer.ofSend(answer, now))
      )
    },
    get: (token, path, timeoutMillis) =>
      Effect.map(
        exchange(authorized(HttpClientRequest.get(options.baseUrl + path), token), timeoutMillis),
        (answer): Reply => ("_tag" in answer ? { _tag: "Unanswered" } : answer)
      )
  }
}
