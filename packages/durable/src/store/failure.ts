import * as Predicate from "effect/Predicate"

const maxDepth = 8

/** The code of a failure of a database, such as an SQLSTATE: the innermost that is told. */
export const codeOf = (failure: unknown, depth = 0): string | undefined => {
  if (depth > maxDepth || !Predicate.isObject(failure)) return undefined
  const inner = Predicate.hasProperty(failure, "cause") ? codeOf(failure.cause, depth + 1) : undefined
  if (inner !== undefined) return inner
  return Predicate.hasProperty(failure, "code") &&
    typeof failure.code === "string" &&
    /^[\w-]{1,64}$/.test(failure.code)
    ? failure.code
    : undefined
}

/** Tells that a statement failed because a value that has to be unique is there already. */
export const isDuplicate = (failure: unknown): boolean => {
  const code = codeOf(failure)
  return code === "23505" || (code?.startsWith("SQLITE_CONSTRAINT") ?? false)
}
