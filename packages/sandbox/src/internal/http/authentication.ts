import * as Eager from "@inbox-effect/server/Eager"
import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Refusal from "@inbox-effect/server/Refusal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Storage } from "../../Storage.js"
import type { Caller } from "../api/messages.js"
import * as Busy from "./busy.js"
import type { Passes } from "./passes.js"
import * as PublicToken from "./publicToken.js"

/**
 * Looks tokens up in the storage by their SHA-256, which takes the same time for a near miss as for any other wrong
 * token. The public token counts only where nobody else can come.
 */
export const make =
  (storage: typeof Storage.Service, passes: Passes, listenHost: string, cors: ReadonlyArray<string>) =>
  (token: Redacted.Redacted, exchange: Exchange.Exchange): Effect.Effect<Option.Option<Caller>, Refusal.Refusal> => {
    const passed = passes.use(Redacted.value(token), exchange)
    if (Option.isSome(passed)) return Effect.succeedSome({ teamId: passed.value })
    const unfit = PublicToken.isPublic(Redacted.value(token))
      ? PublicToken.refusalFor(exchange.host, exchange.headers.origin, listenHost, cors)
      : Option.none()
    return Option.isSome(unfit)
      ? Effect.fail(Refusal.unauthorized(unfit.value))
      : Eager.map(
          Busy.orDie(storage.teamOf(token)),
          Option.map((teamId) => ({ teamId }))
        )
  }
