import * as Identifier from "@inbox-effect/client/Identifier"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { Options, TeamOptions } from "../Sandbox.js"
import { SandboxError } from "../SandboxError.js"
import { isLoopback } from "./http/loopback.js"
import { isOrigin } from "./http/origin.js"
import { isPrintable } from "./http/printable.js"
import * as PublicToken from "./http/publicToken.js"
import * as DatabaseName from "./storage/databaseName.js"

/** The threads of a sandbox that was not told others. */
export const defaultThreads: ReadonlyArray<string> = ["sandboxthread00000000001", "sandboxthread00000000002"]

/** Refuses options, in a sentence. */
export const invalid = (message: string) => new SandboxError({ reason: "Options", message })

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

/** Fills options in. */
export const withDefaults = (options: Options) => ({
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

/** Options with their defaults. */
export type Settings = ReturnType<typeof withDefaults>

const isPlural = ({ outboundAddon, teams, threads, token }: Options): boolean =>
  teams !== undefined && (token !== undefined || threads !== undefined || outboundAddon !== undefined)

const isRepeated = (values: ReadonlyArray<unknown>): boolean => new Set(values).size < values.length

/** Fails with a sentence for the first option that is wrong. */
export const validate = (options: Options, settings: Settings): Effect.Effect<void, SandboxError> => {
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
      : `The token ${Redacted.value(PublicToken.token)} is known to everybody: on ${settings.host} choose another`,
    isRepeated(tokens) ? "Each team needs a token of its own" : undefined,
    thread === undefined ? undefined : `The thread ${JSON.stringify(thread)} must match ${Identifier.pattern.source}`,
    threads.length > 0 ? undefined : "At least one thread is needed",
    isRepeated(threads) ? "A thread belongs to one team" : undefined,
    settings.database === "" ? "The database must be the path of a file, a postgres:// URL or :memory:" : undefined
  ]
  const fault = faults.find((sentence) => sentence !== undefined)
  return fault === undefined ? Effect.void : Effect.fail(invalid(fault))
}
