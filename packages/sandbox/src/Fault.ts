/**
 * Faults that a sandbox makes when it is told to: the failures that a client has to survive.
 *
 * @since 0.1.0
 */
import { nearest } from "@inbox-effect/client/CommandLine"
import { InboxId } from "@inbox-effect/client/Identifier"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { bySpelling } from "./internal/faults/catalogue.js"
import { Deprecation } from "./internal/faults/kinds/deprecation.js"
import { Latency } from "./internal/faults/kinds/latency.js"
import { MalformedJson } from "./internal/faults/kinds/malformedJson.js"
import { MediaType } from "./internal/faults/kinds/mediaType.js"
import { MissingKeys } from "./internal/faults/kinds/missingKeys.js"
import { RateLimited } from "./internal/faults/kinds/rateLimited.js"
import { Reset } from "./internal/faults/kinds/reset.js"
import { Stall } from "./internal/faults/kinds/stall.js"
import { Status } from "./internal/faults/kinds/status.js"
import { Sunset } from "./internal/faults/kinds/sunset.js"
import { Truncated } from "./internal/faults/kinds/truncated.js"
import { spellingOf } from "./internal/faults/phrase.js"

export {
  Deprecation,
  Latency,
  MalformedJson,
  MediaType,
  MissingKeys,
  RateLimited,
  Reset,
  Stall,
  Status,
  Sunset,
  Truncated
}

/**
 * One thing to do wrong.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Fault = Schema.Union(
  Status,
  RateLimited,
  Latency,
  Stall,
  Reset,
  Truncated,
  MissingKeys,
  MalformedJson,
  MediaType,
  Sunset,
  Deprecation
).annotations({ identifier: "Fault" })

/**
 * One thing to do wrong.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = typeof Fault.Type

/**
 * The request header that carries faults in their compact spelling: {@link parse} reads it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const header = "x-sandbox-fault"

/** Number of characters of an unknown name that are looked at and repeated. */
const longestName = 40

const unknown = (given: string): string => {
  const names = [...bySpelling.keys()]
  const name = given.slice(0, longestName)
  const meant = nearest(name, names)
  return `There is no fault ${JSON.stringify(name)}: ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`
}

const parseOne = (text: string): Either.Either<Fault, string> => {
  const [, name = "", value, flag] = /^([^=;]*)(?:=([^;]*))?(?:;(.*))?$/s.exec(text.trim()) ?? []
  const kind = bySpelling.get(name)
  if (kind === undefined) return Either.left(unknown(name))
  return Either.fromNullable(kind.read(value, flag?.trim()), () => `The fault ${name} takes ${kind.takes}`)
}

/**
 * Reads faults in their compact spelling, separated by commas: `latency=2s, status=500;stored`. What cannot be read is a
 * sentence that says what can.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): Either.Either<ReadonlyArray<Fault>, string> =>
  // The first that cannot be read is the last that is looked at.
  Either.gen(function* () {
    const faults: Array<Fault> = []
    for (const part of text.split(",")) faults.push(yield* parseOne(part))
    return faults
  })

/**
 * Spells a fault compactly, as {@link parse} reads it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const format = (fault: Fault): string => spellingOf(encode(fault))

const encode = Schema.encodeSync(Fault)

/**
 * An order for a rule: a fault, for the sends into one thread or (`null`) into any, so many times or (`null`) until
 * the rule is removed.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Order = Schema.Struct({
  fault: Fault,
  threadId: Schema.NullOr(InboxId),
  times: Schema.NullOr(Schema.Int.pipe(Schema.between(1, 1_000_000)))
}).annotations({ identifier: "FaultOrder" })

/**
 * An order for a rule.
 *
 * @since 0.1.0
 * @category models
 */
export interface Order extends Schema.Schema.Type<typeof Order> {}

/**
 * A rule in force: what was asked for, how often it has been applied, and how often it still will be (`null`: until it
 * is removed).
 *
 * @since 0.1.0
 * @category schemas
 */
export const Rule = Schema.Struct({
  id: InboxId,
  ...Order.fields,
  applied: Schema.Int,
  remaining: Schema.NullOr(Schema.Int),
  createdAt: Rfc3339.DateTimeUtc
}).annotations({ identifier: "FaultRule" })

/**
 * A rule in force.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rule extends Schema.Schema.Type<typeof Rule> {}
