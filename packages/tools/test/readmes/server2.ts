import { Server } from "@inbox-effect/server"
import { Console, Effect } from "effect"
import { ServerLive } from "./server.js"

Server.Server.pipe(
  Effect.flatMap(({ url }) => Console.log(`Listening on ${url}`)),
  Effect.zipRight(Effect.never),
  Effect.provide(ServerLive),
  Effect.runFork
)
