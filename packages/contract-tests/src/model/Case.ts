/**
 * Requests as data: a case is a few requests, one after another on one connection or all in flight
 * together. Cases can be printed, made smaller and replayed.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * The one edit that makes an accepted request invalid: the id of an entry of the catalogue of edits, with a value
 * where the edit takes one.
 *
 * @since 0.1.0
 * @category models
 */
export const Edit = Schema.Struct({
  id: Schema.String,
  value: Schema.optionalWith(Schema.Unknown, { exact: true })
}).annotations({ identifier: "Edit" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Edit extends Schema.Schema.Type<typeof Edit> {}

/**
 * One request. Everything but its content has a plain value, to which shrinking returns.
 *
 * @since 0.1.0
 * @category models
 */
export const Step = Schema.Struct({
  /** 0 is the first thread of the target, 1 the second. */
  thread: Schema.Literal(0, 1),
  content: Schema.String,
  /** Selector of the message that is replied to, or null. */
  reply: Schema.NullOr(Schema.String),
  /** The id of a style of JSON. */
  json: Schema.String,
  /** The id of a form of HTTP. */
  http: Schema.String,
  /** The spelling of the authentication scheme. */
  scheme: Schema.String,
  /** The id of the extra keys that it has, where it has any. */
  extra: Schema.optionalWith(Schema.String, { exact: true }),
  /** True if it is sent on a connection that is opened for it alone, whatever the others of its case are sent on. */
  fresh: Schema.optionalWith(Schema.Literal(true), { exact: true }),
  edit: Schema.NullOr(Edit)
}).annotations({ identifier: "Step" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Step extends Schema.Schema.Type<typeof Step> {}

/**
 * A few requests that belong together.
 *
 * @since 0.1.0
 * @category models
 */
export const Case = Schema.Struct({
  /** The id of the probe that made it. */
  probe: Schema.String,
  mode: Schema.Literal("sequence", "together"),
  /** True if a connection of its own is opened for it. */
  fresh: Schema.Boolean,
  /**
   * Milliseconds that the connection is left alone before the last request, so that a server that closes it of itself
   * has done so. A request on which it is closed then is not sent again. Without it, nothing is waited for, and such a
   * request is sent again on another connection.
   */
  rest: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
  /** Milliseconds that pass before the last request, on whatever connection it is sent then. */
  pause: Schema.optionalWith(Schema.NonNegativeInt, { exact: true }),
  steps: Schema.Array(Step)
}).annotations({ identifier: "Case" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Case extends Schema.Schema.Type<typeof Case> {}

/**
 * A valid request that has nothing special but, perhaps, what is given.
 *
 * @since 0.1.0
 * @category constructors
 */
export const step = (content: string, options: Partial<Omit<Step, "content">> = {}): Step => ({
  thread: 0,
  content,
  reply: null,
  json: "plain",
  http: "plain",
  scheme: "Bearer",
  edit: null,
  ...options
})

/**
 * Requests one after another on one connection.
 *
 * @since 0.1.0
 * @category constructors
 */
export const sequence = (
  probe: string,
  steps: ReadonlyArray<Step>,
  options: { readonly fresh?: boolean; readonly pause?: number } = {}
): Case => ({
  probe,
  mode: "sequence",
  fresh: options.fresh ?? false,
  ...(options.pause === undefined ? {} : { pause: options.pause }),
  steps
})

/**
 * Requests in flight together, each on a connection of its own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const together = (probe: string, steps: ReadonlyArray<Step>): Case => ({
  probe,
  mode: "together",
  fresh: false,
  steps
})

/**
 * Tells whether nothing about a step is special but its content.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isPlain = (self: Step): boolean =>
  self.reply === null &&
  self.json === "plain" &&
  self.http === "plain" &&
  self.scheme === "Bearer" &&
  self.extra === undefined &&
  self.fresh === undefined &&
  self.edit === null

/**
 * A text that two cases share only when they send the same.
 *
 * @since 0.1.0
 * @category getters
 */
export const key = (self: Case): string => JSON.stringify(self)

/** A number of plain messages, one after another on a connection of their own. */
export const onOneConnection = (count: number): Case =>
  sequence(
    "plain",
    Array.from({ length: count }, (_, index) => step(`Message ${index + 1} on one connection`)),
    { fresh: true }
  )

/** A key that differs between edits that may well be answered differently. */
export const spelling = ({ edit, extra, fresh, http, json, reply, thread }: Step): string =>
  JSON.stringify([edit, http, json, reply !== null, thread, extra, fresh])

/**
 * The shortest valid content, which shrinking arrives at when the content does not matter.
 *
 * @since 0.1.0
 * @category constants
 */
export const simplest = "a"
