/**
 * Attempts a send until it is known what became of it, or until the time is over. Every attempt has the same key and
 * the same bytes.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type * as Redacted from "effect/Redacted"
import type { Accepted, Outcome, Rejected } from "../upstream/answer.js"
import type { Upstream } from "../upstream/upstream.js"

/** The request of every attempt. */
export interface Post {
  readonly token: Redacted.Redacted
  readonly key: string
  readonly body: string
  /** True if an earlier attempt, in another request, may have sent the message already. */
  readonly inDoubt: boolean
}

/** When attempts are made, in milliseconds. */
export interface Policy {
  /** The time-out of one attempt. */
  readonly attemptMillis: number
  /** The longest wait that v2 may ask for; after a longer one the caller is told. */
  readonly longestWait: number
  /** True if an attempt whose fate is unknown is repeated with its key. */
  readonly repeatsUnknown: boolean
}

/** The end of all attempts. `messageId` is the message to look up. `mayRepeat` is false where even the key does not help. */
export type Conclusion =
  | Accepted
  | { readonly _tag: "Refused"; readonly rejected: Rejected }
  | { readonly _tag: "NotSent" }
  /** The first answer says that the key is known with another message: this one was not sent. */
  | { readonly _tag: "KeyReused" }
  | {
      readonly _tag: "Unknown"
      readonly messageId: string | undefined
      readonly mayRepeat: boolean
      readonly last: Rejected | undefined
    }

/** The next step after an outcome: it is over, or there is another attempt after a while. */
type Step =
  | { readonly _tag: "Over"; readonly conclusion: Conclusion }
  | { readonly _tag: "Again"; readonly wait: number | undefined }

const first = 250
const longest = 5_000

/** The attempts at one send. */
class Course {
  readonly #policy: Policy
  /** True if the message may have been sent. From then on no refusal proves the contrary. */
  inDoubt: boolean
  messageId: string | undefined
  last: Rejected | undefined

  constructor(policy: Policy, inDoubt: boolean) {
    this.#policy = policy
    this.inDoubt = inDoubt
  }

  unknown(mayRepeat: boolean): Conclusion {
    return { _tag: "Unknown", messageId: this.messageId, mayRepeat, last: this.last }
  }

  /** The end where there is no time for another attempt. */
  get end(): Conclusion {
    if (this.inDoubt) return this.unknown(true)
    return this.last === undefined ? { _tag: "NotSent" } : { _tag: "Refused", rejected: this.last }
  }

  after(outcome: Outcome): Step {
    switch (outcome._tag) {
      case "Accepted":
        return { _tag: "Over", conclusion: outcome }
      case "NotSent":
        return { _tag: "Again", wait: undefined }
      case "Lost":
        return this.#doubtful(undefined)
      case "Rejected":
        return this.#afterAnswer(outcome)
    }
  }

  #doubtful(wait: number | undefined): Step {
    this.inDoubt = true
    return this.#policy.repeatsUnknown ? { _tag: "Again", wait } : { _tag: "Over", conclusion: this.unknown(true) }
  }

  #afterAnswer(answer: Rejected): Step {
    const { details, row, wait } = answer
    this.last = answer
    this.messageId = details.messageId ?? this.messageId
    switch (row.verdict) {
      case "Refused":
        return { _tag: "Over", conclusion: this.end }
      case "Throttled":
        return wait !== undefined && wait <= this.#policy.longestWait
          ? { _tag: "Again", wait }
          : { _tag: "Over", conclusion: this.end }
      case "Transient":
      case "InProgress":
        return this.#doubtful(wait)
      case "Unconfirmed":
        return { _tag: "Over", conclusion: this.unknown(false) }
      case "Broken":
        return {
          _tag: "Over",
          conclusion: row.code === "idempotencyKeyReused" && !this.inDoubt ? { _tag: "KeyReused" } : this.unknown(false)
        }
    }
  }
}

const backoff = (attempt: number): Effect.Effect<number> =>
  Effect.map(Random.nextIntBetween(0, 100), (jitter) => Math.min(first * 2 ** attempt, longest) + jitter)

/** Makes the attempts. `deadline` is in milliseconds since the Unix epoch; no attempt begins after it. */
export const run = (upstream: Upstream, policy: Policy, post: Post, deadline: number): Effect.Effect<Conclusion> =>
  Effect.gen(function* () {
    const course = new Course(policy, post.inDoubt)
    for (let attempt = 0; ; attempt++) {
      const left = deadline - (yield* Clock.currentTimeMillis)
      if (left <= 0) return course.end
      const outcome = yield* upstream.send(post.token, post.key, post.body, Math.min(left, policy.attemptMillis))
      const step = course.after(outcome)
      if (step._tag === "Over") return step.conclusion
      const wait = step.wait ?? (yield* backoff(attempt))
      if ((yield* Clock.currentTimeMillis) + wait >= deadline) return course.end
      yield* Effect.sleep(wait)
    }
  })
