/** The flags of the commands, as far as they can be wrong before anything runs. */
import * as CommandLine from "@inbox-effect/client/CommandLine"
import * as Outbox from "../Outbox.js"
import * as OutboxDatabase from "../OutboxDatabase.js"

const database: CommandLine.Flags = {
  "--database": { example: OutboxDatabase.defaultFile, variable: "INBOX_OUTBOX_DATABASE" }
}

/** The usage of `inbox-outbox`. */
export const usage: CommandLine.Usage = {
  flags: {},
  commands: {
    work: {
      ...database,
      "--health": { example: "9090", kind: CommandLine.port, variable: "INBOX_OUTBOX_HEALTH" },
      "--host": { example: "127.0.0.1", variable: "INBOX_OUTBOX_HOST" },
      "--token": { example: "secret", variable: "INBOX_OUTBOX_TOKEN" },
      "--concurrency": {
        example: "64",
        kind: CommandLine.integer(1, 10_000),
        variable: "INBOX_OUTBOX_CONCURRENCY"
      },
      "--redis": { example: "redis://127.0.0.1:6379/0", variable: "INBOX_OUTBOX_REDIS" },
      "--team": { example: "sales", variable: "INBOX_OUTBOX_TEAM" }
    },
    doubts: { ...database, "--json": "switch" },
    settle: {
      ...database,
      "--key": { example: "order-4711", isRequired: true },
      "--as": { example: "GiveUp", kind: CommandLine.oneOf(Outbox.decisions), isRequired: true },
      "--by": { example: "anna", variable: "USER", isRequired: true }
    }
  }
}
