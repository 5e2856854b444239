import { ReceivedMessage } from "@inbox-effect/client"
import { Either } from "effect"

// A message as servers really send it: keys that are not documented, or missing, are told of and end nothing.
export const read = (json: unknown): ReadonlyArray<string> =>
  Either.match(ReceivedMessage.decode(json, "ReadAsNull"), {
    onLeft: (error) => [error.message],
    onRight: ({ drift }) => [...drift.missingKeys, ...drift.unknownKeys]
  })
