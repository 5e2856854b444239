import * as Schema from "effect/Schema"
import { bare, type Kind } from "../kind.js"

/**
 * Handles the request, and closes the connection half-way through the body of the answer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Truncated = Schema.TaggedStruct("Truncated", {})

/** An answer that ends half-way. */
export const truncated: Kind<typeof Truncated.Type> = {
  spelled: "truncated",
  takes: "nothing",
  read: bare(Truncated.make({})),
  breakage: () => "truncate",
  description: {
    title: "Truncated answer",
    about: "The connection closes half-way through the 200.",
    fields: [],
    phrases: [
      {
        name: "Truncated answer",
        deed: "The message was stored, and the connection closed half-way through the answer.",
        spelling: "truncated"
      }
    ],
    common: [{}]
  }
}
