import * as CommandLine from "@inbox-effect/client/CommandLine"
import * as Identifier from "@inbox-effect/client/Identifier"
import * as Option from "effect/Option"
import { isOrigin } from "../http/origin.js"
import { isPrintable } from "../http/printable.js"
import * as DatabaseName from "../storage/databaseName.js"
import * as Team from "./teamFlag.js"

const database: CommandLine.Kind = {
  takes: "the path of a file, or the URL of a PostgreSQL database, postgres://user@host/name",
  accepts: (value) => !/^[a-z][a-z+]*:\/\//i.test(value) || DatabaseName.isShared(value),
  isSecret: true
}

const token: CommandLine.Kind = { takes: "printable ASCII without spaces", accepts: isPrintable, isSecret: true }

const thread: CommandLine.Kind = {
  takes: "digits and lower-case letters",
  accepts: (value) => Identifier.pattern.test(value)
}

const team: CommandLine.Kind = {
  takes: "a token, threads and whether it has the add-on",
  accepts: (value) => Option.isSome(Team.parse(value)),
  isSecret: true
}

const origin: CommandLine.Kind = { takes: "a scheme and a host", accepts: isOrigin }

/** The flags of the command. */
export const usage: CommandLine.Usage = {
  flags: {
    "--port": { example: "8787", kind: CommandLine.port, variable: "INBOX_SANDBOX_PORT" },
    "--host": { example: "127.0.0.1", variable: "INBOX_SANDBOX_HOST" },
    "--database": { example: "inbox.db", kind: database, variable: "INBOX_SANDBOX_DATABASE" },
    "--token": { example: "secret", kind: token, variable: "INBOX_SANDBOX_TOKEN" },
    "--thread": { example: "thread1", kind: thread, isRepeated: true },
    "--team": { example: Team.example, kind: team, isRepeated: true },
    "--cors": { example: "http://localhost:5173", kind: origin, isRepeated: true },
    "--outbound-addon": "switch",
    "--revoke-others": "switch",
    "--rate-limits": "switch",
    "--inspector": "switch"
  }
}
