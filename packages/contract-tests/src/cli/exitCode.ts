/**
 * Exit codes of the command.
 *
 * @since 0.1.0
 */

/**
 * 0 conforms, 1 violates, 2 wrong usage, 3 inconclusive.
 *
 * @since 0.1.0
 * @category models
 */
export type ExitCode = 0 | 1 | 2 | 3
