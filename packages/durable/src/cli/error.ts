import * as Data from "effect/Data"

/** Why a command ends, and with which exit code. */
export class CliError extends Data.TaggedError("CliError")<{ readonly exitCode: number; readonly message: string }> {
  constructor(exitCode: number, message: string) {
    super({ exitCode, message })
  }
}
