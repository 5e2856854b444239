/**
 * One member of the population on which the kit is tested: a server, and what the kit has to say of it.
 *
 * @since 0.1.0
 */
import type { Change, Running } from "./Honest.js"
import * as Honest from "./Honest.js"

/**
 * How binding the requirement is that a specimen breaks.
 *
 * @since 0.1.0
 * @category models
 */
export type Level = "MUST" | "SHOULD"

/**
 * A server as data: its name, the requirement that it breaks, and the change that makes it so.
 *
 * @since 0.1.0
 * @category models
 */
export interface Specimen {
  /** Kebab-case, unique in the population. */
  readonly id: string
  /** The requirement that it breaks; undefined for a correct but unusual server. */
  readonly requirement: string | undefined
  /** Other requirements that the same fault truly breaks, so that a report of them is no false alarm. */
  readonly also?: ReadonlyArray<string> | undefined
  readonly level: Level
  /** One sentence: what the server does. */
  readonly title: string
  readonly change: Change
}

/**
 * Starts a specimen on a free port of the loopback interface.
 *
 * @since 0.1.0
 * @category constructors
 */
export const start = (specimen: Specimen, options: Honest.Options = {}): Promise<Running> =>
  Honest.start(specimen.change, { seed: (options.seed ?? 1) ^ hash(specimen.id) })

/**
 * The honest server itself, as a specimen that breaks nothing.
 *
 * @since 0.1.0
 * @category constructors
 */
export const honest: Specimen = {
  id: "honest",
  requirement: undefined,
  level: "MUST",
  title: "Keeps the contract in the plainest way",
  change: {}
}

/**
 * A 32-bit hash of a text (FNV-1a).
 *
 * @since 0.1.0
 * @category utils
 */
export const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}
