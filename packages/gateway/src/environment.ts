/**
 * The variables of the environment, which the command and `layerClientConfig` read alike.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import { hostedBaseUrl } from "./settings.js"

/** The directory of the journal where nothing else is said. */
export const defaultJournal = "inbox-gateway-journal"

/** The base URL of API v2. */
export const upstream = Config.string("INBOX_GATEWAY_UPSTREAM")

/** The directory of the journal. */
export const journal = Config.string("INBOX_GATEWAY_JOURNAL")

/** Seconds that a send may take. */
export const deadline = Config.integer("INBOX_GATEWAY_DEADLINE")

/** The options of a gateway, as far as the environment has them. */
export const options = Config.all({
  baseUrl: Config.withDefault(upstream, hostedBaseUrl),
  journal: Config.withDefault(journal, defaultJournal),
  deadline: Config.map(Config.withDefault(deadline, 25), Duration.seconds)
})
