/**
 * What a command finds around it.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"

/**
 * What the command finds around it.
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
  /** Whether and how to draw on standard output. */
  readonly page: {
    readonly color: boolean
    readonly width: number
    readonly ascii: boolean
    /** Whether a person reads it there, and not a file or another command. */
    readonly isTerminal: boolean
  }
  /** Where to draw moving progress; plain lines go to {@link Host.err} where there is no terminal. */
  readonly terminal: NodeJS.WriteStream | undefined
  /** Succeeds when the run shall end early. */
  readonly interrupt: Effect.Effect<void>
}

/**
 * 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive.
 *
 * @since 0.1.0
 * @category models
 */
export type ExitCode = 0 | 1 | 2 | 3
