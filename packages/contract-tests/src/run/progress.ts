/**
 * Progress of a run.
 *
 * @since 0.1.0
 */

/**
 * Progress of a run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly requests: number
  /** Requirements that were seen broken, those of level SHOULD included. */
  readonly broken: number
}
