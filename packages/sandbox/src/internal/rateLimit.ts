/** How many requests a team may make in a minute, as the vendor documents it. */
export const perMinute = 300

const windowMillis = 60_000

/** How one sliding window stands: what is left of it, and when (in Unix seconds) the oldest request leaves it. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/**
 * Counts requests in a sliding minute, by team. It counts and refuses nothing. No more than `limit` instants are kept
 * for a team: beyond that nothing is left, whatever the number.
 */
export const make = (limit: number) => {
  const instantsByTeam = new Map<string, Array<number>>()

  const inWindow = (team: string, now: number): Array<number> => {
    const instants = instantsByTeam.get(team) ?? []
    const expired = instants.findIndex((instant) => instant > now - windowMillis)
    instants.splice(0, expired === -1 ? instants.length : expired)
    return instants
  }

  const record = (team: string, now: number): void => {
    const instants = inWindow(team, now)
    if (instants.length === limit) instants.shift()
    instants.push(now)
    instantsByTeam.set(team, instants)
  }

  const standing = (team: string | undefined, now: number): Standing => {
    const instants = team === undefined ? [] : inWindow(team, now)
    const oldest = instants[0] ?? now
    return {
      limit,
      remaining: limit - instants.length,
      resetSeconds: Math.ceil((oldest + windowMillis) / 1000)
    }
  }

  return { record, standing }
}

export type RateLimit = ReturnType<typeof make>

export const toHeaders = (standing: Standing): Record<string, string> => ({
  "x-ratelimit-limit": String(standing.limit),
  "x-ratelimit-remaining": String(standing.remaining),
  "x-ratelimit-reset": String(standing.resetSeconds)
})
