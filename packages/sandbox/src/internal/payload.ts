import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import type * as Schema from "effect/Schema"
import * as Body from "./body.js"
import { explain } from "./validation.js"

const invalid = (message: string) => ErrorResponse.make(422, "VALIDATION_ERROR", message)

/** Reads the body as JSON, strictly, and holds it to a schema. What is wrong is a 422 that names the field. */
export const reading = <A, I>(schema: Schema.Schema<A, I>) => {
  const decode = ParseResult.decodeUnknownEither(schema)
  return (request: HttpServerRequest.HttpServerRequest, bodyLimit: number) =>
    Effect.flatMap(Body.readJson(request, bodyLimit), (body) =>
      Either.mapLeft(decode(body), (issue) => invalid(explain(issue, "The body")))
    )
}

/** NUL and lone surrogates: text columns of SQL databases cut, replace or refuse them. */
const unstorable = /[\0\ud800-\udfff]/u

const readSendPayload = reading(SendMessage.Payload)

/** Reads what a message says. What the database could not keep as it is gets a 422. */
export const readSend = (request: HttpServerRequest.HttpServerRequest, bodyLimit: number) =>
  Effect.filterOrFail(
    readSendPayload(request, bodyLimit),
    ({ content }) => !unstorable.test(content),
    () => invalid("content must hold no NUL and no unpaired surrogate")
  )
