/**
 * What a sandbox does wrong when it is told to: the failures that a client has to survive.
 *
 * @since 0.1.0
 */
import { InboxId } from "@inbox-effect/client/Identifier"
import * as Message from "@inbox-effect/client/Message"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { nearestTo } from "./internal/cli/nearest.js"

/**
 * Answers with an error status: 400 to 599, in the vendor's envelope and with the vendor's code where it documents one.
 * Nothing is stored, unless `stored` says that the message is kept all the same.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status = Schema.TaggedStruct("Status", {
  status: Schema.Int.pipe(Schema.between(400, 599)),
  stored: Schema.Boolean
})

/**
 * Answers with 429. The limit lifts in `retryAfter` seconds, which `Retry-After` says as a number or as an HTTP-date, or
 * which is left for the client to guess.
 *
 * @since 0.1.0
 * @category schemas
 */
export const RateLimited = Schema.TaggedStruct("RateLimited", {
  retryAfter: Schema.Int.pipe(Schema.between(0, 86_400)),
  format: Schema.Literal("seconds", "date", "none")
})

/**
 * Handles the request at once and answers `millis` later, ten minutes at most.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Latency = Schema.TaggedStruct("Latency", {
  millis: Schema.Int.pipe(Schema.between(0, 600_000))
})

/**
 * Handles the request and then falls silent: before the head of the answer, or in the middle of its body. The
 * connection stays open until the client ends it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Stall = Schema.TaggedStruct("Stall", {
  at: Schema.Literal("head", "body")
})

/**
 * Resets the connection instead of answering: before the message is stored, or after.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Reset = Schema.TaggedStruct("Reset", {
  when: Schema.Literal("before", "after")
})

/**
 * Handles the request, and closes the connection half-way through the body of the answer.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Truncated = Schema.TaggedStruct("Truncated", {})

/**
 * Leaves keys of the message out of the 200.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MissingKeys = Schema.TaggedStruct("MissingKeys", {
  keys: Schema.NonEmptyArray(Schema.Literal(...Message.keys))
})

/**
 * Cuts the JSON of the answer in two and sends the first half as if it were the whole.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MalformedJson = Schema.TaggedStruct("MalformedJson", {})

/**
 * Calls the body of the answer something else than `application/json`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MediaType = Schema.TaggedStruct("MediaType", {
  mediaType: Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/))
})

/**
 * Announces the end of the API in a `Sunset` header (RFC 8594). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sunset = Schema.TaggedStruct("Sunset", { at: Rfc3339.DateTimeUtc })

/**
 * Says since when the API is deprecated in a `Deprecation` header (RFC 9745). The request is otherwise served.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Deprecation = Schema.TaggedStruct("Deprecation", { at: Rfc3339.DateTimeUtc })

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

/** The keys that the vendor's own example of an answer leaves out. */
const oftenMissing: typeof MissingKeys.Type.keys = ["isEncrypted", "deletedAt", "platformDeletedAt"]

/** When the vendor ends this version of the API, by its changelog. */
const vendorSunset = DateTime.unsafeMake("2026-12-03T00:00:00Z")

const digits = (text: string, minimum: number, maximum: number): number | undefined =>
  /^\d{1,6}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum ? Number(text) : undefined

const toMillis = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ?? []
  const millis = Math.round(Number(amount) * (unit === "s" ? 1_000 : 1))
  return amount !== undefined && millis <= 600_000 ? millis : undefined
}

const toInstant = (text: string | undefined): DateTime.Utc | undefined => {
  if (text === undefined) return vendorSunset
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})(T.*)?$/i.exec(text) ?? []
  return Either.getOrUndefined(Schema.decodeEither(Rfc3339.DateTimeUtc)(`${day}${time ?? "T00:00:00Z"}`))
}

const toKeys = (text: string | undefined): typeof MissingKeys.Type.keys | undefined => {
  if (text === undefined) return oftenMissing
  const keys = text.split("+")
  return Schema.is(MissingKeys.fields.keys)(keys) ? keys : undefined
}

const orElse = <A, B>(value: A | undefined, make: (value: A) => B): B | undefined =>
  value === undefined ? undefined : make(value)

/** How one fault is spelled: what it takes, and how that is read. */
interface Spelling {
  readonly takes: string
  readonly read: (value: string | undefined, flag: string | undefined) => Fault | undefined
}

const without =
  (fault: Fault): Spelling["read"] =>
  (value, flag) =>
    value === undefined && flag === undefined ? fault : undefined

const flagless =
  (read: (value: string | undefined) => Fault | undefined): Spelling["read"] =>
  (value, flag) =>
    flag === undefined ? read(value) : undefined

const spellings: Readonly<Record<string, Spelling>> = {
  status: {
    takes: "a status from 400 to 599, as in status=503, or status=500;stored to keep the message all the same",
    read: (value = "", flag) =>
      flag === undefined || flag === "stored"
        ? orElse(digits(value, 400, 599), (status) => Status.make({ status, stored: flag === "stored" }))
        : undefined
  },
  "rate-limited": {
    takes: "seconds, 0 to 86400, as in rate-limited=30, rate-limited=30;date or rate-limited=30;none",
    read: (value = "1", format = "seconds") =>
      Schema.is(RateLimited.fields.format)(format)
        ? orElse(digits(value, 0, 86_400), (retryAfter) => RateLimited.make({ retryAfter, format }))
        : undefined
  },
  latency: {
    takes: "a time up to ten minutes, as in latency=250ms or latency=1.5s",
    read: flagless((value = "") => orElse(toMillis(value), (millis) => Latency.make({ millis })))
  },
  stall: {
    takes: "head or body, as in stall=head",
    read: flagless((at) => (at === "head" || at === "body" ? Stall.make({ at }) : undefined))
  },
  reset: {
    takes: "before or after the message is stored, as in reset=after",
    read: flagless((when) => (when === "before" || when === "after" ? Reset.make({ when }) : undefined))
  },
  truncated: { takes: "nothing", read: without(Truncated.make({})) },
  missing: {
    takes: `keys of the message, as in missing=${oftenMissing.join("+")}`,
    read: flagless((value) => orElse(toKeys(value), (keys) => MissingKeys.make({ keys })))
  },
  malformed: { takes: "nothing", read: without(MalformedJson.make({})) },
  "media-type": {
    takes: "a media type, as in media-type=text/html",
    read: flagless((mediaType = "text/html") =>
      Schema.is(MediaType.fields.mediaType)(mediaType) ? MediaType.make({ mediaType }) : undefined
    )
  },
  sunset: {
    takes: "a date, as in sunset=2026-12-03",
    read: flagless((value) => orElse(toInstant(value), (at) => Sunset.make({ at })))
  },
  deprecation: {
    takes: "a date, as in deprecation=2026-06-01",
    read: flagless((value) => orElse(toInstant(value), (at) => Deprecation.make({ at })))
  }
}

const unknown = (name: string): string => {
  const names = Object.keys(spellings)
  const meant = nearestTo(name, names)
  return `There is no fault ${JSON.stringify(name.slice(0, 40))}: ${meant === undefined ? `there are ${names.join(", ")}` : `did you mean ${meant}?`}`
}

const parseOne = (text: string): Either.Either<Fault, string> => {
  const [, name = "", value, flag] = /^([^=;]*)(?:=([^;]*))?(?:;(.*))?$/s.exec(text.trim()) ?? []
  const spelling = Object.hasOwn(spellings, name) ? spellings[name] : undefined
  if (spelling === undefined) return Either.left(unknown(name))
  return Either.fromNullable(spelling.read(value, flag?.trim()), () => `The fault ${name} takes ${spelling.takes}`)
}

/**
 * Reads faults in their compact spelling, separated by commas: `latency=2s, status=500;stored`. What cannot be read is a
 * sentence that says what can.
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (text: string): Either.Either<ReadonlyArray<Fault>, string> =>
  Either.all(text.split(",").map(parseOne))

/**
 * Spells a fault compactly, as {@link parse} reads it.
 *
 * @since 0.1.0
 * @category parsing
 */
export const format = (fault: Fault): string => {
  switch (fault._tag) {
    case "Status":
      return `status=${fault.status}${fault.stored ? ";stored" : ""}`
    case "RateLimited":
      return `rate-limited=${fault.retryAfter}${fault.format === "seconds" ? "" : `;${fault.format}`}`
    case "Latency":
      return `latency=${fault.millis}ms`
    case "Stall":
      return `stall=${fault.at}`
    case "Reset":
      return `reset=${fault.when}`
    case "Truncated":
      return "truncated"
    case "MissingKeys":
      return `missing=${fault.keys.join("+")}`
    case "MalformedJson":
      return "malformed"
    case "MediaType":
      return `media-type=${fault.mediaType}`
    case "Sunset":
      return `sunset=${DateTime.formatIso(fault.at)}`
    case "Deprecation":
      return `deprecation=${DateTime.formatIso(fault.at)}`
  }
}

/**
 * What a rule asks for: a fault, for the sends into one thread or (`null`) into any, so many times or (`null`) until
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
 * What a rule asks for.
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
