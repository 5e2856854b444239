/**
 * Requests, answers and errors of API v2 on the wire.
 */
import type { Reading } from "./readings.js"

export interface Request {
  readonly method: string
  /** Path and query behind the base URL. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The body is only begun: then the connection is reset, or nothing comes any more. */
  readonly then?: "Reset" | "Stall"
}

/** An answer, or a connection that is reset without one. */
export type Reply = Response | "Reset"

export type Json = Record<string, unknown>

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const statusOf: Readonly<Record<string, number>> = {
  invalidRequest: 400,
  invalidCursor: 400,
  unauthorized: 401,
  planRequired: 403,
  platformNotAvailable: 403,
  workspaceLocked: 403,
  threadNotFound: 404,
  contactNotFound: 404,
  accountLinkNotFound: 404,
  messageNotFound: 404,
  sendInProgress: 409,
  accountLinkDisconnected: 409,
  integrationSetupRequired: 409,
  idempotencyKeyReused: 422,
  threadRestricted: 422,
  capabilityNotSupported: 422,
  contentRejected: 422,
  recipientUnavailable: 422,
  platformNotSupported: 422,
  profileAmbiguous: 422,
  rateLimited: 429,
  platformRateLimited: 429,
  internal: 500,
  sendUnconfirmed: 502,
  platformError: 502,
  platformUnavailable: 503
}

/** An error of API v2. A code that is not documented brings its own status. */
export class Refused {
  readonly code: string
  readonly details: unknown
  readonly headers: Readonly<Record<string, string>>
  readonly status: number
  constructor(
    code: string,
    details: unknown = null,
    headers: Readonly<Record<string, string>> = {},
    status: number = statusOf[code] ?? 500
  ) {
    this.code = code
    this.details = details
    this.headers = headers
    this.status = status
  }
}

export const invalid = (...path: ReadonlyArray<string>): Refused =>
  new Refused("invalidRequest", { issues: [{ path, message: "is invalid" }] })

/** Writes answers, each with an id of its own. */
export class Writer {
  readonly #reading: Reading
  #count = 0

  constructor(reading: Reading) {
    this.#reading = reading
  }

  headers(now: number): Record<string, string> {
    this.#count++
    const base = { "content-type": "application/json" }
    if (!this.#reading.hasHeaders) return base
    return {
      ...base,
      "x-request-id": `req${this.#count}`,
      "x-ratelimit-limit": "300",
      "x-ratelimit-remaining": "299",
      "x-ratelimit-reset": this.#reset(now),
      ...this.#reading.extraHeaders
    }
  }

  #reset(now: number): string {
    const at = (Math.floor(now / 60_000) + 1) * 60_000
    switch (this.#reading.resetUnit) {
      case "UnixSeconds":
        return String(at / 1000)
      case "UnixMillis":
        return String(at)
      case "SecondsFromNow":
        return String(Math.ceil((at - now) / 1000))
      case "Rfc3339":
        return new Date(at).toISOString()
    }
  }

  success(status: number, json: unknown, now: number): Response {
    return { status, headers: this.headers(now), body: JSON.stringify(json) }
  }

  error({ code, details, headers, status }: Refused, now: number): Response {
    const own = this.headers(now)
    return {
      status,
      headers: { ...own, ...headers },
      body: JSON.stringify({ code, message: `It is ${code}`, details, requestId: own["x-request-id"] ?? "r" })
    }
  }
}
