import { request as httpRequest, type IncomingMessage } from "node:http"
import * as Effect from "effect/Effect"
import type { Passes } from "../http/passes.js"
import type { Entry } from "./journal.js"
import { headersOf } from "./replay.js"

/** Milliseconds after which a request that is still not answered is given up: longer than the longest latency. */
const patienceMillis = 660_000

/** The address at which the sandbox reaches itself. */
export interface Address {
  readonly host: string
  readonly port: number
}

/**
 * Sends a request to the sandbox itself, and goes on while it is under way. Resolves with the id of its exchange where
 * it is refused before anybody looks at its token, and with `null` where nothing comes of it.
 */
const post = ({ body, method, url }: Entry, headers: ReadonlyArray<string>, { host, port }: Address) =>
  Effect.async<string | null>((resume) => {
    const settle = (id: unknown) => resume(Effect.succeed(typeof id === "string" ? id : null))
    const request = httpRequest({
      host,
      port,
      method,
      path: url,
      headers: [...headers],
      agent: false,
      timeout: patienceMillis
    })
    request.on("response", (response: IncomingMessage) => {
      response.resume()
      response.on("error", () => {})
      settle(response.headers["x-request-id"])
    })
    request.on("error", () => settle(null))
    request.on("timeout", () => request.destroy())
    request.end(body.head)
  })

/** Sends a request again as a team, and returns the id of its exchange as soon as that is known. */
export const resend = (entry: Entry, teamId: string, passes: Passes, address: Address): Effect.Effect<string | null> =>
  Effect.flatMap(passes.issue(teamId), (pass) =>
    Effect.raceFirst(pass.usedBy, post(entry, headersOf(entry, pass.token), address)).pipe(Effect.ensuring(pass.cancel))
  )
