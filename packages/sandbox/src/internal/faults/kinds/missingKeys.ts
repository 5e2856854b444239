import * as Message from "@inbox-effect/client/Message"
import * as Answer from "@inbox-effect/server/Answer"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { withBody } from "../answers.js"
import { flagless, type Kind, map } from "../kind.js"

/**
 * Leaves keys of the message out of the 200.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MissingKeys = Schema.TaggedStruct("MissingKeys", {
  keys: Schema.NonEmptyArray(Schema.Literal(...Message.keys))
})

/** The keys that the vendor's own example of an answer leaves out. */
const oftenMissing: typeof MissingKeys.Type.keys = ["isEncrypted", "deletedAt", "platformDeletedAt"]

const toKeys = (text: string | undefined): typeof MissingKeys.Type.keys | undefined => {
  if (text === undefined) return oftenMissing
  const keys = text.split("+")
  return Schema.is(MissingKeys.fields.keys)(keys) ? keys : undefined
}

const without = (bytes: Uint8Array, keys: ReadonlyArray<string>): Uint8Array => {
  const value: unknown = Either.getOrUndefined(Either.try(() => JSON.parse(Buffer.from(bytes).toString("utf8"))))
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))))
    : bytes
}

/** A message that lacks keys. */
export const missingKeys: Kind<typeof MissingKeys.Type> = {
  spelled: "missing",
  takes: `keys of the message, as in missing=${oftenMissing.join("+")}`,
  read: flagless((value) => map(toKeys(value), (keys) => MissingKeys.make({ keys }))),
  change: ({ keys }, answer) => withBody(answer, without(Answer.bytes(answer), keys)),
  description: {
    title: "Missing keys",
    about: "A 200 without some of the keys that a message must have.",
    fields: [
      {
        kind: "keys",
        name: "keys",
        label: "Keys to leave out",
        options: [...oftenMissing, "id", "createdAt", "entities", "attachment", "replyData"],
        checked: oftenMissing
      }
    ],
    phrases: [
      {
        name: "Missing {keys}",
        deed: "The message was stored, and the answer left out {keys}.",
        spelling: "missing={keys:plus}"
      }
    ],
    common: []
  }
}
