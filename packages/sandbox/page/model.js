/**
 * The state of the page. The shapes that travel are those of the inspector's schemas.
 */

/** @import * as Inspector from "../src/Inspector.js" */
/** @import * as Fault from "../src/Fault.js" */
/** @import { Decision } from "@inbox-effect/client/Delivery" */
/** @import { Route } from "./route.js" */

/** @typedef {typeof Inspector.Thread.Encoded} Thread */
/** @typedef {typeof Inspector.StoredMessage.Encoded} StoredMessage */
/** @typedef {typeof Inspector.ExchangeSummary.Encoded} ExchangeSummary */
/** @typedef {typeof Inspector.Exchange.Encoded} Exchange */
/** @typedef {typeof Inspector.Body.Encoded} Body */
/** @typedef {typeof Inspector.Settings.Encoded} Settings */
/** @typedef {typeof Inspector.Team.Encoded} Team */
/** @typedef {typeof Inspector.Token.Encoded} Token */
/** @typedef {typeof Inspector.NewThread.Encoded} NewThread */
/** @typedef {typeof Fault.Fault.Encoded} FaultKind */
/** @typedef {typeof Fault.Order.Encoded} FaultOrder */
/** @typedef {typeof Fault.Rule.Encoded} FaultRule */

/**
 * One thread, as far as it has been loaded: messages oldest first, and the exchanges of the same stretch of time.
 *
 * @typedef {{
 *   readonly threadId: string
 *   readonly messages: ReadonlyArray<StoredMessage>
 *   readonly exchanges: Map<string, ExchangeSummary>
 *   readonly nextBefore: string | null
 *   readonly isLoading: boolean
 *   readonly isMissing: boolean
 * }} Conversation
 */

/**
 * All traffic, as far as it has been loaded, newest first.
 *
 * @typedef {{
 *   readonly exchanges: ReadonlyArray<ExchangeSummary>
 *   readonly nextBefore: string | null
 *   readonly isLoading: boolean
 * }} Traffic
 */

/**
 * The content of the details: an exchange, a message, or both. `isMissing` when the sandbox has none by that id.
 *
 * @typedef {{
 *   readonly key: string
 *   readonly exchange: Exchange | null
 *   readonly message: StoredMessage | null
 *   readonly isMissing: boolean
 * }} Details
 */

/** @typedef {"connecting" | "live" | "lost"} Connection */

/** @typedef {import("./route.js").Outcome} Outcome */

/**
 * The state of the page. `awaited` is a request that was sent again from here and has not ended yet.
 *
 * @typedef {{
 *   connection: Connection
 *   lostAt: string | null
 *   route: Route
 *   threads: ReadonlyArray<Thread> | null
 *   teams: ReadonlyArray<Team>
 *   tokens: ReadonlyArray<Token>
 *   conversation: Conversation | null
 *   traffic: Traffic | null
 *   search: string
 *   outcome: Outcome
 *   details: Details | null
 *   awaited: string | null
 *   faults: ReadonlyArray<FaultRule>
 *   settings: Settings | null
 *   decisions: ReadonlyArray<Decision>
 *   expanded: ReadonlySet<string>
 *   replyTo: string | null
 *   problem: string | null
 *   asSent: boolean
 *   chosenFault: FaultKind["_tag"]
 *   unseen: number
 * }} State
 */

/** @returns {State} */
export const initial = () => ({
  connection: "connecting",
  lostAt: null,
  route: { view: "home" },
  threads: null,
  teams: [],
  tokens: [],
  conversation: null,
  traffic: null,
  search: "",
  outcome: "all",
  details: null,
  awaited: null,
  faults: [],
  settings: null,
  decisions: [],
  expanded: new Set(),
  replyTo: null,
  problem: null,
  asSent: false,
  chosenFault: "Reset",
  unseen: 0
})
