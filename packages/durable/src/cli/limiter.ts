/** The limiter of a fleet, over Redis. */
import * as RateLimiter from "@inbox-effect/client/RateLimiter"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { CliError } from "./error.js"

const wrongUrl = new CliError(2, "--redis has to be redis://user:password@host:port/0, or rediss:// for TLS.")

const notInstalled = new CliError(1, "--redis needs the package ioredis beside this one: npm install ioredis.")

/** Options of `ioredis` from a URL. */
const optionsOf = (redis: Redacted.Redacted) =>
  Effect.try({
    try: () => new URL(Redacted.value(redis)),
    catch: () => wrongUrl
  }).pipe(
    Effect.filterOrFail(
      ({ pathname, protocol }) => /^rediss?:$/.test(protocol) && /^(\/\d{0,4})?$/.test(pathname),
      () => wrongUrl
    ),
    Effect.map(({ hostname, password, pathname, port, protocol, username }) => ({
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? 6379 : Number(port),
      db: Number(pathname.slice(1)),
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === "rediss:" ? { tls: {} } : {})
    }))
  )

/** A limiter that all workers of a team share, or none where there is no Redis: then each has its own. */
export const limiterOf = (
  redis: Option.Option<Redacted.Redacted>,
  team: string
): Effect.Effect<RateLimiter.Service | undefined, CliError, Scope.Scope> =>
  Option.match(redis, {
    onNone: () => Effect.succeed(undefined),
    onSome: (url) =>
      Effect.gen(function* () {
        const options = yield* optionsOf(url)
        // The package is optional, so it is loaded where it is asked for.
        const { layerRedis } = yield* Effect.tryPromise({
          try: () => import("@inbox-effect/client/RedisRateLimiter"),
          catch: () => notInstalled
        })
        const context = yield* Layer.build(layerRedis({ key: team, redis: options }))
        return Context.get(context, RateLimiter.RateLimiter)
      })
  })
