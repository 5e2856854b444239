import * as Schema from "effect/Schema"
import { ExchangeSummary } from "./exchanges.js"
import { Faults, Settings } from "./switches.js"
import { StoredMessage, Thread } from "./threads.js"

/**
 * An event of `GET /sandbox/events`: its name, and the data that it carries. `reload` says that events were missed or that
 * everything changed: what is shown has to be fetched again.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Event = Schema.Union(
  Schema.TaggedStruct("message", { data: StoredMessage }),
  Schema.TaggedStruct("exchange", { data: ExchangeSummary }),
  Schema.TaggedStruct("thread", { data: Thread }),
  Schema.TaggedStruct("faults", { data: Faults }),
  Schema.TaggedStruct("settings", { data: Settings }),
  Schema.TaggedStruct("reload", { data: Schema.Struct({}) })
)

/**
 * An event of `GET /sandbox/events`.
 *
 * @since 0.1.0
 * @category models
 */
export type Event = typeof Event.Type
