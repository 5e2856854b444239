/**
 * The records of the journal, and what they add up to.
 */
import * as Schema from "effect/Schema"

const Key = Schema.String.pipe(Schema.pattern(/^[0-9a-z]{1,128}$/))

const At = Schema.Int

/** The end of a request. `mayRepeat` is false where even the same key might send a second time. */
export const Ending = Schema.Union(
  Schema.TaggedStruct("Delivered", { messageId: Schema.NullOr(Schema.String) }),
  Schema.TaggedStruct("Refused", {}),
  Schema.TaggedStruct("Unknown", { messageId: Schema.NullOr(Schema.String), mayRepeat: Schema.Boolean })
)

/** The end of a request. */
export type Ending = typeof Ending.Type

/** A request that is about to be sent: what it is known by, never what it says. `at` is in milliseconds. */
export const Noted = Schema.TaggedStruct("Noted", {
  key: Key,
  at: At,
  threadId: Schema.String,
  client: Schema.optionalWith(Schema.Struct({ key: Schema.String, fingerprint: Schema.String }), { exact: true })
})

/** A request that is about to be sent. */
export type Noted = typeof Noted.Type

/** A line that notes the end of a request. */
export const Ended = Schema.TaggedStruct("Ended", { key: Key, ending: Ending })

/** A line that notes the end of a request. */
export type Ended = typeof Ended.Type

/** One line of the journal. */
export const Line = Schema.parseJson(Schema.Union(Noted, Ended))

/** A request, and how it ended if it is known to have. */
export interface Entry extends Omit<Noted, "_tag"> {
  readonly ending: Ending | undefined
}
