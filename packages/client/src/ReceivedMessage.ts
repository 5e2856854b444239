/**
 * Messages as servers really answer with them: decoded with tolerance where that is safe, and with an account of where
 * they differ from the document.
 *
 * @example
 * ```ts
 * import { ReceivedMessage } from "@inbox-effect/client"
 * import { Either } from "effect"
 *
 * // A message as servers really send it: keys that are not documented, or missing, are told of and end nothing.
 * export const read = (json: unknown): ReadonlyArray<string> =>
 *   Either.match(ReceivedMessage.decode(json, "ReadAsNull"), {
 *     onLeft: (error) => [error.message],
 *     onRight: ({ drift }) => [...drift.missingKeys, ...drift.unknownKeys]
 *   })
 * ```
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { decoder } from "./internal/decode/reader.js"
import { keys, Message } from "./Message.js"

/** A documented value, or another string. */
const open = <A extends string>(): Schema.Schema<A | (string & {}), string> => Schema.String as never

type Origin = NonNullable<Message["origin"]>

/**
 * A message like `Message`, but with open enumerations: `platform` and `origin` may be values that the document does
 * not know yet.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ReceivedMessage = Schema.Struct({
  ...Message.fields,
  /** Platform that the message was sent from: `twitter`, or one that the document does not know. */
  platform: open<Message["platform"]>(),
  /** Source of the message: `api`, `internal`, `external`, or one that the document does not know. */
  origin: Schema.NullOr(open<Origin>())
}).annotations({ identifier: "ReceivedMessage" })

/**
 * A message as a server answers with it. Every `Message` is one.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReceivedMessage extends Schema.Schema.Type<typeof ReceivedMessage> {}

const Key = Schema.Literal(...keys)

/**
 * Deviations of an answer from the document: keys that are not documented, documented enumerations with a value that is
 * not, documented keys that are missing (each read as `null`), and the media type, where the answer is not declared
 * as `application/json` (empty where it is not declared at all).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Drift = Schema.Struct({
  /** Keys that are not documented, at most 100. */
  unknownKeys: Schema.Array(Schema.String),
  /** Values that the documented enumerations do not have. */
  unknownMembers: Schema.Array(Schema.Struct({ key: Key, value: Schema.String })),
  /** Documented keys that are missing, and were read as `null`. */
  missingKeys: Schema.Array(Key),
  /** Media type of the answer, where it is not `application/json`; empty where none is declared. */
  mediaType: Schema.optionalWith(Schema.String, { exact: true })
}).annotations({ identifier: "Drift" })

/**
 * Deviations of an answer from the document.
 *
 * @since 0.1.0
 * @category models
 */
export interface Drift extends Schema.Schema.Type<typeof Drift> {}

/**
 * Treatment of an answer that lacks documented keys: it is no message (`Refuse`), or those whose documented type
 * allows `null` are read as `null` and listed (`ReadAsNull`).
 *
 * @since 0.1.0
 * @category models
 */
export type MissingKeys = "Refuse" | "ReadAsNull"

/**
 * Treatment of a message that is declared as another media type than `application/json`: it is no message (`Refuse`),
 * or it is taken for one and the media type is listed (`Accept`).
 *
 * @since 0.1.0
 * @category models
 */
export type OtherMediaType = "Refuse" | "Accept"

/**
 * A decoded answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decoded {
  /** The message. */
  readonly message: ReceivedMessage
  /** Deviations of the answer from the document. */
  readonly drift: Drift
}

const documented: ReadonlySet<string> = new Set(keys)

const members: ReadonlyArray<readonly [key: "platform" | "origin", known: ReadonlySet<string | null>]> = [
  ["platform", new Set(["twitter"] satisfies ReadonlyArray<Message["platform"]>)],
  ["origin", new Set(["internal", "external", "api", null] satisfies ReadonlyArray<Message["origin"]>)]
]

/** Number of keys that are listed although they are not documented: whoever adds more than that adds no keys. */
const mostUnknownKeys = 100

const decodeUnknown = decoder(ReceivedMessage)

const shape = Schema.typeSchema(Message).ast as SchemaAST.TypeLiteral

/** The documented keys whose type allows `null`. */
const nullable: ReadonlySet<PropertyKey> = new Set(
  shape.propertySignatures.filter(({ type }) => Schema.is(Schema.make(type))(null)).map(({ name }) => name)
)

const missingIn = (json: object): ReadonlyArray<keyof Message> =>
  keys.filter((key) => !Object.hasOwn(json, key) && nullable.has(key))

const withNulls = (json: unknown, missing: ReadonlyArray<keyof Message>): unknown =>
  missing.length === 0 ? json : { ...(json as object), ...Object.fromEntries(missing.map((key) => [key, null])) }

/**
 * Decodes a JSON value. Keys and members of enumerations that are not documented are accepted and reported;
 * `missingKeys` says what becomes of keys that are documented and absent.
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = (json: unknown, missingKeys: MissingKeys): Either.Either<Decoded, ParseResult.ParseError> => {
  const missing = missingKeys === "ReadAsNull" && Predicate.isRecord(json) ? missingIn(json) : []
  return Either.map(decodeUnknown(withNulls(json, missing)), (message) => ({
    message,
    drift: {
      unknownKeys: Object.keys(json as object)
        .filter((key) => !documented.has(key))
        .slice(0, mostUnknownKeys),
      unknownMembers: members.flatMap(([key, known]) => {
        const value = message[key]
        return value === null || known.has(value) ? [] : [{ key, value }]
      }),
      missingKeys: missing
    }
  }))
}
