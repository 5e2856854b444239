/**
 * Replay tokens: a case in one word, to be sent again exactly as it was.
 *
 * @since 0.1.0
 */
import * as Zlib from "node:zlib"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Requirement from "../contract/Requirement.js"
import * as Request from "../generate/request.js"
import { Case } from "../model/Case.js"
import { version } from "../text/version.js"

/**
 * Content of a token: a case and the requirement that it broke.
 *
 * @since 0.1.0
 * @category models
 */
export const Replay = Schema.Struct({
  version: Schema.Literal(1),
  requirement: Schema.String.pipe(Schema.filter(Requirement.isId)),
  /** True when the case did not fail each time that it was sent. */
  isIntermittent: Schema.optionalWith(Schema.Boolean, { exact: true, default: () => false }),
  case: Case.pipe(Schema.filter(({ steps }) => steps.length > 0))
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
  requirement: Requirement.Id,
  self: Case,
  { isIntermittent = false }: { readonly isIntermittent?: boolean } = {}
): string => {
  const token = { version: 1, requirement, ...(isIntermittent ? { isIntermittent } : {}), case: self }
  return Zlib.deflateRawSync(Buffer.from(JSON.stringify(token)), { level: 9 }).toString("base64url")
}

/** A token cannot unpack to more than this many bytes. */
const largest = 64 * 1024 * 1024

/** Common part of the tokens of every version. */
const Versioned = Schema.parseJson(Schema.Struct({ version: Schema.Int, case: Schema.Unknown }))

const decodeVersioned = Schema.decodeUnknownEither(Versioned)

const decodeJson = Schema.decodeUnknownEither(Schema.parseJson(Replay))

/**
 * Reads a token. Left is the end of a sentence that says what is wrong with it: it is no token, or it is of another
 * version, which knows cases that this one does not.
 *
 * @since 0.1.0
 * @category tokens
 */
export const decode = (token: string): Either.Either<Replay, string> =>
  Either.gen(function* () {
    const text = yield* Either.try({ try: () => inflated(token), catch: () => notAToken })
    yield* Either.mapLeft(decodeVersioned(text), () => notAToken)
    const replay = yield* Either.mapLeft(decodeJson(text), () => otherVersion)
    const [unknown] = replay.case.steps.flatMap((step) => Option.toArray(Request.unknown(step)))
    return unknown === undefined ? replay : yield* Either.left(`names ${unknown}, and ${otherVersion}`)
  })

const notAToken = "is not a replay token; copy the whole word that a report printed after --replay"

const otherVersion = `is of another version than this ${version} of inbox-contract; take the token of a new report`

const inflated = (token: string): string =>
  Zlib.inflateRawSync(Buffer.from(token.trim(), "base64url"), { maxOutputLength: largest }).toString("utf8")
