import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Data from "effect/Data"

/**
 * A refusal that HTTP defines and the Inbox API does not document (405, 413, 415, ...). It is answered in the vendor's
 * envelope like the documented ones.
 */
export class Refusal extends Data.TaggedError("Refusal")<{
  readonly status: number
  readonly code: string
  readonly message: string
  readonly headers?: Readonly<Record<string, string>> | undefined
}> {}

/** The answer that carries a refusal. */
export const toResponse = ({ code, headers, message, status }: Refusal): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.unsafeJson(ErrorResponse.make(status, code, message), { status, headers: headers ?? {} })

/** A refusal as the bytes of an HTTP/1.1 answer, for requests that the HTTP parser itself gives up on. */
export const toWire = (status: number, reason: string, code: string, message: string): string => {
  const body = JSON.stringify(ErrorResponse.make(status, code, message))
  return [
    `HTTP/1.1 ${status} ${reason}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body
  ].join("\r\n")
}
