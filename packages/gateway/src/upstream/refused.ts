/**
 * Remembers tokens that API v2 refused, for a short while: whoever tries a wrong token again and again is not passed on
 * each time. Being remembered only ever refuses; a token gets in by API v2's word alone.
 */
import { createHmac, randomBytes } from "node:crypto"
import * as Redacted from "effect/Redacted"

/** The lifetime of a refusal in milliseconds, and the largest number of them. */
export interface Bounds {
  readonly life: number
  readonly capacity: number
}

/** The tokens that were refused lately, as hashes with a secret of this process. */
export class RefusedTokens {
  readonly #bounds: Bounds
  readonly #secret = randomBytes(32)
  /** The ends of the refusals, oldest first. */
  readonly #until = new Map<string, number>()

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  #hash(token: Redacted.Redacted): string {
    return createHmac("sha256", this.#secret).update(Redacted.value(token), "utf8").digest("base64")
  }

  /** Remembers a token. The oldest is forgotten where there is no room. */
  add(token: Redacted.Redacted, now: number): void {
    for (const [hash, until] of this.#until) {
      if (until > now && this.#until.size < this.#bounds.capacity) break
      this.#until.delete(hash)
    }
    const hash = this.#hash(token)
    this.#until.delete(hash)
    this.#until.set(hash, now + this.#bounds.life)
  }

  /** Tells a token that was refused lately. `now` is in milliseconds. */
  has(token: Redacted.Redacted, now: number): boolean {
    return this.#until.size > 0 && (this.#until.get(this.#hash(token)) ?? 0) > now
  }

  /** The number of tokens that are remembered. */
  get size(): number {
    return this.#until.size
  }
}
