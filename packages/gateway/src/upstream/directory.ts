/**
 * Looks up what the gateway has to know before it sends: the team of a token, and the platform of a thread.
 */
import * as Cache from "effect/Cache"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as headers from "../mapping/headers.js"
import { type Refusal, refused, unavailable } from "../refusal.js"
import { type ReadThread, readTeam, readThread } from "../v2/answers.js"
import * as Answer from "./answer.js"
import { RefusedTokens } from "./refused.js"
import type { Reply, Upstream } from "./upstream.js"

/** Time-outs, and lifetimes of answers. */
export interface Options {
  readonly timeoutMillis: number
  /** The number of repetitions of a question without an answer. */
  readonly retries: number
  /** The lifetime of the platform of a thread: it never changes, but the thread may go. */
  readonly threadLife: Duration.Duration
  /** The lifetime of the team of a token. */
  readonly teamLife: Duration.Duration
  /** The time in which a token that was refused is refused without asking again. */
  readonly refusedLife: Duration.Duration
  /** The time-out for the team of a token, in milliseconds. */
  readonly deadlineMillis: number
  /** The largest number of teams, of threads and of refused tokens that are kept. */
  readonly capacity: number
}

/** The directory. */
export interface Directory {
  readonly team: (token: Redacted.Redacted) => Effect.Effect<string, Refusal>
  /** API v2, watched: a token that it refuses has no team any more until it is asked again. */
  readonly upstream: Upstream
  /** The platform of a thread as far as it is known without asking. */
  readonly knownPlatform: (token: Redacted.Redacted, threadId: string) => Effect.Effect<Option.Option<string>>
  /** The platform of a thread, asked once. */
  readonly platform: (token: Redacted.Redacted, threadId: string) => Effect.Effect<string, Refusal>
  /** Notes what an answer told about a thread. */
  readonly learn: (token: Redacted.Redacted, threadId: string, thread: ReadThread) => Effect.Effect<void>
  /** The thread as it is now. */
  readonly thread: (token: Redacted.Redacted, threadId: string) => Effect.Effect<ReadThread, Refusal>
}

/** A `GET` that was refused, as v1 spells it. */
export const refusalOf = (answer: Answer.Answer, now: number): Refusal => {
  const { details: _, headers: said, row, wait } = Answer.rejected(answer, now)
  const passed = headers.toV1(said, now)
  if (row.verdict === "Refused") return refused(row.v1.status, row.v1.code, row.sentence, passed)
  if (row.verdict === "Throttled") {
    const retryAfter = wait === undefined ? {} : { "retry-after": String(Math.ceil(wait / 1000)) }
    return refused(row.v1.status, row.v1.code, row.sentence, { ...passed, ...retryAfter })
  }
  return unavailable("UPSTREAM_FAILED", "The API behind the gateway failed")
}

const isPassing = (reply: Reply): boolean => "_tag" in reply || reply.status >= 500

/** Asks until there is an answer that is not a failure, so often as the options say. Reading twice is harmless. */
export const ask = (
  upstream: Upstream,
  token: Redacted.Redacted,
  path: string,
  options: Pick<Options, "timeoutMillis" | "retries">
): Effect.Effect<Answer.Answer, Refusal> =>
  Effect.gen(function* () {
    for (let attempt = 0; ; attempt++) {
      const reply = yield* upstream.get(token, path, options.timeoutMillis)
      if (!isPassing(reply) || attempt >= options.retries) {
        if ("_tag" in reply) {
          return yield* unavailable("UPSTREAM_UNREACHABLE", "The API behind the gateway does not answer")
        }
        if (Answer.isAccepted(reply)) return reply
        return yield* refusalOf(reply, yield* Clock.currentTimeMillis)
      }
      yield* Effect.sleep(Duration.millis(200 * 2 ** attempt))
    }
  })

/** The number of tokens whose teams are asked for at once: strangers with many tokens wait for each other. */
const asking = 16

const refusedLately = refused(401, "UNAUTHORIZED", "The token is not accepted")

const watched = (upstream: Upstream, forget: (token: Redacted.Redacted) => Effect.Effect<void>): Upstream => ({
  send: (token, ...rest) =>
    Effect.tap(upstream.send(token, ...rest), (outcome) =>
      outcome._tag === "Rejected" && outcome.row.status === 401 ? forget(token) : Effect.void
    ),
  get: (token, ...rest) =>
    Effect.tap(upstream.get(token, ...rest), (reply) =>
      "status" in reply && reply.status === 401 ? forget(token) : Effect.void
    )
})

const unreadable = (name: string) =>
  unavailable("UPSTREAM_UNREADABLE", `The API behind the gateway did not tell the ${name} in a way that can be read`)

/** The teams of tokens: those that are known, and those tokens that were refused lately. */
const makeTeams = (upstream: Upstream, options: Options) =>
  Effect.gen(function* () {
    const permits = yield* Effect.makeSemaphore(asking)
    const refusedTokens = new RefusedTokens({
      life: Duration.toMillis(options.refusedLife),
      capacity: options.capacity
    })
    const known = yield* Cache.makeWith({
      capacity: options.capacity,
      lookup: (token: Redacted.Redacted) =>
        Effect.flatMap(permits.withPermits(1)(ask(upstream, token, "/team", options)), ({ json }) => {
          const { id } = readTeam(json)
          return id === undefined ? unreadable("team") : Effect.succeed(id)
        }).pipe(
          Effect.tapError(({ status }) =>
            status === 401 ? Effect.map(Clock.currentTimeMillis, (now) => refusedTokens.add(token, now)) : Effect.void
          )
        ),
      timeToLive: (exit) => (Exit.isSuccess(exit) ? options.teamLife : Duration.zero)
    })
    const get = (token: Redacted.Redacted): Effect.Effect<string, Refusal> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        refusedTokens.has(token, now)
          ? refusedLately
          : Effect.timeoutFail(known.get(token), {
              duration: options.deadlineMillis,
              onTimeout: () =>
                unavailable("UPSTREAM_UNREACHABLE", "The API behind the gateway did not tell the team in time")
            })
      )
    return { get, forget: (token: Redacted.Redacted) => known.invalidate(token) }
  })

/** Makes a directory. */
export const make = (bare: Upstream, options: Options): Effect.Effect<Directory> =>
  Effect.gen(function* () {
    const teams = yield* makeTeams(bare, options)
    const upstream = watched(bare, teams.forget)

    const thread = (token: Redacted.Redacted, threadId: string) =>
      Effect.map(ask(upstream, token, `/threads/${encodeURIComponent(threadId)}`, options), ({ json }) =>
        readThread(json)
      )

    const platforms = yield* Cache.makeWith({
      capacity: options.capacity,
      lookup: ({ threadId, token }: { readonly token: Redacted.Redacted; readonly threadId: string }) =>
        Effect.flatMap(thread(token, threadId), ({ platform }) =>
          platform === undefined ? unreadable("platform of the thread") : Effect.succeed(platform)
        ),
      timeToLive: (exit) => (Exit.isSuccess(exit) ? options.threadLife : Duration.zero)
    })

    return {
      team: teams.get,
      upstream,
      knownPlatform: (token, threadId) => Effect.orDie(platforms.getOptionComplete(Data.struct({ token, threadId }))),
      platform: (token, threadId) => platforms.get(Data.struct({ token, threadId })),
      learn: (token, threadId, { id, platform }) =>
        platform === undefined || id !== threadId
          ? Effect.void
          : platforms.set(Data.struct({ token, threadId }), platform),
      thread
    }
  })
