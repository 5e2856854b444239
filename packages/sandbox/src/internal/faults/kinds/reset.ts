import * as Schema from "effect/Schema"
import { flagless, type Kind } from "../kind.js"

/**
 * Resets the connection instead of answering: before the message is stored, or after.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Reset = Schema.TaggedStruct("Reset", {
  when: Schema.Literal("before", "after")
})

/** A connection that breaks. */
export const reset: Kind<typeof Reset.Type> = {
  spelled: "reset",
  takes: "before or after the message is stored, as in reset=after",
  read: flagless((when) => (when === "before" || when === "after" ? Reset.make({ when }) : undefined)),
  resetsFirst: ({ when }) => when === "before",
  breakage: () => "reset",
  description: {
    title: "Connection reset",
    about: "The connection breaks before the answer. The client cannot know whether the message is there.",
    fields: [
      {
        kind: "choice",
        name: "when",
        label: "When",
        options: [
          ["after", "After the message is stored"],
          ["before", "Before anything is stored"]
        ]
      }
    ],
    phrases: [
      {
        where: { when: "after" },
        name: "Reset after storing",
        deed: "The message was stored, and the connection was reset before the client got an answer.",
        spelling: "reset=after"
      },
      {
        name: "Reset before storing",
        deed: "The connection was reset before anything was stored.",
        spelling: "reset=before"
      }
    ],
    common: [{ when: "after" }, { when: "before" }]
  }
}
