import type { ConfigError } from "effect/ConfigError"
import * as ConfigErrors from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Predicate from "effect/Predicate"

/** Why a command ends, and with which exit code. */
export class CliError extends Data.TaggedError("CliError")<{ readonly exitCode: number; readonly message: string }> {
  constructor(exitCode: number, message: string) {
    super({ exitCode, message })
  }
}

/** The sentence of a failure of the platform, such as a port that is taken. */
export const reasonOf = (cause: unknown): string =>
  Predicate.hasProperty(cause, "message") ? String(cause.message).replace(/\.$/, "") : "unknown"

/** The variables that are missing or wrong, each with its problem. */
export const sentenceOf = (error: ConfigError): string =>
  ConfigErrors.reduceWithContext(error, undefined, {
    andCase: (_, left: string, right: string) => `${left} ${right}`,
    orCase: (_, left: string, right: string) => `${left} ${right}`,
    missingDataCase: (_, path) => `${path.join("_")} is missing. Set it in the environment.`,
    invalidDataCase: (_, path, message) => `${path.join("_")} is wrong: ${message}`,
    sourceUnavailableCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}`,
    unsupportedCase: (_, path, message) => `${path.join("_")} cannot be read: ${message}`
  })
