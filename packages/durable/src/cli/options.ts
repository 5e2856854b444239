/** The flags of the commands, each of which may be given by the environment. */
import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as Redacted from "effect/Redacted"
import * as Outbox from "../Outbox.js"
import * as OutboxDatabase from "../OutboxDatabase.js"

export const database = Options.redacted("database").pipe(
  Options.withDescription("The database of the outbox: postgres://user:password@host/name, or the path of a file"),
  Options.withFallbackConfig(Config.redacted("INBOX_OUTBOX_DATABASE")),
  Options.withDefault(Redacted.make(OutboxDatabase.defaultFile))
)

export const health = Options.integer("health").pipe(
  Options.withDescription("The port for health, readiness, metrics and the page; 0 picks a free one. Default: none"),
  Options.withFallbackConfig(Config.integer("INBOX_OUTBOX_HEALTH")),
  Options.optional
)

export const host = Options.text("host").pipe(
  Options.withDescription("The address of that port. Other machines reach anything but a loopback address"),
  Options.withFallbackConfig(Config.string("INBOX_OUTBOX_HOST")),
  Options.withDefault("127.0.0.1")
)

export const token = Options.redacted("token").pipe(
  Options.withDescription("The token to see the page and the metrics. Needed where other machines reach the address"),
  Options.withFallbackConfig(Config.redacted("INBOX_OUTBOX_TOKEN")),
  Options.optional
)

export const concurrency = Options.integer("concurrency").pipe(
  Options.withDescription("The number of threads to drive at once"),
  Options.withFallbackConfig(Config.integer("INBOX_OUTBOX_CONCURRENCY")),
  Options.withDefault(64)
)

export const redis = Options.redacted("redis").pipe(
  Options.withDescription(
    "The Redis over which all workers of a team share one limiter: redis://user:password@host:port/0, or rediss:// for TLS"
  ),
  Options.withFallbackConfig(Config.redacted("INBOX_OUTBOX_REDIS")),
  Options.optional
)

export const team = Options.text("team").pipe(
  Options.withDescription("The name under which the limiter is shared there: one for each team whose token is used"),
  Options.withFallbackConfig(Config.string("INBOX_OUTBOX_TEAM")),
  Options.withDefault("inbox-outbox")
)

export const json = Options.boolean("json").pipe(Options.withDescription("Print one JSON object a line"))

export const key = Options.text("key").pipe(Options.withDescription("The key of the message"))

export const decision = Options.choice("as", Outbox.decisions).pipe(
  Options.withDescription("Delivered: it arrived. SendAgain: it may arrive twice. GiveUp: it is not sent any more")
)

export const by = Options.text("by").pipe(
  Options.withDescription("Who decides"),
  Options.withFallbackConfig(Config.string("USER"))
)
