/**
 * A fixed set of tokens, to authenticate against.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

const hash = (token: Redacted.Redacted): string =>
  createHash("sha256").update(Redacted.value(token), "utf8").digest("base64")

/**
 * A set of tokens, each with the caller that it stands for. `authenticate` is what a server takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tokens<out Caller> {
  readonly authenticate: (token: Redacted.Redacted) => Effect.Effect<Option.Option<Caller>>
}

/**
 * A set of tokens, each with the caller that it stands for. Tokens are compared by their SHA-256, so a near miss takes
 * the same time as any other wrong token.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <Caller>(tokens: Iterable<readonly [token: Redacted.Redacted, caller: Caller]>): Tokens<Caller> => {
  const callers = new Map([...tokens].map(([token, caller]) => [hash(token), Option.some(caller)]))
  return { authenticate: (token) => Effect.sync(() => callers.get(hash(token)) ?? Option.none()) }
}
