import * as Schema from "effect/Schema"
import { flagless, type Kind } from "../kind.js"

/**
 * Handles the request and then falls silent: before the head of the answer, or in the middle of its body. The
 * connection stays open until the client ends it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Stall = Schema.TaggedStruct("Stall", {
  at: Schema.Literal("head", "body")
})

/** Silence. */
export const stall: Kind<typeof Stall.Type> = {
  spelled: "stall",
  takes: "head or body, as in stall=head",
  read: flagless((at) => (at === "head" || at === "body" ? Stall.make({ at }) : undefined)),
  breakage: ({ at }) => (at === "head" ? "stall-head" : "stall-body"),
  description: {
    title: "Stall",
    about: "The message is handled, and then nothing comes: no answer, or half of one.",
    fields: [
      {
        kind: "choice",
        name: "at",
        label: "Where",
        options: [
          ["head", "Before the answer"],
          ["body", "In the middle of the answer"]
        ]
      }
    ],
    phrases: [
      {
        where: { at: "head" },
        name: "Stall before the answer",
        deed: "The request was handled, and no answer was ever sent.",
        spelling: "stall=head"
      },
      {
        name: "Stall within the answer",
        deed: "The request was handled, and the answer stopped in the middle of its body.",
        spelling: "stall=body"
      }
    ],
    common: [{ at: "head" }]
  }
}
