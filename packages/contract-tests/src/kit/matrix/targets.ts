/**
 * The targets of a matrix, read from a file.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { firstIssue } from "../../text/firstIssue.js"

/**
 * The name of a target on the command line and in files.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TargetName = Schema.String.pipe(
  Schema.pattern(/^[\w.-]{1,24}$/, {
    message: () => "is no name of a target: up to 24 letters, digits, dots, hyphens and underscores"
  })
)

/**
 * A target in a file. The token is not: it is in the variable of the environment that is named.
 *
 * @since 0.1.0
 * @category schemas
 */
export const TargetEntry = Schema.Struct({
  name: TargetName,
  url: Schema.String,
  /** One or two. */
  threads: Schema.Array(Schema.String).pipe(
    Schema.filter(({ length }) => length === 1 || length === 2 || "has to have one or two ids")
  ),
  tokenVariable: Schema.String.pipe(
    Schema.pattern(/^[A-Z_][A-Z0-9_]*$/, {
      message: () => "is the name of an environment variable in capitals, never the token itself"
    })
  ),
  replyTo: Schema.optionalWith(Schema.String, { exact: true })
}).annotations({ identifier: "TargetEntry", parseOptions: { onExcessProperty: "error" } })

/**
 * @since 0.1.0
 * @category models
 */
export interface TargetEntry extends Schema.Schema.Type<typeof TargetEntry> {}

const form = '[{"name":"...","url":"...","threads":["..."],"tokenVariable":"..."}]'

/**
 * Reads a file of targets. Left is one sentence that says what is wrong with it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parseTargets = (text: string): Either.Either<ReadonlyArray<TargetEntry>, string> =>
  Schema.decodeUnknownEither(Schema.parseJson())(text).pipe(
    // What the parser says would repeat a part of the file.
    Either.mapLeft(() => "is not JSON"),
    Either.flatMap((value) =>
      Either.mapLeft(Schema.decodeUnknownEither(Schema.Array(TargetEntry))(value), (error) =>
        // What was found there may be a token.
        firstIssue(error).replace(/, actual .*/s, "")
      )
    ),
    Either.mapLeft((problem) => `${problem}; it has the form ${form}`)
  )
