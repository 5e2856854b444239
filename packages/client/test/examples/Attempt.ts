import { Attempt, type InboxError } from "@inbox-effect/client"

export const story = (error: InboxError.InboxError): ReadonlyArray<string> =>
  error.attempts.map((attempt) => `${attempt.number}: ${attempt.outcome}, ${Attempt.delivery(attempt)}`)
