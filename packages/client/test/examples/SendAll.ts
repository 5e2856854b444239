import { SendAll } from "@inbox-effect/client"
import { Effect, Stream } from "effect"

const requests = Stream.make(
  { threadId: "l44e15irdq4db30i77cgphhx", content: "On my way" },
  { threadId: "l44e15irdq4db30i77cgphhx", content: "Five minutes" }
)

export const program = SendAll.sendAll(requests, { concurrency: 16 }).pipe(
  Stream.filter((outcome) => outcome._tag !== "Delivered"),
  Stream.runForEach((outcome) => Effect.logWarning("Not known to be delivered", outcome))
)
