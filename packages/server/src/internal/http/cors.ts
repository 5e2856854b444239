import * as Answer from "../../Answer.js"
import type { State } from "../state.js"

/** Response headers that a script of another site may read. */
const exposed = [
  "X-Request-Id",
  "X-RateLimit-Limit",
  "X-RateLimit-Remaining",
  "X-RateLimit-Reset",
  "Retry-After",
  "WWW-Authenticate",
  "Sunset",
  "Deprecation"
].join(", ")

const isAllowed = (origins: ReadonlyArray<string>, { headers }: State): boolean =>
  headers.origin !== undefined && origins.includes(headers.origin)

/** Headers that open an answer to the pages of the origins. */
export const headersFor = (origins: ReadonlyArray<string>, state: State): Answer.Headers => {
  if (origins.length === 0) return {}
  return isAllowed(origins, state)
    ? {
        "access-control-allow-origin": state.headers.origin ?? "",
        "access-control-expose-headers": exposed,
        vary: "Origin"
      }
    : { vary: "Origin" }
}

/** The answer to the question of a browser that asks before it sends. */
export const preflight = (
  origins: ReadonlyArray<string>,
  state: State,
  methods: ReadonlyArray<string>
): Answer.Answer | undefined => {
  const { headers } = state
  if (headers["access-control-request-method"] === undefined || !isAllowed(origins, state)) return undefined
  const asked = headers["access-control-request-headers"]
  return Answer.empty({
    headers: {
      allow: [...methods, "OPTIONS"].join(", "),
      "access-control-allow-methods": methods.join(", "),
      "access-control-allow-headers": asked ?? "Authorization, Content-Type",
      "access-control-max-age": "600",
      ...(headers["access-control-request-private-network"] === "true"
        ? { "access-control-allow-private-network": "true" }
        : {})
    }
  })
}
