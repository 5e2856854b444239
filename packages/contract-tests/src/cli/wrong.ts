import * as Data from "effect/Data"

/** Wrong usage, in one sentence that names the flag and the fix. */
export class Wrong extends Data.TaggedError("Wrong")<{ readonly sentence: string }> {}

export const wrong = (sentence: string): Wrong => new Wrong({ sentence })
