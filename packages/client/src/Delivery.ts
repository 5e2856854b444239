/**
 * Deliveries: the knowledge about a message once sending it has failed. The endpoint has no idempotency key, so this
 * decides whether sending again is safe.
 *
 * @example
 * ```ts
 * import { Delivery } from "@inbox-effect/client"
 *
 * export const rowOf429 = Delivery.ofStatus(429)
 *
 * export const words = Delivery.sentences[rowOf429.delivery]
 * ```
 *
 * @since 0.1.0
 */

/**
 * Delivery of a message to its thread. `NotDelivered`: no; `Delivered`: yes; `Unknown`: cannot be determined.
 *
 * @since 0.1.0
 * @category models
 */
export type Delivery = "NotDelivered" | "Unknown" | "Delivered"

/**
 * The sentence that an error ends with, for each delivery.
 *
 * @since 0.1.0
 * @category lookups
 */
export const sentences: Readonly<Record<Delivery, string>> = {
  NotDelivered: "The message was not delivered.",
  Unknown: "Nobody knows whether the message was delivered: sending it again may deliver it twice.",
  Delivered: "The message was delivered: do not send it again."
}

/**
 * Advice on retrying after a condition: `Yes`, `AfterRetryAfter` (when the server asks for it, else as `Yes`),
 * `WithFreshToken` (once, if there is another token by now), `OnlyUnsafely` (it may deliver the message twice, so only
 * by a policy that says so), `No` (it would not help) or `Never` (the message is already there).
 * `retryWithKey` says what becomes of `OnlyUnsafely` where the request carries a key.
 *
 * @since 0.1.0
 * @category models
 */
export type Retry = "Yes" | "AfterRetryAfter" | "WithFreshToken" | "OnlyUnsafely" | "No" | "Never"

/**
 * One condition of the decision table: when it holds, which error says so (`null`: nobody is left to receive one), what
 * that means for delivery, and whether to retry. `statuses` are the first and last HTTP status of an answer that meets
 * it; of several rows that do, the first counts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Decision {
  /** Name of the condition, unique in the table. */
  readonly condition: string
  /** Description of the condition, as the README prints it. */
  readonly when: string
  /** First and last HTTP status that meet the condition. Absent where no status does. */
  readonly statuses?: readonly [first: number, last: number]
  /** Tag of the error that reports it; `null` where nobody is left to receive one. */
  readonly error: string | null
  /** Delivery of the message under this condition. */
  readonly delivery: Delivery
  /** Advice on sending again. */
  readonly retry: Retry
}

/**
 * The decision table. It classifies every failure, types the `delivery` of every error, and is printed in the README.
 *
 * @since 0.1.0
 * @category table
 */
export const table = [
  {
    condition: "InvalidRequest",
    when: "the request breaks the schema: nothing is sent",
    error: "InvalidRequest",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "NoCredentials",
    when: "no token to send with: the effect that gives it fails or takes too long, or it cannot stand in a header",
    error: "CredentialsUnavailable",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "NotConnected",
    when: "no connection: refused, DNS, connect time-out, network unreachable; over the undici layer also: certificate refused",
    error: "ConnectionFailed",
    delivery: "NotDelivered",
    retry: "Yes"
  },
  {
    condition: "BadRequest",
    when: "400",
    statuses: [400, 400],
    error: "BadRequest",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "Unauthorized",
    when: "401",
    statuses: [401, 401],
    error: "Unauthorized",
    delivery: "NotDelivered",
    retry: "WithFreshToken"
  },
  {
    condition: "Forbidden",
    when: "403",
    statuses: [403, 403],
    error: "Forbidden",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "ThreadNotFound",
    when: "404",
    statuses: [404, 404],
    error: "ThreadNotFound",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "Conflict",
    when: "409",
    statuses: [409, 409],
    error: "Conflict",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "UnprocessableContent",
    when: "422",
    statuses: [422, 422],
    error: "UnprocessableContent",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "RateLimited",
    when: "429",
    statuses: [429, 429],
    error: "RateLimited",
    delivery: "NotDelivered",
    retry: "AfterRetryAfter"
  },
  {
    condition: "OtherClientError",
    when: "any other 4xx",
    statuses: [400, 499],
    error: "UnexpectedStatus",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "ServerError",
    when: "5xx",
    statuses: [500, 599],
    error: "ServerError",
    delivery: "Unknown",
    retry: "OnlyUnsafely"
  },
  {
    condition: "ConnectionLost",
    when: "reset, closed, protocol error, or a failure that does not say what it is, before a status line",
    error: "ConnectionLost",
    delivery: "Unknown",
    retry: "OnlyUnsafely"
  },
  {
    condition: "NotStarted",
    when: "time-out before the request was begun: the rate limiter gave it no turn, or `startWithin` was over",
    error: "TimedOut",
    delivery: "NotDelivered",
    retry: "No"
  },
  {
    condition: "TimedOut",
    when: "time-out before a status line",
    error: "TimedOut",
    delivery: "Unknown",
    retry: "OnlyUnsafely"
  },
  {
    condition: "Interrupted",
    when: "interruption before a status line",
    error: null,
    delivery: "Unknown",
    retry: "No"
  },
  {
    condition: "NotAMessage",
    when: "2xx that is not a Message: missing keys, HTML, another media type, empty, too large, or cut short by a lost connection or a time-out",
    statuses: [200, 299],
    error: "MalformedResponse",
    delivery: "Delivered",
    retry: "Never"
  },
  {
    condition: "Redirect",
    when: "3xx: never followed",
    statuses: [300, 399],
    error: "UnexpectedStatus",
    delivery: "Unknown",
    retry: "No"
  },
  {
    condition: "OtherStatus",
    when: "any other status",
    statuses: [0, 999],
    error: "UnexpectedStatus",
    delivery: "Unknown",
    retry: "No"
  }
] as const satisfies ReadonlyArray<Decision>

/**
 * A row of the table, with its literal types.
 *
 * @since 0.1.0
 * @category models
 */
export type Row = (typeof table)[number] & Decision

/**
 * The name of a condition in the table.
 *
 * @since 0.1.0
 * @category models
 */
export type Condition = Row["condition"]

/**
 * The tags of the errors in the table.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorTag = Exclude<Row["error"], null>

/**
 * The deliveries that an error can stand for.
 *
 * @since 0.1.0
 * @category models
 */
export type DeliveryOf<Tag extends ErrorTag> = Extract<Row, { readonly error: Tag }>["delivery"]

/**
 * A row that is chosen by the status of an answer.
 *
 * @since 0.1.0
 * @category models
 */
export type StatusRow = Extract<Row, { readonly statuses: readonly [number, number] }>

const statusRows: ReadonlyArray<StatusRow> = table.filter((row): row is StatusRow => "statuses" in row)

const otherStatus = statusRows[statusRows.length - 1] as StatusRow

/**
 * The row that an answer with this status meets. A 2xx status meets its row only if the body is not a Message.
 *
 * @since 0.1.0
 * @category lookups
 */
export const ofStatus = (status: number): StatusRow =>
  statusRows.find((row) => row.statuses[0] <= status && status <= row.statuses[1]) ?? otherStatus

const rows: ReadonlyMap<Condition, Row> = new Map(table.map((row) => [row.condition, row]))

/**
 * The row of a condition.
 *
 * @since 0.1.0
 * @category lookups
 */
export const ofCondition = <Name extends Condition>(condition: Name): Extract<Row, { readonly condition: Name }> =>
  rows.get(condition) as Extract<Row, { readonly condition: Name }>

/**
 * The row that an error of the client comes from: by its `status` where it has one, else by its tag and delivery.
 *
 * @since 0.1.0
 * @category lookups
 */
export const ofFailure = (error: {
  readonly _tag: ErrorTag
  readonly delivery: Delivery
  readonly status?: number
}): Row =>
  error.status === undefined
    ? (table.find((row) => row.error === error._tag && row.delivery === error.delivery) as Row)
    : ofStatus(error.status)

/**
 * The deliveries that an error can stand for, without repetition.
 *
 * @since 0.1.0
 * @category lookups
 */
export const ofError = <Tag extends ErrorTag>(tag: Tag): ReadonlyArray<DeliveryOf<Tag>> => [
  ...new Set(table.filter((row) => row.error === tag).map((row) => row.delivery as DeliveryOf<Tag>))
]

/**
 * Advises on retrying where the request carries an `Idempotency-Key` that the server takes: the server then sends the
 * message once, however often it is asked.
 *
 * @since 0.1.0
 * @category lookups
 */
export const retryWithKey = ({ retry }: Pick<Decision, "retry">): Retry =>
  retry === "OnlyUnsafely" ? "AfterRetryAfter" : retry

const cell: Record<Retry, string> = {
  Yes: "yes",
  AfterRetryAfter: "yes, after `Retry-After`",
  WithFreshToken: "once, with a fresh token",
  OnlyUnsafely: "only unsafely",
  No: "no",
  Never: "never"
}

const aligned = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>, fill = " ") =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`
  return [line(head), line([], "-"), ...body.map((cells) => line(cells))].join("\n")
}

/**
 * The table as Markdown, as the README shows it.
 *
 * @since 0.1.0
 * @category rendering
 */
export const toMarkdown = (): string =>
  aligned([
    ["what happened", "error", "delivery", "retry", "retry with a key"],
    ...table.map((row) => [
      row.when,
      row.error === null ? "none: the fiber is interrupted" : `\`${row.error}\``,
      `\`${row.delivery}\``,
      cell[row.retry],
      cell[retryWithKey(row)]
    ])
  ])
