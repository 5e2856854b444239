import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Answer from "@inbox-effect/server/Answer"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { toInstant, vendorSunset } from "../instant.js"
import { flagless, type Kind, map } from "../kind.js"

/**
 * Announces the end of the API in a `Sunset` header (RFC 8594). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sunset = Schema.TaggedStruct("Sunset", { at: Rfc3339.DateTimeUtc })

/** The end of the API, announced. */
export const sunset: Kind<typeof Sunset.Type> = {
  spelled: "sunset",
  takes: "a date, as in sunset=2026-12-03",
  read: flagless((value) => map(toInstant(value), (at) => Sunset.make({ at }))),
  change: ({ at }, answer) => Answer.setHeaders(answer, { sunset: DateTime.toDateUtc(at).toUTCString() }),
  description: {
    title: "Sunset",
    about: "A header that says when the API ends. All else is served.",
    fields: [{ kind: "day", name: "at", label: "The last day", value: vendorSunset.slice(0, 10) }],
    phrases: [
      {
        name: "Sunset on {at:day}",
        deed: "The answer announced the end of the API in a Sunset header. All else was as ever.",
        spelling: "sunset={at:instant}"
      }
    ],
    common: []
  }
}
