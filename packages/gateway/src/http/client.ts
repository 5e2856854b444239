/**
 * The gateway as an `HttpClient`: requests of v1 go in, answers of v1 come out, and no socket is opened in between.
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Transport from "@inbox-effect/client/Transport"
import type * as Answer from "@inbox-effect/server/Answer"
import * as Contract from "@inbox-effect/server/Contract"
import * as Refused from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Service } from "../model.js"
import type { Refusal } from "../refusal.js"
import { toAnswer, toRefusal } from "./answer.js"
import * as headers from "./headers.js"
import { idempotencyKey, queryOf } from "./request.js"

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
const unreached = (request: HttpClientRequest.HttpClientRequest, { code }: Refusal) =>
  code === "UPSTREAM_UNREACHABLE"
    ? Option.some(new HttpClientError.RequestError({ request, reason: "Transport", cause: Transport.neverSent(code) }))
    : Option.none()

const challenge = { "www-authenticate": "Bearer" }

const toWeb = (answer: Answer.Answer, method: string): Response =>
  new Response(answer.status === 204 || method === "HEAD" ? null : answer.body, {
    status: answer.status,
    headers: { ...(answer.status === 401 ? challenge : {}), ...headers.ofAnswer(answer), ...answer.headers }
  })

const pathOf = /^[a-z]+:\/\/[^/?#]*([^?#]*)/i

const isPlain = (segment: string): boolean => !["", ".", ".."].includes(segment)

/**
 * The last three segments of the path as it was spelt: a URL takes out dot segments, and a server would not. What stands
 * before them is the base of whatever server was meant.
 */
const segmentsOf = ({ url }: HttpClientRequest.HttpClientRequest): ReadonlyArray<string> => {
  const segments = Contract.segments(pathOf.exec(url)?.[1] ?? "") ?? []
  return segments.slice(0, -3).every(isPlain) ? segments.slice(-3) : []
}

/** The options of the client. */
export interface Options {
  /** The token of v2, in place of the one in the request. */
  readonly token: Redacted.Redacted | undefined
  /** Bytes that a body may have. */
  readonly bodyLimit: number
}

type Failure = Refusal | Refused.Refusal | HttpClientError.RequestError

/** Makes the client. It judges a request in the order of the server. */
export const make = (gateway: Service, options: Options): HttpClient.HttpClient => {
  const handle = (
    request: HttpClientRequest.HttpClientRequest,
    { search }: URL
  ): Effect.Effect<Answer.Answer, Failure> =>
    Effect.gen(function* () {
      const route = Contract.route(request.method, segmentsOf(request))
      if (Either.isLeft(route)) return route.left
      const given: Readonly<Record<string, string | undefined>> = request.headers
      const token = yield* Contract.token(given.authorization)
      const caller = yield* gateway.authorize(options.token ?? token)
      const threadId = yield* Contract.thread(route.right.threadId)
      if (route.right.operation === "list") {
        const query = queryOf(yield* Contract.query(search.slice(1)))
        return toAnswer(yield* gateway.list(caller, { threadId, query }))
      }
      const payload = yield* Contract.payload(given, yield* bytesOf(request), options.bodyLimit)
      const key = yield* idempotencyKey(given["idempotency-key"])
      return toAnswer(yield* gateway.send(caller, { threadId, ...payload }, { idempotencyKey: key }))
    })

  return Transport.asGateway(
    HttpClient.make((request, url) =>
      handle(request, url).pipe(
        Effect.catchAll((failure): Effect.Effect<Answer.Answer, HttpClientError.RequestError> => {
          if (failure instanceof HttpClientError.RequestError) return Effect.fail(failure)
          if (failure instanceof Refused.Refusal) return Effect.succeed(Refused.toAnswer(failure))
          return Option.match(unreached(request, failure), {
            onSome: Effect.fail,
            onNone: () => Effect.succeed(Refused.toAnswer(toRefusal(failure)))
          })
        }),
        Effect.map((answer) => HttpClientResponse.fromWeb(request, toWeb(answer, request.method)))
      )
    )
  )
}
