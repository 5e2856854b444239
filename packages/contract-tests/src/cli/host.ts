/**
 * Environment of a command.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"

/**
 * Environment of a command.
 *
 * @since 0.1.0
 * @category models
 */
export interface Host {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Writes to standard output; done once the text has been handed over. */
  readonly out: (text: string) => Effect.Effect<void>
  /** Writes to standard error. */
  readonly err: (text: string) => Effect.Effect<void>
  /** Colour and layout of standard output. */
  readonly page: {
    readonly color: boolean
    readonly width: number
    readonly ascii: boolean
    /** True for a terminal, false for a file or a pipe. */
    readonly isTerminal: boolean
  }
  /** Stream for moving progress; `undefined` without a terminal, and plain lines go to {@link Host.err}. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** Succeeds when the run shall end early. */
  readonly interrupt: Effect.Effect<void>
}
