/**
 * The gateway as an `HttpClient`: requests of v1 go in, answers of v1 come out, and no socket is opened in between.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Transport from "@inbox-effect/client/Transport"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Answer, Service } from "../model.js"
import type { Refusal } from "../refusal.js"
import { acceptsKeys } from "./headers.js"
import * as Request from "./request.js"

const empty = new Uint8Array(0)

const invalidBody = (request: HttpClientRequest.HttpClientRequest) => (cause: unknown) =>
  new HttpClientError.RequestError({ request, reason: "Encode", cause })

/** The bytes of a body, of whatever kind it is. */
const bytesOf = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Uint8Array, HttpClientError.RequestError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
      return Effect.succeed(empty)
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Stream":
      return Effect.mapBoth(Stream.runCollect(body.stream), {
        onSuccess: (chunks) => Buffer.concat([...chunks]),
        onFailure: invalidBody(request)
      })
    case "Raw":
    case "FormData":
      return Effect.tryPromise({
        try: async () =>
          new Uint8Array(
            await new Response((body._tag === "Raw" ? body.body : body.formData) as FormData).arrayBuffer()
          ),
        catch: invalidBody(request)
      })
  }
}

/** A refusal after which nothing was sent, as nothing could be reached, is no answer: the client may try again. */
const isUnreached = ({ code }: Refusal): boolean => code === "UPSTREAM_UNREACHABLE"

const challenge = { "www-authenticate": "Bearer" }

const json = (status: number, body: unknown, headers: Readonly<Record<string, string>>): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, ...(status === 401 ? challenge : {}), ...acceptsKeys, "content-type": "application/json" }
  })

const pathOf = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i

/** The path as it was spelt: a URL takes out dot segments, and no other spelling of a path is one of v1. */
const spelling = (request: HttpClientRequest.HttpClientRequest, { pathname }: URL): string => {
  const spelt = pathOf.exec(request.url)?.[1] ?? ""
  return spelt === pathname && !spelt.includes("//") ? pathname : ""
}

/** Makes the client. `own` is the token of v2, in place of the one in the request. */
export const make = (gateway: Service, own: Redacted.Redacted | undefined): HttpClient.HttpClient =>
  Transport.asGateway(
    HttpClient.make((request, url) => {
      const headers: Readonly<Record<string, string | undefined>> = request.headers

      const answer: Effect.Effect<Answer, Refusal | HttpClientError.RequestError> = Effect.gen(function* () {
        const { operation, threadId } = yield* Request.route(request.method, spelling(request, url))
        const token = yield* Request.token(headers.authorization)
        if (operation === "list") {
          const query = yield* Request.query(url.searchParams)
          return yield* gateway.list(yield* gateway.authorize(own ?? token), { threadId, query })
        }
        const bytes = yield* bytesOf(request)
        const idempotencyKey = yield* Request.idempotencyKey(headers["idempotency-key"])
        const payload = yield* Request.payload(headers, bytes)
        const caller = yield* gateway.authorize(own ?? token)
        return yield* gateway.send(caller, { threadId, ...payload }, { idempotencyKey })
      })

      const respond = (response: Response) => HttpClientResponse.fromWeb(request, response)

      return answer.pipe(
        Effect.map((answer) => respond(json(200, answer.json, answer.headers))),
        Effect.catchTag("Refusal", (refusal) =>
          isUnreached(refusal)
            ? new HttpClientError.RequestError({
                request,
                reason: "Transport",
                cause: Transport.neverSent(refusal.code)
              })
            : Effect.succeed(
                respond(
                  json(
                    refusal.status,
                    ErrorResponse.make(refusal.status, refusal.code, refusal.message),
                    refusal.headers
                  )
                )
              )
        )
      )
    })
  )
