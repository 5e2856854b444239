import * as Case from "../Case.js"

/** So many plain messages, one after another on a connection of their own. */
export const onOneConnection = (count: number): Case.Case =>
  Case.sequence(
    "plain",
    Array.from({ length: count }, (_, index) => Case.step(`Message ${index + 1} on one connection`)),
    { fresh: true }
  )
