/**
 * One pool of connections for each origin. undici's own `Agent` replaces a pool whose connections have all closed while
 * requests still wait in it, and so opens more connections than it was told to.
 */
import { Pool } from "undici"

/** How many pools may lie idle: a program talks to few origins, but nothing grows without end. */
const maxIdle = 32

const isIdle = (pool: Pool): boolean => pool.stats.connected === 0 && pool.stats.size === 0

export class Pools {
  readonly #options: Pool.Options
  readonly #pools = new Map<string, Pool>()

  constructor(options: Pool.Options) {
    this.#options = options
  }

  /** The pool of an origin. */
  readonly of = (origin: string): Pool => this.#pools.get(origin) ?? this.#open(origin)

  /** Closes every connection, whatever waits for it. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
  }

  #open(origin: string): Pool {
    if (this.#pools.size >= maxIdle) this.#prune()
    const pool = new Pool(origin, this.#options)
    this.#pools.set(origin, pool)
    return pool
  }

  #prune(): void {
    for (const [origin, pool] of this.#pools) {
      if (isIdle(pool)) {
        this.#pools.delete(origin)
        void pool.destroy()
      }
    }
  }
}
