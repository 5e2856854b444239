/** The token of a run, and where another one comes from once it has expired or was refused. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Stop, type Target } from "../model/Target.js"

export interface Credentials {
  /** The token to send with now. */
  readonly token: () => Redacted.Redacted
  /** Gets another token where the one at hand says itself that it has expired. */
  readonly refresh: Effect.Effect<void, Stop>
  /** Gets another token in place of one that was refused, and tells whether there is one. */
  readonly replaced: (refused: Redacted.Redacted) => Effect.Effect<boolean, Stop>
  /** Notes that a request with the token was accepted. */
  readonly accepted: (token: Redacted.Redacted) => void
  /** Notes that a request was refused with another token, too: its token was not the reason. */
  readonly wasNoHelp: () => void
}

/** Milliseconds before its end at which a token is replaced. */
const early = 5_000

/** Milliseconds until another token is asked for again, after one that was no help; twice as long after the next one. */
const waits = { first: 1_000, most: 30_000 } as const

/**
 * Starts with the token of a target. Only a token that was accepted before is replaced when it is refused: one that
 * never was is wrong, and has not expired. However many ask for another one at once, its source is asked once.
 */
export const makeCredentials = ({ anotherToken, token: first }: Target, now: () => number): Credentials => {
  const one = Effect.unsafeMakeSemaphore(1)
  let token = first
  let expiresAt = anotherToken === undefined ? undefined : expiry(first)
  let wasAccepted = false
  let wait: number = waits.first
  let notBefore = 0

  const wasNoHelp = () => {
    notBefore = now() + wait
    wait = Math.min(waits.most, 2 * wait)
  }
  const ask =
    anotherToken === undefined
      ? Effect.void
      : Effect.mapBoth(anotherToken, {
          onFailure: ({ message }) =>
            new Stop({ reason: "refused", message: `the token has expired or was refused, and ${message}` }),
          onSuccess: (fresh) => {
            expiresAt = expiry(fresh)
            if (Redacted.value(fresh) === Redacted.value(token)) return
            token = fresh
            wasAccepted = false
          }
        })
  const isExpired = () => anotherToken !== undefined && expiresAt !== undefined && now() >= expiresAt - early

  return {
    token: () => token,
    accepted: (used) => {
      if (used === token) wasAccepted = true
    },
    wasNoHelp,
    refresh: Effect.suspend(() =>
      isExpired()
        ? one.withPermits(1)(
            Effect.suspend(() => {
              if (!isExpired()) return Effect.void
              // Asked once for each token: one that comes back expired has a clock of its own.
              expiresAt = undefined
              return ask
            })
          )
        : Effect.void
    ),
    replaced: (refused) =>
      one.withPermits(1)(
        Effect.suspend(() => {
          if (token !== refused) return Effect.succeed(true)
          if (anotherToken === undefined || !wasAccepted || now() < notBefore) return Effect.succeed(false)
          return Effect.map(ask, () => {
            if (token === refused) wasNoHelp()
            return token !== refused
          })
        })
      )
  }
}

/** When a JSON Web Token expires, in milliseconds since the Unix epoch; `undefined` where a token does not say. */
const expiry = (token: Redacted.Redacted): number | undefined => {
  const [, claims, signature] = Redacted.value(token).split(".")
  if (claims === undefined || signature === undefined) return undefined
  try {
    const { exp }: { readonly exp?: unknown } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"))
    return typeof exp === "number" ? exp * 1_000 : undefined
  } catch {
    return undefined
  }
}
