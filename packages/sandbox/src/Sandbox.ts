/**
 * A server that implements the Inbox API on this machine, to develop and test against.
 *
 * @since 0.1.0
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as Identifier from "@inbox-effect/client/Identifier"
import type * as Message from "@inbox-effect/client/Message"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Fault from "./Fault.js"
import * as Database from "./internal/database.js"
import { isLoopback } from "./internal/loopback.js"
import { basePath } from "./internal/messages.js"
import * as Server from "./internal/server.js"
import { SandboxError } from "./SandboxError.js"
import * as Storage from "./Storage.js"

/**
 * How a sandbox is started. Nothing is required.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port to listen on. Default: 0, which takes a free one. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined
  /** Where to store: the path of a file, made when missing, or `:memory:`. Default: `:memory:`. */
  readonly database?: string | undefined
  /** The token to accept, printable ASCII without spaces. Default: {@link defaultToken}. */
  readonly token?: Redacted.Redacted | undefined
  /** The threads to have, each seeded with an inbound message. Default: {@link defaultThreads}. */
  readonly threads?: ReadonlyArray<string> | undefined
  /** How many bytes a request body may have. More is answered with 413. Default: 1 MiB (1,048,576). */
  readonly bodyLimit?: number | undefined
  /** Whether the traffic is recorded and can be inspected. Default: on loopback addresses only. */
  readonly inspector?: boolean | undefined
  /** Whether the rate limits are enforced. Default: they are only shown, in the headers of every answer. */
  readonly rateLimits?: boolean | undefined
}

/**
 * The token of a sandbox that was not told another. It is no secret: it guards nothing that leaves this machine.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultToken: Redacted.Redacted = Redacted.make("sandbox-token")

/**
 * The threads of a sandbox that was not told others.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultThreads: ReadonlyArray<string> = ["sandboxthread00000000001", "sandboxthread00000000002"]

/**
 * A thread to send in, and a message of its other side to reply to.
 *
 * @since 0.1.0
 * @category models
 */
export interface SeededThread {
  readonly id: string
  readonly inboundMessageId: string
}

/**
 * A sandbox that is running.
 *
 * @since 0.1.0
 * @category tags
 */
export class Sandbox extends Context.Tag("@inbox-effect/sandbox/Sandbox")<
  Sandbox,
  {
    /** The base URL, up to and including `/api/v1`. */
    readonly url: string
    /** A token that the sandbox accepts. */
    readonly token: Redacted.Redacted
    /** The threads that it was started with, in that order. */
    readonly threads: ReadonlyArray<SeededThread>
    /** What is stored in a thread, oldest first, to assert on. An unknown thread is empty. */
    readonly messages: (threadId: string) => Effect.Effect<ReadonlyArray<Message.Message>, SqlError>
    /**
     * Makes the sandbox do something wrong with sends: those into one thread or, without a `threadId`, into any, so
     * many `times` or, without a number, until the faults are cleared.
     */
    readonly addFault: (
      fault: Fault.Fault,
      options?: { readonly threadId?: string | undefined; readonly times?: number | undefined } | undefined
    ) => Effect.Effect<Fault.Rule>
    /** Makes the sandbox do everything right again. */
    readonly clearFaults: Effect.Effect<void>
  }
>() {}

const printable = /^[\x21-\x7e]+$/

const invalid = (message: string) => new SandboxError({ reason: "Options", message })

const isInteger = (value: number, minimum: number, maximum: number) =>
  Number.isInteger(value) && value >= minimum && value <= maximum

const validate = (options: ReturnType<typeof withDefaults>): Effect.Effect<void, SandboxError> => {
  const thread = options.threads.find((id) => !Identifier.pattern.test(id))
  const faults = [
    isInteger(options.port, 0, 65_535) ? undefined : "The port must be a whole number from 0 to 65535",
    isInteger(options.bodyLimit, 1, 2 ** 30) ? undefined : "The body limit must be a whole number of bytes, 1 to 2^30",
    printable.test(Redacted.value(options.token)) ? undefined : "The token must be printable ASCII without spaces",
    thread === undefined ? undefined : `The thread ${JSON.stringify(thread)} must match ${Identifier.pattern.source}`,
    options.threads.length > 0 ? undefined : "At least one thread is needed",
    options.database === "" ? "The database must be the path of a file or :memory:" : undefined
  ]
  const fault = faults.find((sentence) => sentence !== undefined)
  return fault === undefined ? Effect.void : Effect.fail(invalid(fault))
}

const defaultHost = "127.0.0.1"

const withDefaults = (options: Options) => ({
  port: options.port ?? 0,
  host: options.host ?? defaultHost,
  database: options.database ?? Database.memory,
  token: options.token ?? defaultToken,
  threads: [...new Set(options.threads ?? defaultThreads)],
  bodyLimit: options.bodyLimit ?? 2 ** 20,
  inspector: options.inspector ?? isLoopback(options.host ?? defaultHost),
  rateLimits: options.rateLimits ?? false
})

const greeting = "Hi, is this still available?"

const seedThread = (teamId: string, threadId: string) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    yield* storage.addThread(teamId, threadId)
    const thread = Option.getOrThrow(yield* storage.thread(threadId))
    if (thread.teamId !== teamId) {
      return yield* Effect.fail(invalid(`The thread ${threadId} belongs to another team in this database`))
    }
    const stored = yield* storage.firstInbound(threadId)
    const inbound = Option.isSome(stored)
      ? stored.value
      : yield* storage.append({ thread, content: greeting, origin: "external", replyTo: Option.none() })
    return { id: threadId, inboundMessageId: inbound.id }
  })

const seed = (options: ReturnType<typeof withDefaults>) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    const known = yield* storage.teamOf(options.token)
    const teamId = Option.isSome(known) ? known.value : yield* storage.firstTeam
    yield* storage.addToken(teamId, options.token)
    return yield* Effect.forEach(options.threads, (threadId) => seedThread(teamId, threadId))
  })

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}${basePath}`

/** A person cannot connect to "every address", so the URL names this machine. */
const reachable = (host: string): string => (host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host)

const databaseFailed = (cause: SqlError) =>
  new SandboxError({ reason: "Database", message: "The database cannot be read or written", cause })

/**
 * Starts a sandbox, which serves until the scope closes. Rate limits are shown in the headers of every answer, as of a
 * sliding minute of 300 requests, but not enforced.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<typeof Sandbox.Service, SandboxError, Scope.Scope> =>
  Effect.gen(function* () {
    const settings = withDefaults(options)
    yield* validate(settings)
    const context = yield* Layer.build(Storage.layer.pipe(Layer.provide(Database.layer(settings.database))))
    const storage = Context.get(context, Storage.Storage)
    const threads = yield* Effect.provide(seed(settings), context)
    const { faultRules, port } = yield* Effect.provide(Server.serve(settings), context)
    return Sandbox.of({
      url: urlOf(reachable(settings.host), port),
      token: settings.token,
      threads,
      messages: storage.messages,
      addFault: (fault, options = {}) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          faultRules.add({ fault, threadId: options.threadId ?? null, times: options.times ?? null }, now)
        ),
      clearFaults: Effect.sync(() => faultRules.clear())
    })
  }).pipe(Effect.catchTag("SqlError", (error) => Effect.fail(databaseFailed(error))))

/**
 * A sandbox for as long as the layer lives: by default on a free port of this machine, in memory.
 *
 * @example
 * ```ts
 * import { Sandbox } from "@inbox-effect/sandbox"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const sandbox = yield* Sandbox.Sandbox
 *   yield* Effect.log(sandbox.url, sandbox.threads)
 * }).pipe(Effect.provide(Sandbox.layer()))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options | undefined): Layer.Layer<Sandbox, SandboxError> =>
  Layer.scoped(Sandbox, make(options))

/**
 * {@link layer} with options from configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (options: Config.Config.Wrap<Options>): Layer.Layer<Sandbox, SandboxError | ConfigError> =>
  Layer.scoped(Sandbox, Effect.flatMap(Config.unwrap(options), make))
