import * as Effect from "effect/Effect"
import * as Connection from "./connection.js"
import type { Endpoint } from "./socket.js"

/** Connections that are kept open between cases. */
interface Pool {
  /** Lends a connection: the one that was given back last, or a new one, which is closed afterwards where it is `fresh`. */
  readonly lend: <A, E>(
    fresh: boolean,
    use: (self: Connection.Connection) => Effect.Effect<A, E>
  ) => Effect.Effect<A, E>
  readonly close: () => void
}

export const makePool = (endpoint: Endpoint): Pool => {
  const idle: Array<Connection.Connection> = []
  return {
    lend: (fresh, use) =>
      Effect.suspend(() => {
        const connection = (fresh ? undefined : idle.pop()) ?? Connection.connect(endpoint)
        const giveBack = Effect.sync(() => (fresh ? connection.close() : void idle.push(connection)))
        return Effect.ensuring(use(connection), giveBack)
      }),
    close: () => {
      for (const connection of idle) connection.close()
    }
  }
}
