/**
 * Metadata of an answer: all that it says besides the message.
 *
 * @example
 * ```ts
 * import { InboxClient, type Metadata } from "@inbox-effect/client"
 * import { Effect } from "effect"
 *
 * const describe = ({ attempts, rateLimit, status }: Metadata.Metadata): string =>
 *   `status ${status} after ${attempts.length} attempts, ${rateLimit?.remaining ?? "an unknown number of"} requests left`
 *
 * export const send = (request: InboxClient.Request) =>
 *   Effect.flatMap(InboxClient.InboxClient, (inbox) =>
 *     Effect.map(inbox.sendMessageWithMetadata(request), ({ metadata }) => describe(metadata))
 *   )
 * ```
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Attempt from "./Attempt.js"
import { RateLimit } from "./RateLimit.js"
import { Drift } from "./ReceivedMessage.js"
import { Sunset } from "./Sunset.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/**
 * The metadata of a send that succeeded: the answer's status and headers (names in lower case; those whose value
 * repeats the token or the text of the message are left out), the server's name for the request, the rate limit, all
 * attempts, the end of the API, where one is announced, and where the answer differs from the document.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Metadata = Schema.Struct({
  /** HTTP status of the answer. */
  status: Schema.Int,
  /** Headers of the answer, names in lower case, without those that repeat the token or the text. */
  headers: Schema.Record({ key: Schema.String, value: Schema.String }),
  /** The server's name for the request. */
  requestId: optional(Schema.String),
  /** Rate limit that the answer reports. */
  rateLimit: optional(RateLimit),
  /** All attempts of the send, first one first. */
  attempts: Attempt.Ledger,
  /** End of the API, where the answer announces one. */
  sunset: optional(Sunset),
  /** Deviations of the answer from the document. */
  drift: Drift
}).annotations({ identifier: "Metadata" })

/**
 * Metadata of an answer: all that it says besides the message.
 *
 * @since 0.1.0
 * @category models
 */
export interface Metadata extends Schema.Schema.Type<typeof Metadata> {}
