/** The commands `work`, `doubts` and `settle`. */
import * as Command from "@effect/cli/Command"
import * as Undici from "@inbox-effect/client/undici"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Outbox from "../Outbox.js"
import * as OutboxDatabase from "../OutboxDatabase.js"
import * as OutboxWorker from "../OutboxWorker.js"
import { CliError } from "./error.js"
import * as options from "./options.js"

const ended = (error: { readonly message: string }) => new CliError(1, error.message)

const healthOf = (port: Option.Option<number>, host: string, token: Option.Option<Redacted.Redacted>) =>
  Option.getOrUndefined(Option.map(port, (number) => ({ port: number, host, token: Option.getOrUndefined(token) })))

const { concurrency, database, decision, by, health, host, json, key, token } = options

const work = Command.make("work", { database, health, host, token, concurrency }, (flags) =>
  Effect.gen(function* () {
    const { port } = yield* OutboxWorker.OutboxWorker
    yield* Console.log(
      port === undefined ? "The outbox is being sent." : `The outbox is being sent: http://${flags.host}:${port}/`
    )
    return yield* Effect.never
  }).pipe(
    Effect.provide(
      OutboxWorker.layer({
        concurrency: flags.concurrency,
        health: healthOf(flags.health, flags.host, flags.token)
      }).pipe(
        Layer.provide(Undici.layer()),
        Layer.provide(OutboxDatabase.layer(flags.database)),
        Layer.mapError((error) => (error instanceof CliError ? error : configError(error)))
      )
    )
  )
).pipe(Command.withDescription("Sends the messages of the outbox until it is ended; attempts then come to their end"))

/** A missing variable is wrong usage. */
const configError = (error: unknown): CliError =>
  new CliError(2, error instanceof Error ? error.message : String(error))

const outbox = (url: Redacted.Redacted) =>
  Outbox.layer().pipe(
    Layer.provide(OutboxDatabase.layer(url)),
    Layer.mapError((error) => (error instanceof CliError ? error : ended(error)))
  )

const encode = Schema.encodeSync(Schema.parseJson(Outbox.Message))

const lineOf = (message: Outbox.Message): string => {
  const { outcome } = message
  const evidence = outcome?._tag === "Doubt" ? outcome.evidence : undefined
  return [
    message.key,
    `  thread      ${message.threadId}`,
    `  since       ${DateTime.formatIso(message.changedAt)}`,
    `  why         ${evidence?.reasons.join(", ") ?? ""}`,
    `  may be it   ${evidence?.candidates.join(", ") || "none"}`
  ].join("\n")
}

const doubts = Command.make("doubts", { database, json }, (flags) =>
  Effect.gen(function* () {
    const { doubts: all } = yield* Outbox.Outbox
    const count = yield* Stream.runFoldEffect(all, 0, (number, message) =>
      Effect.as(Console.log(flags.json ? encode(message) : lineOf(message)), number + 1)
    )
    if (count === 0 && !flags.json) yield* Console.log("Nothing is in doubt.")
  }).pipe(Effect.mapError(ended), Effect.provide(outbox(flags.database)))
).pipe(Command.withDescription("Lists the messages of which nobody can tell whether they were delivered"))

const settle = Command.make("settle", { database, key, decision, by }, (flags) =>
  Effect.gen(function* () {
    const { settle: settleMessage } = yield* Outbox.Outbox
    const message = yield* settleMessage(flags.key, flags.decision, { by: flags.by })
    yield* Console.log(`${message.key} is ${message.state}.`)
  }).pipe(Effect.mapError(ended), Effect.provide(outbox(flags.database)))
).pipe(Command.withDescription("Settles a message in doubt"))

/** The whole command. */
export const command = Command.make("inbox-outbox").pipe(
  Command.withSubcommands([work, doubts, settle]),
  Command.withDescription("Sends messages of the Inbox API once, on many machines and through crashes")
)
