/**
 * Sliding windows that processes share in Redis. One sorted set holds all requests of the longest window, by the instant
 * of their answer: as long as there is none, by the latest at which it is waited for.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { Redis, type RedisOptions } from "ioredis"
import { patience, type Window } from "./limiter.js"

const now = `
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)`

/** ARGV: the name of the request, the patience, and limit and length of each window. Says how long to wait, zero for in. */
const enterScript = `${now}
local wait, longest = 0, 0
for i = 3, #ARGV, 2 do
  local limit, length = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local blocking = redis.call("ZREVRANGE", KEYS[1], limit - 1, limit - 1, "WITHSCORES")
  if blocking[2] then wait = math.max(wait, tonumber(blocking[2]) + length + 1 - now) end
  longest = math.max(longest, length)
end
if wait > 0 then return math.ceil(wait) end
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - longest - 1)
redis.call("ZADD", KEYS[1], now + ARGV[2], ARGV[1])
redis.call("PEXPIRE", KEYS[1], math.ceil(longest + ARGV[2] + 1))
return 0`

/** ARGV: the name of the request. */
const answerScript = `${now}
return redis.call("ZADD", KEYS[1], "XX", now, ARGV[1])`

interface Client extends Redis {
  readonly inboxEnter: (key: string, ...args: ReadonlyArray<string | number>) => Promise<number>
  readonly inboxAnswer: (key: string, name: string) => Promise<number>
}

/** The windows, as one process sees them. */
export interface RedisWindows {
  /** Takes a place in all windows, or says how long to wait before asking again, in milliseconds. */
  readonly enter: Effect.Effect<number, unknown>
  /** One of the requests of this process was answered: which one makes no difference to the numbers. */
  readonly answer: Effect.Effect<void>
}

const connect = (options: RedisOptions): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const redis = new Redis({ maxRetriesPerRequest: 1, ...options })
      // Whatever goes wrong is told by the commands.
      redis.on("error", () => {})
      redis.defineCommand("inboxEnter", { lua: enterScript, numberOfKeys: 1 })
      redis.defineCommand("inboxAnswer", { lua: answerScript, numberOfKeys: 1 })
      return redis as Client
    }),
    (redis) => Effect.sync(() => redis.disconnect())
  )

/** Windows under a key, on a connection of their own. */
export const make = (
  options: RedisOptions,
  key: string,
  windows: ReadonlyArray<Window>
): Effect.Effect<RedisWindows, never, Scope.Scope> =>
  Effect.map(connect(options), (redis) => {
    const self = crypto.randomUUID()
    const limits = windows.flatMap(({ limit, windowMillis }) => [limit, windowMillis])
    const waiting: Array<{ readonly name: string; readonly until: number }> = []
    let count = 0

    const enter = Effect.clockWith((clock) =>
      Effect.tryPromise({
        try: async () => {
          const name = `${self}:${count++}`
          const wait = await redis.inboxEnter(key, name, patience, ...limits)
          if (wait === 0) waiting.push({ name, until: clock.unsafeCurrentTimeMillis() + patience })
          return wait
        },
        catch: (cause) => cause
      })
    )

    const answer = Effect.clockWith((clock) =>
      Effect.sync(() => {
        const now = clock.unsafeCurrentTimeMillis()
        while (waiting[0] !== undefined && waiting[0].until <= now) waiting.shift()
        const first = waiting.shift()
        // Where this is lost, the request keeps its place until it would have been given up.
        if (first !== undefined) redis.inboxAnswer(key, first.name).catch(() => {})
      })
    )
    return { enter, answer }
  })
