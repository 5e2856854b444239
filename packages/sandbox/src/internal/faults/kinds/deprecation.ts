import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Answer from "@inbox-effect/server/Answer"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { toInstant, vendorSunset } from "../instant.js"
import { flagless, type Kind, map } from "../kind.js"

/**
 * Says since when the API is deprecated in a `Deprecation` header (RFC 9745). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Deprecation = Schema.TaggedStruct("Deprecation", { at: Rfc3339.DateTimeUtc })

/** The deprecation of the API, announced. */
export const deprecation: Kind<typeof Deprecation.Type> = {
  spelled: "deprecation",
  takes: "a date, as in deprecation=2026-06-01",
  read: flagless((value) => map(toInstant(value), (at) => Deprecation.make({ at }))),
  change: ({ at }, answer) =>
    Answer.setHeaders(answer, { deprecation: `@${Math.floor(DateTime.toEpochMillis(at) / 1_000)}` }),
  description: {
    title: "Deprecation",
    about: "A header that says since when it is deprecated. All else is served.",
    fields: [{ kind: "day", name: "at", label: "Deprecated since", value: vendorSunset.slice(0, 10) }],
    phrases: [
      {
        name: "Deprecated since {at:day}",
        deed: "The answer announced in a Deprecation header that the API is deprecated. All else was as ever.",
        spelling: "deprecation={at:instant}"
      }
    ],
    common: []
  }
}
