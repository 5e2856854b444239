/**
 * Violations that are known and excused for now. A waiver names one requirement and says why; it fails the run once
 * the requirement holds, so that no waiver outlives its fault.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { firstIssue } from "../text/firstIssue.js"
import * as Requirement from "./Requirement.js"

/**
 * One waiver.
 *
 * @since 0.1.0
 * @category models
 */
export const Waiver = Schema.Struct({
  id: Schema.String.pipe(
    Schema.filter(
      (id) => Requirement.byId.has(id) || `there is no requirement ${id}; the list of requirements has their ids`
    )
  ),
  reason: Schema.Trim.pipe(Schema.minLength(1, { message: () => "a waiver needs a reason" }))
}).annotations({ identifier: "Waiver" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Waiver extends Schema.Schema.Type<typeof Waiver> {}

/**
 * A waiver file: JSON, `{ "waivers": [{ "id", "reason" }] }`.
 *
 * @since 0.1.0
 * @category models
 */
export const WaiverFile = Schema.parseJson(Schema.Struct({ waivers: Schema.Array(Waiver) }))

/**
 * Reads a waiver file. Left is one sentence that says what is wrong with it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): Either.Either<ReadonlyArray<Waiver>, string> =>
  Schema.decodeUnknownEither(WaiverFile)(text).pipe(
    Either.map(({ waivers }) => waivers),
    Either.mapLeft((error) => `${firstIssue(error)}; it has the form {"waivers":[{"id":"...","reason":"..."}]}`)
  )
