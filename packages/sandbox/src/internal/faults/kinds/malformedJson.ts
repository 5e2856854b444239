import * as Schema from "effect/Schema"
import { firstHalf, withBody } from "../answers.js"
import { bare, type Kind } from "../kind.js"

/**
 * Cuts the JSON of the answer in two and sends the first half as if it were the whole.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MalformedJson = Schema.TaggedStruct("MalformedJson", {})

/** JSON that ends half-way. */
export const malformedJson: Kind<typeof MalformedJson.Type> = {
  spelled: "malformed",
  takes: "nothing",
  read: bare(MalformedJson.make({})),
  change: (_fault, answer) => withBody(answer, firstHalf(answer)),
  description: {
    title: "Malformed JSON",
    about: "A 200 whose JSON ends half-way.",
    fields: [],
    phrases: [
      {
        name: "Malformed JSON",
        deed: "The message was stored, and the JSON of the answer ended half-way.",
        spelling: "malformed"
      }
    ],
    common: []
  }
}
