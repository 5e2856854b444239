import { InboxClient, type Metadata } from "@inbox-effect/client"
import { Effect } from "effect"

const describe = ({ attempts, rateLimit, status }: Metadata.Metadata): string =>
  `status ${status} after ${attempts.length} attempts, ${rateLimit?.remaining ?? "an unknown number of"} requests left`

export const send = (request: InboxClient.Request) =>
  Effect.flatMap(InboxClient.InboxClient, (inbox) =>
    Effect.map(inbox.sendMessageWithMetadata(request), ({ metadata }) => describe(metadata))
  )
