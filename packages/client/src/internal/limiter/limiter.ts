/**
 * The bookkeeping of a limiter: what has been let through, what the server says about it, and when the next may go.
 */
import type * as RateLimit from "../../RateLimit.js"

/** At most `limit` requests in any `windowMillis`. */
export interface Window {
  readonly limit: number
  readonly windowMillis: number
}

/** Use of a window by others, as the server told us, and until when that may be so. */
interface Foreign {
  readonly count: number
  readonly until: number
}

/** Instants in ascending order, of which only the newest `keep` matter. */
class Recent {
  private instants: Array<number> = []
  private readonly keep: number

  constructor(keep: number) {
    this.keep = keep
  }

  add(instant: number): void {
    this.instants.push(instant)
    if (this.instants.length > 2 * this.keep) this.instants = this.instants.slice(-this.keep)
  }

  /** The instant that so many newer ones follow. */
  behind(newer: number): number | undefined {
    return this.instants[this.instants.length - 1 - newer]
  }

  countAfter(instant: number, atMost: number): number {
    let count = 0
    while (count < atMost && (this.behind(count) ?? Number.NEGATIVE_INFINITY) > instant) count++
    return count
  }
}

/** An attempt that is not answered within this time, in milliseconds, is taken for answered then. */
export const patience = 10_000

/**
 * A request takes its place in every window from when it is let through until a window's length after its answer: the
 * server counted it at some instant in between, so its windows hold no more than these. Which answer belongs to which
 * request makes no difference to the numbers.
 */
export class Book {
  /** When those that are not answered yet were let through. */
  private readonly inFlight: Array<number> = []
  private holdUntil = Number.NEGATIVE_INFINITY
  private readonly answered: Recent
  private readonly foreign: Array<Foreign>
  private readonly windows: ReadonlyArray<Window>

  constructor(windows: ReadonlyArray<Window>) {
    this.windows = windows
    this.answered = new Recent(Math.max(1, ...windows.map((window) => window.limit)))
    this.foreign = windows.map(() => ({ count: 0, until: 0 }))
  }

  start(now: number): void {
    this.inFlight.push(now)
  }

  answer(now: number): void {
    this.giveUp(now)
    if (this.inFlight.shift() !== undefined) this.answered.add(now)
  }

  /** Time to wait before asking again, in milliseconds: zero where a request may go now. */
  waitFrom(now: number): number {
    this.giveUp(now)
    return Math.max(0, this.holdUntil - now, ...this.windows.map((window, index) => this.waitFor(window, index, now)))
  }

  /** Lets nothing through before an instant. */
  hold(until: number): void {
    this.holdUntil = Math.max(this.holdUntil, until)
  }

  /** Compares a window as the server sees it with what went through here. */
  learn(said: RateLimit.RateLimit, now: number): void {
    const { limit, remaining } = said
    const index = this.windows.findIndex((window) => window.limit === limit)
    const window = this.windows[index]
    if (window === undefined || limit === undefined || remaining === undefined || remaining > limit) {
      return
    }
    const own = this.inFlight.length + this.answered.countAfter(now - window.windowMillis, window.limit)
    this.foreign[index] = { count: Math.max(0, limit - remaining - own), until: now + window.windowMillis }
  }

  /** Takes nothing that was inferred of others for longer than until an instant. */
  forgetOthers(until: number): void {
    this.foreign.forEach((each, index) => {
      if (each.until > until) this.foreign[index] = { count: each.count, until }
    })
  }

  private giveUp(now: number): void {
    while (this.inFlight.length > 0 && (this.inFlight[0] as number) + patience <= now) {
      this.answered.add((this.inFlight.shift() as number) + patience)
    }
  }

  private waitFor({ limit, windowMillis }: Window, index: number, now: number): number {
    const foreign = this.foreign[index] as Foreign
    const foreignCount = foreign.until > now ? foreign.count : 0
    const room = limit - 1 - this.inFlight.length - foreignCount
    const foreignEnds = foreignCount > 0 ? foreign.until - now : Number.POSITIVE_INFINITY
    if (room < 0) {
      // Nobody leaves the window before its whole length has passed since an answer, which is still to come.
      return Math.min(foreignEnds, windowMillis)
    }
    const blocking = this.answered.behind(room)
    return blocking === undefined ? 0 : Math.max(0, Math.min(foreignEnds, blocking + windowMillis - now))
  }
}
