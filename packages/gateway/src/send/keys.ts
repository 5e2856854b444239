/**
 * The keys of sends towards API v2, and the hashes by which callers' keys and messages are known again.
 */
import { createHmac, randomBytes } from "node:crypto"
import type { SendMessage } from "@inbox-effect/client/SendMessage"
import * as Redacted from "effect/Redacted"

type Secret = Redacted.Redacted<Uint8Array>

const prefix = "gw"

/** Each part behind its length, so that no two lists of parts give the same text. */
const hash = (secret: Secret, parts: ReadonlyArray<string>): string => {
  const hmac = createHmac("sha256", Redacted.value(secret))
  for (const part of parts) hmac.update(`${part.length}:`).update(part, "utf8")
  return hmac.digest("hex")
}

/** A key that nobody has had: 128 random bits. */
export const fresh = (): string => prefix + randomBytes(16).toString("hex")

/** A caller's key, hashed together with whose it is. */
export const ofClient = (secret: Secret, identity: string, key: string): string =>
  hash(secret, ["client", identity, key])

/** The key towards API v2 for a caller's key: the same one every time. */
export const derived = (secret: Secret, client: string): string => prefix + hash(secret, ["key", client])

/** A message, hashed: two requests with the same one mean the same. */
export const fingerprint = (secret: Secret, { content, replyToMessageId, threadId }: SendMessage): string =>
  // Lone surrogates would all be hashed as U+FFFD.
  hash(secret, ["message", threadId, JSON.stringify(content), replyToMessageId ?? "-"])
