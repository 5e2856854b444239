import { STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"

/** The refusal of something that is no readable request. */
export interface Unreadable {
  readonly status: number
  readonly code: string
  readonly message: string
}

const unreadable = (status: number, code: string, message: string): Unreadable => ({ status, code, message })

const notHttp = unreadable(400, "BAD_REQUEST", "The request is not valid HTTP")

const requestLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100} [^ \r\n]{1,16384} HTTP\/1\.[01]\r?\n/

/** Reads why Node's parser gave up. */
export const reasonOf = (error: {
  readonly code?: string | undefined
  readonly rawPacket?: Uint8Array | undefined
}): Unreadable => {
  switch (error.code) {
    case "HPE_HEADER_OVERFLOW":
      return unreadable(431, "HEADERS_TOO_LARGE", "The URL or the headers are too long")
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return unreadable(413, "PAYLOAD_TOO_LARGE", "The chunk extensions are too long")
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return unreadable(408, "REQUEST_TIMEOUT", "The request did not arrive in time")
    case "HPE_INVALID_METHOD": {
      const head = Buffer.from(error.rawPacket ?? []).toString("latin1")
      return requestLine.test(head)
        ? unreadable(501, "NOT_IMPLEMENTED", "The method of the request is not implemented")
        : notHttp
    }
    default:
      return notHttp
  }
}

/** The refusal of a request to be a proxy. */
export const notAProxy = unreadable(405, "METHOD_NOT_ALLOWED", "This is not a proxy")

const toWire = ({ code, message, status }: Unreadable): string => {
  const body = JSON.stringify(ErrorResponse.make(status, code, message))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 405 ? ["Allow: GET, HEAD, POST, OPTIONS"] : []),
    "Connection: close",
    "",
    body
  ].join("\r\n")
}

/** Time that a sender has to read a last answer, in milliseconds. */
const graceMillis = 500

/** Writes a refusal as the last answer of a socket. */
export const closeWith = (socket: Duplex, refusal: Unreadable): void => {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  // A sender that is still busy would be reset, and never read the answer: what it still sends is dropped for a while.
  socket.removeAllListeners("data")
  socket.on("data", () => {}).resume()
  socket.end(toWire(refusal))
  setTimeout(() => socket.destroy(), graceMillis).unref()
}
