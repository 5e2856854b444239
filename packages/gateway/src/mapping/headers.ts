/**
 * The headers of v2's answers, in v1's spelling.
 */
import { toEpochMillis } from "@inbox-effect/client/Rfc3339"
import * as Option from "effect/Option"

type Headers = Readonly<Record<string, string | undefined>>

const passedOn = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-request-id", "sunset", "deprecation", "link"]

const visible = /^[\x20-\x7e]{1,256}$/

/** Unix seconds have ten digits from 2001 to 2286; what is shorter counts from now, what has thirteen is milliseconds. */
const secondsOf = (text: string, now: number): Option.Option<number> => {
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Option.some(Math.ceil(now / 1000 + Number(text)))
  if (/^\d{10,11}$/.test(text)) return Option.some(Number(text))
  if (/^\d{13}$/.test(text)) return Option.some(Math.ceil(Number(text) / 1000))
  return Option.map(toEpochMillis(text), (millis) => Math.ceil(millis / 1000))
}

/**
 * Picks those of v2's headers that go to a v1 caller. `X-RateLimit-Reset` is Unix seconds in v1; v2 does not document its unit, so
 * seconds from now, Unix seconds, Unix milliseconds and RFC 3339 are all read. `now` is in milliseconds.
 */
export const toV1 = (headers: Headers, now: number): Record<string, string> => {
  const out: Record<string, string> = {}
  for (const name of passedOn) {
    const value = headers[name]
    if (value !== undefined && visible.test(value)) out[name] = value
  }
  const reset = Option.flatMap(Option.fromNullable(headers["x-ratelimit-reset"]), (text) => secondsOf(text.trim(), now))
  if (Option.isSome(reset)) out["x-ratelimit-reset"] = String(reset.value)
  return out
}
