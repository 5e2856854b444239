import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import { Effect, Redacted } from "effect"
import * as Servers from "./Servers.js"

/** What becomes of one request. */
export type Answer = (
  request: HttpClientRequest.HttpClientRequest
) => Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError>

export const answer =
  (status: number, body: unknown = "", headers: Record<string, string> = {}): Answer =>
  (request) =>
    Effect.sync(() =>
      HttpClientResponse.fromWeb(
        request,
        new Response(typeof body === "string" ? body : JSON.stringify(body), {
          status,
          headers: { "content-type": "application/json", ...headers }
        })
      )
    )

export const message = (fields: object = {}, headers: Record<string, string> = {}): Answer =>
  answer(200, { ...Servers.message, ...fields }, headers)

export const fails =
  (cause: unknown): Answer =>
  (request) =>
    Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause }))

export const refused = fails(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))

export const reset = fails(Object.assign(new Error("reset"), { code: "ECONNRESET", syscall: "read" }))

export const never: Answer = () => Effect.never

/** An `HttpClient` that answers as told, the last answer for ever, and keeps what it was asked. */
export const http = (...answers: ReadonlyArray<Answer>) => {
  const requests: Array<HttpClientRequest.HttpClientRequest> = []
  const client = HttpClient.make((request) => {
    const next = answers[Math.min(requests.length, answers.length - 1)] as Answer
    requests.push(request)
    return next(request)
  })
  return { client, requests }
}

export const token = Redacted.make("inbox_tok_5f2c9d")

export const request = { threadId: "thread1", content: "On my way" }

/** A client whose requests are answered as told. */
export const inbox = (answers: ReadonlyArray<Answer>, options: Partial<InboxClient.Options> = {}) => {
  const { client, requests } = http(...answers)
  return InboxClient.make({ token, baseUrl: "http://127.0.0.1:1/api/v1", ...options }).pipe(
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.map((service) => ({ ...service, requests }))
  )
}
