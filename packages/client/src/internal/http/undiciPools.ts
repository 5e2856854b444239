/**
 * One pool of connections for each origin. undici's own `Agent` replaces a pool whose connections have all closed while
 * requests still wait in it, and so opens more connections than it was told to.
 */
import { buildConnector, Pool } from "undici"

/** Number of pools that may lie idle: a program talks to few origins, but nothing grows without end. */
const maxIdle = 32

const isIdle = (pool: Pool): boolean => pool.stats.connected === 0 && pool.stats.size === 0

/** The number of requests that wait for a connection. */
export interface Waiting {
  count: number
}

/** A pool, and what waits for one of its connections. */
interface Entry {
  readonly dispatcher: Pool
  readonly waiting: Waiting
}

const nobodyWaits = (): Error => new Error("No request waits for a connection")

/**
 * Connects for requests alone: after one was broken off, undici connects again, whether or not anything is to be sent.
 * What nobody waits for any more once it is there is closed as well, where connections are not to be kept.
 */
const connector = (
  options: buildConnector.BuildOptions,
  waiting: Waiting,
  isKept: boolean
): buildConnector.connector => {
  const connect = buildConnector(options)
  return (target, callback) => {
    if (waiting.count === 0) {
      callback(nobodyWaits(), null)
      return
    }
    connect(target, (...[error, socket]) => {
      // On a failure, undici leaves the socket out.
      if (error !== null) {
        callback(error, null)
      } else if (!isKept && waiting.count === 0) {
        socket.destroy()
        callback(nobodyWaits(), null)
      } else {
        callback(null, socket)
      }
    })
  }
}

/** Options of pools: those of undici's, and whether connections outlast their request. */
export interface Options extends Omit<Pool.Options, "connect"> {
  readonly connect: buildConnector.BuildOptions
}

export class Pools {
  readonly #options: Options
  readonly #pools = new Map<string, Entry>()

  constructor(options: Options) {
    this.#options = options
  }

  /** The pool of an origin. */
  readonly of = (origin: string): Entry => this.#pools.get(origin) ?? this.#open(origin)

  /** Closes every connection, whatever waits for it. */
  async destroy(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ dispatcher }) => dispatcher.destroy()))
  }

  #open(origin: string): Entry {
    if (this.#pools.size >= maxIdle) this.#prune()
    const waiting: Waiting = { count: 0 }
    const { connect, ...options } = this.#options
    const dispatcher = new Pool(origin, { ...options, connect: connector(connect, waiting, options.pipelining !== 0) })
    const entry = { dispatcher, waiting }
    this.#pools.set(origin, entry)
    return entry
  }

  #prune(): void {
    for (const [origin, { dispatcher }] of this.#pools) {
      if (isIdle(dispatcher)) {
        this.#pools.delete(origin)
        void dispatcher.destroy()
      }
    }
  }
}
