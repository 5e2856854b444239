/**
 * The keys that the simulated API v2 knows, and what stands under each.
 */
import type { Reading } from "./readings.js"
import type { Stored } from "./store.js"
import { isRecord, type Json, Refused, type Response } from "./wire.js"

export interface Kept {
  readonly body: string
  readonly expiresAt: number
  state: "Running" | "Done"
  readonly reply: Response
  readonly messageId: string
}

/** Whose key it is, and what was sent under it. */
export interface Keyed {
  readonly team: string
  readonly key: string | undefined
  readonly body: string
}

const sorted = (value: unknown): unknown =>
  isRecord(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sorted(value[key])])
      )
    : value

const canonical = (body: string): string => {
  try {
    return JSON.stringify(sorted(JSON.parse(body)))
  } catch {
    return body
  }
}

export class Keys {
  readonly #reading: Reading
  readonly #kept = new Map<string, Kept>()

  constructor(reading: Reading) {
    this.#reading = reading
  }

  /** The record under the key, if it is still known. */
  find({ body, key, team }: Keyed, now: number): Kept | undefined {
    if (key === undefined) return undefined
    if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new Refused("invalidRequest", { issues: [] })
    const kept = this.#kept.get(`${team} ${key}`)
    if (kept === undefined || now >= kept.expiresAt) return undefined
    const isSame = this.#reading.sameBody === "Bytes" ? kept.body === body : canonical(kept.body) === canonical(body)
    if (!isSame) throw new Refused("idempotencyKeyReused")
    return kept
  }

  keep({ body, key, team }: Keyed, now: number, reply: Response, messageId = ""): Kept | undefined {
    if (key === undefined) return undefined
    const expiresAt = now + this.#reading.keyLifetime
    const kept: Kept = { body, expiresAt, state: "Done", reply, messageId }
    this.#kept.set(`${team} ${key}`, kept)
    return kept
  }

  /** The answer to a request that comes again. */
  replay({ messageId, reply }: Kept, messages: ReadonlyMap<string, Stored>, show: (stored: Stored) => Json): Response {
    const stored = messages.get(messageId)
    if (reply.status !== 201 || stored === undefined) return reply
    return {
      ...reply,
      status: 200,
      body: this.#reading.replayShows === "AsItIs" ? JSON.stringify(show(stored)) : reply.body
    }
  }
}
