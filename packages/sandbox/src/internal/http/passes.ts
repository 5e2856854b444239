import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Id from "../model/id.js"

/** A token that the sandbox gives itself, good for one request as a team. */
export interface Pass {
  readonly token: string
  /** The id of the exchange that has used it. */
  readonly usedBy: Effect.Effect<string>
  /** Makes it good for nothing. */
  readonly cancel: Effect.Effect<void>
}

/** Passes that are out: no request has used them yet. */
export interface Passes {
  readonly issue: (teamId: string) => Effect.Effect<Pass>
  /** The team of a pass, which is used up with that. */
  readonly use: (token: string, exchange: Exchange.Exchange) => Option.Option<string>
}

export const make = (): Passes => {
  const out = new Map<string, { readonly teamId: string; readonly used: Deferred.Deferred<string> }>()
  return {
    issue: (teamId) =>
      Effect.sync(() => {
        const token = Id.make()
        const used = Deferred.unsafeMake<string>(FiberId.none)
        out.set(token, { teamId, used })
        return { token, usedBy: Deferred.await(used), cancel: Effect.sync(() => void out.delete(token)) }
      }),
    use: (token, exchange) => {
      const pass = out.get(token)
      if (pass === undefined) return Option.none()
      out.delete(token)
      Deferred.unsafeDone(pass.used, Effect.succeed(exchange.id))
      return Option.some(pass.teamId)
    }
  }
}
