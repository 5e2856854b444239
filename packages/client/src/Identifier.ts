/**
 * Identifiers of the Inbox API.
 *
 * @example
 * ```ts
 * import { Identifier } from "@inbox-effect/client"
 * import { Schema } from "effect"
 *
 * export const isId = Schema.is(Identifier.InboxId)
 *
 * export const answers = [isId("l44e15irdq4db30i77cgphhx"), isId("not-an-id")]
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Pattern of every Inbox identifier, from its first character to its last: ASCII digits and lower-case letters.
 * A trailing line break, an upper-case letter or another script's digit does not match. Any length above zero does.
 *
 * @since 0.1.0
 * @category patterns
 */
export const pattern: RegExp = /^[0-9a-z]+$/

/**
 * An identifier issued by Inbox, of a team, thread, message, user or campaign. It stays a plain `string` in types, so
 * that callers pass the strings they have.
 *
 * @since 0.1.0
 * @category schemas
 */
export const InboxId = Schema.String.pipe(
  Schema.pattern(pattern, {
    title: "InboxId",
    description: "An identifier issued by Inbox: ASCII digits and lower-case letters",
    // Spelled out whole, so that what is generated says the pattern and nothing else.
    jsonSchema: { type: "string", pattern: pattern.source }
  })
)

/**
 * The type of an Inbox identifier: a plain string.
 *
 * @since 0.1.0
 * @category models
 */
export type InboxId = typeof InboxId.Type
