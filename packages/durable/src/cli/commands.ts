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
import { CliError, reasonOf, sentenceOf } from "./error.js"
import { limiterOf } from "./limiter.js"
import * as options from "./options.js"

const ended = (error: { readonly message: string }) => new CliError(1, error.message)

const urlHost = (host: string): string => (host.includes(":") ? `[${host}]` : host)

const healthOf = (port: Option.Option<number>, host: string, token: Option.Option<Redacted.Redacted>) =>
  Option.getOrUndefined(Option.map(port, (number) => ({ port: number, host, token: Option.getOrUndefined(token) })))

const { by, concurrency, database, decision, health, host, json, key, redis, team, token } = options

/** Why a worker cannot be started: wrong usage, or an environment that fails. */
const cannotStart = (error: Layer.Layer.Error<ReturnType<typeof workerOf>>): CliError => {
  switch (error._tag) {
    case "CliError":
      return error
    case "TokenMissing":
      return new CliError(2, `${error.message} Set INBOX_OUTBOX_TOKEN, or --token.`)
    case "ServeError":
      return ended({ message: `The port cannot be opened: ${reasonOf(error.cause)}.` })
    case "EngineRunning":
    case "TablesUnavailable":
    case "DatabaseUnavailable":
    case "UnsafeClient":
      return ended(error)
    default:
      return new CliError(2, sentenceOf(error))
  }
}

const workerOf = (flags: {
  readonly concurrency: number
  readonly database: Redacted.Redacted
  readonly health: Option.Option<number>
  readonly host: string
  readonly redis: Option.Option<Redacted.Redacted>
  readonly team: string
  readonly token: Option.Option<Redacted.Redacted>
}) =>
  Layer.unwrapScoped(
    Effect.map(limiterOf(flags.redis, flags.team), (limiter) =>
      OutboxWorker.layer({
        concurrency: flags.concurrency,
        limiter,
        health: healthOf(flags.health, flags.host, flags.token)
      }).pipe(Layer.provide(Undici.layer()), Layer.provide(OutboxDatabase.layer(flags.database)))
    )
  )

const work = Command.make("work", { database, health, host, token, concurrency, redis, team }, (flags) =>
  Effect.gen(function* () {
    const { port } = yield* OutboxWorker.OutboxWorker
    yield* Console.log(
      port === undefined
        ? "The outbox is being sent."
        : `The outbox is being sent: http://${urlHost(flags.host)}:${port}/`
    )
    return yield* Effect.never
  }).pipe(Effect.provide(Layer.mapError(workerOf(flags), cannotStart)))
).pipe(Command.withDescription("Sends the messages of the outbox until it is ended; attempts then come to their end"))

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
