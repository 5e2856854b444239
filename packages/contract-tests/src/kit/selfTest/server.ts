import * as Effect from "effect/Effect"
import type { Report } from "../../report/Report.js"
import * as Conformance from "../Conformance.js"
import type { InvalidOptions, Options } from "../options.js"

/** A server that runs. */
export interface Running {
  /** The base, up to and including `/api/v1`. */
  readonly url: string
  readonly token: string
  readonly threads: readonly [string, string]
  /** An inbound message of each thread. */
  readonly inbound: readonly [string, string]
  /** Stops listening and closes every connection. */
  close(): Promise<void>
}

/** Options of the kit for a server of the zoo. */
export const targetOf = ({ inbound, threads, token, url }: Pick<Running, "url" | "token" | "threads" | "inbound">) => ({
  url,
  token,
  threadId: threads,
  replyTo: inbound[0]
})

/** Runs the kit on a server that lives for as long as that takes. */
export const check = (
  start: () => Promise<Running>,
  options: Partial<Options>
): Effect.Effect<Report, InvalidOptions> =>
  Effect.acquireUseRelease(
    Effect.promise(start),
    (server) => Conformance.run({ ...targetOf(server), ...options }),
    (server) => Effect.promise(() => server.close())
  )
