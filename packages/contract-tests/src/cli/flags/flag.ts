/** A flag with a value. */
export interface Flag {
  /** Placeholder of the value in the help. */
  readonly value: string
  readonly example: string
  readonly description: string
}

/** Operand of a command. */
export interface Operand extends Flag {}

/** A line of a list: what to type, and what it means. */
export type Entry = readonly [term: string, description: string]

/** Everything about a command that its help, its flags and the check of its words are made of. */
export interface Command {
  /** For the list of all commands. */
  readonly summary: string
  readonly about: string
  readonly operand?: Operand
  /** Flags with one value. */
  readonly single: Readonly<Record<string, Flag>>
  /** Flags with a value that may be given more than once. */
  readonly several: Readonly<Record<string, Flag>>
  /** Flags without a value. */
  readonly switches: Readonly<Record<string, string>>
  readonly exitCodes: ReadonlyArray<Entry>
  readonly examples: ReadonlyArray<Entry>
}

export const flag = (value: string, example: string, description: string): Flag => ({ value, example, description })
