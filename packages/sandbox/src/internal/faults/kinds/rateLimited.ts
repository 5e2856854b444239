import type * as Answer from "@inbox-effect/server/Answer"
import * as Schema from "effect/Schema"
import { told } from "../answers.js"
import { digits, type Kind, map } from "../kind.js"

/**
 * Answers with 429. The limit lifts in `retryAfter` seconds, which `Retry-After` says as a number or as an HTTP-date, or
 * which is left for the client to guess.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimited = Schema.TaggedStruct("RateLimited", {
  retryAfter: Schema.Int.pipe(Schema.between(0, 86_400)),
  format: Schema.Literal("seconds", "date", "none")
})

const limited = ({ format, retryAfter }: typeof RateLimited.Type, now: number): Answer.Answer => {
  const at = now + retryAfter * 1_000
  const sayings = { seconds: String(retryAfter), date: new Date(at).toUTCString(), none: undefined }
  const saying = sayings[format]
  return told(429, {
    ...(saying === undefined ? {} : { "retry-after": saying }),
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(at / 1_000))
  })
}

/** A rate limit. */
export const rateLimited: Kind<typeof RateLimited.Type> = {
  spelled: "rate-limited",
  takes: "seconds, 0 to 86400, as in rate-limited=30, rate-limited=30;date or rate-limited=30;none",
  read: (value = "1", format = "seconds") =>
    Schema.is(RateLimited.fields.format)(format)
      ? map(digits(value, 0, 86_400), (retryAfter) => RateLimited.make({ retryAfter, format }))
      : undefined,
  refuses: () => true,
  change: (fault, _answer, now) => limited(fault, now),
  description: {
    title: "Rate limited",
    about: "429, with or without Retry-After.",
    fields: [
      {
        kind: "choice",
        name: "format",
        label: "Retry-After",
        options: [
          ["seconds", "in seconds"],
          ["date", "as an HTTP date"],
          ["none", "left out"]
        ]
      },
      { kind: "number", name: "retryAfter", label: "Seconds until the limit lifts", value: 5, min: 0, max: 86_400 }
    ],
    phrases: [
      {
        where: { format: "none" },
        name: "429 without Retry-After",
        deed: "The answer was 429, and nothing was stored.",
        spelling: "rate-limited={retryAfter};none"
      },
      {
        where: { format: "date" },
        name: "429, Retry-After {retryAfter} s as a date",
        deed: "The answer was 429, and nothing was stored.",
        spelling: "rate-limited={retryAfter};date"
      },
      {
        name: "429, Retry-After {retryAfter} s",
        deed: "The answer was 429, and nothing was stored.",
        spelling: "rate-limited={retryAfter}"
      }
    ],
    common: [{ retryAfter: 5, format: "seconds" }]
  }
}
