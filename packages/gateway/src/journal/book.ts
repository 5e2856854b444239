/**
 * Holds in memory what the journal says: requests without an end, and the keys of callers.
 */
import type { Ended, Entry, Noted } from "./entry.js"

/** The number of entries that are remembered, and their lifetime in milliseconds. */
export interface Bounds {
  readonly retention: number
  readonly capacity: number
}

/** The book. It holds an entry for as long as somebody may ask for it. */
export class Book {
  readonly #bounds: Bounds
  readonly #entries = new Map<string, Entry>()
  readonly #clients = new Map<string, string>()

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** True where there is no room for another entry, even after the old ones have been dropped. */
  isFull(now: number): boolean {
    if (this.#entries.size < this.#bounds.capacity) return false
    this.expire(now)
    return this.#entries.size >= this.#bounds.capacity
  }

  /** Adds a request. One that is noted again keeps its first instant, as it may have been sent then. */
  note({ _tag, ...noted }: Noted): void {
    const known = this.#entries.get(noted.key)
    const isUnsettled = known !== undefined && known.ending?._tag !== "Refused"
    this.#entries.set(noted.key, { ...noted, at: isUnsettled ? known.at : noted.at, ending: undefined })
    if (noted.client !== undefined) this.#clients.set(noted.client.key, noted.key)
  }

  /** Adds an ending. Requests without a key of the caller's are not asked for again once they are settled. */
  end({ ending, key }: Ended): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    if (entry.client === undefined && ending._tag !== "Unknown") this.#entries.delete(key)
    else this.#entries.set(key, { ...entry, ending })
  }

  /** The request that a caller sent under a key of its own. */
  find(client: string, now: number): Entry | undefined {
    const entry = this.#entries.get(this.#clients.get(client) ?? "")
    return entry !== undefined && now - entry.at < this.#bounds.retention ? entry : undefined
  }

  /** Forgets what is older than the retention. Entries stand in the order in which they were first noted. */
  expire(now: number): void {
    for (const [key, { at, client }] of this.#entries) {
      if (now - at < this.#bounds.retention) return
      this.#entries.delete(key)
      if (client !== undefined) this.#clients.delete(client.key)
    }
  }

  get entries(): ReadonlyArray<Entry> {
    return [...this.#entries.values()]
  }
}
