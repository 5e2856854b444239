/** Progress of a run. */

/** Progress of a run. */
export interface Progress {
  readonly phase: string
  readonly done: number
  readonly total: number
  readonly requests: number
  /** Requirements that were seen broken, those of level SHOULD included. */
  readonly broken: number
}
