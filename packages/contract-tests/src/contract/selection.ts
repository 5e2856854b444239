/** Selects requirements by id or prefix. */
import * as Requirement from "./Requirement.js"

/** Tells whether a requirement is asked for, from the patterns of `--only` and `--skip`. */
export const selection =
  (only: ReadonlyArray<string>, skip: ReadonlyArray<string>) =>
  (id: string): boolean => {
    const means = (pattern: string) =>
      Requirement.matches(pattern, id) ||
      // A group stands for what is in it.
      Requirement.all.some(
        (requirement) => requirement.id.startsWith(`${id}.`) && Requirement.matches(pattern, requirement.id)
      )
    return (only.length === 0 || only.some(means)) && !skip.some((pattern) => Requirement.matches(pattern, id))
  }
