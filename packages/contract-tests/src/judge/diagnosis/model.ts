/**
 * A diagnosis: what a server did to a content.
 *
 * @since 0.1.0
 */

/**
 * The change of a content.
 *
 * @since 0.1.0
 * @category models
 */
export interface Diagnosis {
  /** Stable, and the same for every content that the same fault changes: `trimmed`, `cut`, `dropped-bidi`. */
  readonly id: string
  /** The transformation in a few words. */
  readonly title: string
  /** Which characters and where; may be empty. */
  readonly detail: string
}
