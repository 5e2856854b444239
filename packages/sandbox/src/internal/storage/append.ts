import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type { Draft } from "../../Storage.js"
import type { Insert } from "./insert.js"
import type { Instants } from "./instants.js"
import { toNewMessage } from "./newMessage.js"

/** Stores new messages, at instants that never decrease. */
export const appending =
  (insert: Insert | Insert["alone"], { at, saw }: Instants) =>
  (draft: Draft): Effect.Effect<Message.Message, SqlError> =>
    at((instant) => {
      const drafted = toNewMessage(draft, instant)
      return Effect.map(insert(drafted, instant), (createdAt) => {
        saw(createdAt)
        return createdAt === instant ? drafted : { ...drafted, createdAt: DateTime.unsafeMake(createdAt) }
      })
    })
