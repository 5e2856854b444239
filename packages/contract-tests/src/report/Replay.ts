/**
 * Replay tokens: a case in one word, to be sent again exactly as it was.
 *
 * @since 0.1.0
 */
import * as Zlib from "node:zlib"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Case } from "../model/Case.js"

/**
 * What a token holds: a case and the requirement that it broke.
 *
 * @since 0.1.0
 * @category models
 */
export const Replay = Schema.Struct({
  version: Schema.Literal(1),
  requirement: Schema.String,
  /** Whether the case did not fail each time that it was sent. */
  isIntermittent: Schema.optionalWith(Schema.Boolean, { exact: true, default: () => false }),
  case: Case
}).annotations({ identifier: "Replay" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Replay extends Schema.Schema.Type<typeof Replay> {}

/**
 * Writes a token: URL-safe, without spaces, the same for the same case.
 *
 * @since 0.1.0
 * @category tokens
 */
export const encode = (
  requirement: string,
  self: Case,
  { isIntermittent = false }: { readonly isIntermittent?: boolean } = {}
): string => {
  const token = { version: 1, requirement, ...(isIntermittent ? { isIntermittent } : {}), case: self }
  return Zlib.deflateRawSync(Buffer.from(JSON.stringify(token)), { level: 9 }).toString("base64url")
}

/** A token cannot unpack to more than this many bytes. */
const largest = 64 * 1024 * 1024

const decodeJson = Schema.decodeUnknownEither(Schema.parseJson(Replay))

/**
 * Reads a token. Left is one sentence that says what is wrong with it.
 *
 * @since 0.1.0
 * @category tokens
 */
export const decode = (token: string): Either.Either<Replay, string> =>
  Either.try(() =>
    Zlib.inflateRawSync(Buffer.from(token.trim(), "base64url"), { maxOutputLength: largest }).toString("utf8")
  ).pipe(
    Either.flatMap(decodeJson),
    Either.mapLeft(() => "is not a replay token; copy the whole word that a report printed after --replay")
  )
