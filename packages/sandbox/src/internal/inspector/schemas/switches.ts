import { InboxId } from "@inbox-effect/client/Identifier"
import * as Rfc3339 from "@inbox-effect/client/Rfc3339"
import * as Schema from "effect/Schema"
import * as Fault from "../../../Fault.js"

/**
 * The rules in force, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Faults = Schema.Struct({ faults: Schema.Array(Fault.Rule) })

/**
 * Switches of a running sandbox: whether the rate limits are enforced, or only shown in the headers.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Settings = Schema.Struct({ rateLimits: Schema.Boolean }).annotations({ identifier: "Settings" })

/**
 * Switches of a running sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

/**
 * A team: whether it has the add-on that lets it write first into a thread.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Team = Schema.Struct({
  id: InboxId,
  outboundAddon: Schema.Boolean
}).annotations({ identifier: "Team" })

/**
 * Every team, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Teams = Schema.Struct({ teams: Schema.Array(Team) })

/**
 * A token that is accepted. Its `id` is the beginning of its SHA-256: the token itself is not kept.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Token = Schema.Struct({
  id: InboxId,
  teamId: InboxId,
  createdAt: Rfc3339.DateTimeUtc
}).annotations({ identifier: "Token" })

/**
 * Every token that is accepted, oldest first.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Tokens = Schema.Struct({ tokens: Schema.Array(Token) })
