/**
 * A server that implements the Inbox API on this machine, to develop and test against.
 *
 * @since 0.1.0
 */
import type { SqlError } from "@effect/sql/SqlError"
import * as Identifier from "@inbox-effect/client/Identifier"
import type * as Message from "@inbox-effect/client/Message"
import * as Arr from "effect/Array"
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
import { basePath } from "./internal/api/messages.js"
import { isLoopback, reachable } from "./internal/http/loopback.js"
import { isOrigin } from "./internal/http/origin.js"
import { isPrintable } from "./internal/http/printable.js"
import * as PublicToken from "./internal/http/publicToken.js"
import * as Server from "./internal/http/server.js"
import * as Database from "./internal/storage/database.js"
import * as DatabaseName from "./internal/storage/databaseName.js"
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

const invalid = (message: string) => new SandboxError({ reason: "Options", message })

const isInteger = (value: number, minimum: number, maximum: number) =>
  Number.isInteger(value) && value >= minimum && value <= maximum

const defaultHost = "127.0.0.1"

const teamsOf = (options: Options): ReadonlyArray<Required<TeamOptions>> =>
  (
    options.teams ?? [
      {
        ...options,
        token: options.token ?? PublicToken.defaultFor(options.host ?? defaultHost),
        threads: options.threads ?? defaultThreads
      }
    ]
  ).map(({ outboundAddon, threads, token }) => ({
    token,
    threads: [...new Set(threads)],
    outboundAddon: outboundAddon ?? false
  }))

const withDefaults = (options: Options) => ({
  port: options.port ?? 0,
  host: options.host ?? defaultHost,
  database: options.database ?? DatabaseName.memory,
  teams: teamsOf(options),
  revokeOthers: options.revokeOthers ?? false,
  bodyLimit: options.bodyLimit ?? 2 ** 20,
  inspector: options.inspector ?? isLoopback(options.host ?? defaultHost),
  cors: options.cors ?? [],
  rateLimits: options.rateLimits ?? false
})

type Settings = ReturnType<typeof withDefaults>

const isPlural = ({ outboundAddon, teams, threads, token }: Options): boolean =>
  teams !== undefined && (token !== undefined || threads !== undefined || outboundAddon !== undefined)

const isRepeated = (values: ReadonlyArray<unknown>): boolean => new Set(values).size < values.length

const validate = (options: Options, settings: Settings): Effect.Effect<void, SandboxError> => {
  const tokens = settings.teams.map(({ token }) => Redacted.value(token))
  const threads = settings.teams.flatMap((team) => team.threads ?? [])
  const thread = threads.find((id) => !Identifier.pattern.test(id))
  const faults = [
    isInteger(settings.port, 0, 65_535) ? undefined : "The port must be a whole number from 0 to 65535",
    isInteger(settings.bodyLimit, 1, 2 ** 30) ? undefined : "The body limit must be a whole number of bytes, 1 to 2^30",
    settings.cors.every(isOrigin)
      ? undefined
      : "Each origin of cors must be a scheme and a host, as in http://localhost:5173",
    isPlural(options) ? "Either teams, or token, threads and outboundAddon: not both" : undefined,
    tokens.every(isPrintable) ? undefined : "The token must be printable ASCII without spaces",
    isLoopback(settings.host) || !tokens.some(PublicToken.isPublic)
      ? undefined
      : `The token ${Redacted.value(defaultToken)} is known to everybody: on ${settings.host} choose another`,
    isRepeated(tokens) ? "Each team needs a token of its own" : undefined,
    thread === undefined ? undefined : `The thread ${JSON.stringify(thread)} must match ${Identifier.pattern.source}`,
    threads.length > 0 ? undefined : "At least one thread is needed",
    isRepeated(threads) ? "A thread belongs to one team" : undefined,
    settings.database === "" ? "The database must be the path of a file, a postgres:// URL or :memory:" : undefined
  ]
  const fault = faults.find((sentence) => sentence !== undefined)
  return fault === undefined ? Effect.void : Effect.fail(invalid(fault))
}

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

/** The team of a token or of a thread from an earlier start; the first team for the first, a new one for any other. */
const teamFor = ({ threads, token }: Required<TeamOptions>, index: number) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    const known = yield* storage.teamOf(token)
    if (Option.isSome(known)) return known.value
    if (index === 0) return yield* storage.firstTeam
    const [thread] = Arr.getSomes(yield* Effect.forEach(threads ?? [], storage.thread))
    return thread?.teamId ?? (yield* storage.addTeam)
  })

const seedTeam = (team: Required<TeamOptions>, index: number) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    const id = yield* teamFor(team, index)
    yield* storage.addToken(id, team.token)
    yield* storage.setOutboundAddon(id, team.outboundAddon ?? false)
    const threads = yield* Effect.forEach(team.threads ?? [], (threadId) => seedThread(id, threadId))
    return { id, token: team.token, threads }
  })

const revokeOthers = (teams: Settings["teams"]) =>
  Effect.gen(function* () {
    const { revokeToken, tokens } = yield* Storage.Storage
    const ours = new Set(teams.map(({ token }) => Storage.tokenId(token)))
    const others = (yield* tokens).filter(({ id }) => !ours.has(id))
    yield* Effect.forEach(others, ({ id }) => revokeToken(id))
  })

/** The first start of several processes on one database may be at the same moment. */
const seed = (settings: Settings) =>
  Effect.forEach(settings.teams, seedTeam).pipe(
    Effect.zipLeft(Effect.when(revokeOthers(settings.teams), () => settings.revokeOthers)),
    Database.exclusively
  )

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
    const settings = withDefaults(options)
    yield* validate(options, settings)
    const context = yield* Layer.build(Layer.provideMerge(Storage.layer, Database.layer(settings.database)))
    const storage = Context.get(context, Storage.Storage)
    const teams = yield* Effect.provide(seed(settings), context)
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
