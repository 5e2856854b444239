/**
 * A server that implements the Inbox API on this machine, to develop and test against.
 *
 * @since 0.1.0
 */
import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import type { ConfigError } from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type * as Fault from "./Fault.js"
import { basePath } from "./internal/api/messages.js"
import { reachable } from "./internal/http/loopback.js"
import * as PublicToken from "./internal/http/publicToken.js"
import * as Server from "./internal/http/server.js"
import * as Seed from "./internal/seed.js"
import * as Settings from "./internal/settings.js"
import * as Database from "./internal/storage/database.js"
import { SandboxError } from "./SandboxError.js"
import * as Storage from "./Storage.js"

/**
 * A team, and what it has. What belongs to it is closed to every other team: a 403.
 *
 * @since 0.1.0
 * @category models
 */
export interface TeamOptions {
  /** The token to accept, printable ASCII without spaces. */
  readonly token: Redacted.Redacted
  /** The threads to have, each seeded with an inbound message. Default: none. */
  readonly threads?: ReadonlyArray<string> | undefined
  /** Lets the team write first into a thread (the Outbound Messages add-on). Default: `false`. */
  readonly outboundAddon?: boolean | undefined
}

/**
 * Options of a sandbox. None is required.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port to listen on. Default: 0, which takes a free one. */
  readonly port?: number | undefined
  /** The address to listen on. Default: `127.0.0.1`, which other machines cannot reach. */
  readonly host?: string | undefined
  /**
   * The database: the path of a file, made when missing, the URL of a PostgreSQL database (`postgres://...`), or
   * `:memory:`. Default: `:memory:`.
   */
  readonly database?: string | undefined
  /**
   * The token to accept, printable ASCII without spaces. Default: {@link defaultToken} on a loopback address, and a new
   * one elsewhere.
   */
  readonly token?: Redacted.Redacted | undefined
  /** Revokes the tokens of earlier starts, which a database keeps. Default: they remain. */
  readonly revokeOthers?: boolean | undefined
  /** The threads to have, each seeded with an inbound message. Default: {@link defaultThreads}. */
  readonly threads?: ReadonlyArray<string> | undefined
  /** Lets the team write first into a thread (the Outbound Messages add-on). Default: `false`. */
  readonly outboundAddon?: boolean | undefined
  /** Several teams, instead of the one that `token`, `threads` and `outboundAddon` describe. */
  readonly teams?: ReadonlyArray<TeamOptions> | undefined
  /** Number of bytes that a request body may have. More is answered with 413. Default: 1 MiB (1,048,576). */
  readonly bodyLimit?: number | undefined
  /** Records the traffic and serves the inspector. Default: on loopback addresses only. */
  readonly inspector?: boolean | undefined
  /**
   * Origins of web sites whose scripts may call the API, such as `http://localhost:5173`. Default: none, so that no
   * browser lets a script read an answer.
   */
  readonly cors?: ReadonlyArray<string> | undefined
  /** Enforces the rate limits. Default: they are only shown, in the headers of every answer. */
  readonly rateLimits?: boolean | undefined
}

/**
 * The token of a sandbox on a loopback address that was not told another. It is no secret, so it is refused on any other
 * address, even where a database knows it, and from web sites whose name only leads here.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultToken: Redacted.Redacted = PublicToken.token

/**
 * The threads of a sandbox that was not told others.
 *
 * @since 0.1.0
 * @category defaults
 */
export const defaultThreads: ReadonlyArray<string> = Settings.defaultThreads

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
 * A team of a running sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface SeededTeam {
  readonly id: string
  /** A token that stands for the team. */
  readonly token: Redacted.Redacted
  /** The threads that it was started with, in that order. */
  readonly threads: ReadonlyArray<SeededThread>
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
    /** A token that the sandbox accepts: that of the first team. */
    readonly token: Redacted.Redacted
    /** The threads that the first team was started with, in that order. */
    readonly threads: ReadonlyArray<SeededThread>
    /** The teams that the sandbox was started with, in that order. */
    readonly teams: ReadonlyArray<SeededTeam>
    /** Lists the messages of a thread, oldest first, to assert on. An unknown thread is empty. */
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

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}${basePath}`

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
    const settings = Settings.withDefaults(options)
    yield* Settings.validate(options, settings)
    const context = yield* Layer.build(Layer.provideMerge(Storage.layer, Database.layer(settings.database)))
    const storage = Context.get(context, Storage.Storage)
    const teams = yield* Effect.provide(Seed.seed(settings), context)
    const { faultRules, port } = yield* Effect.provide(Server.serve(settings), context)
    const [first] = teams
    return Sandbox.of({
      url: urlOf(reachable(settings.host), port),
      token: first?.token ?? defaultToken,
      threads: first?.threads ?? [],
      teams,
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
 * export const program = Effect.gen(function* () {
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
