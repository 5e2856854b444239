import type { InboxError, RateLimit } from "@inbox-effect/client"

const left = (rateLimit: RateLimit.RateLimit | undefined): number => rateLimit?.remaining ?? 0

export const isUsedUp = (error: InboxError.RateLimited): boolean => left(error.rateLimit) === 0
