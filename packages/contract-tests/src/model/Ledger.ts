/**
 * Memory of a run: the messages that exist, and who sent them when. Facts about new answers are taken from it.
 *
 * @since 0.1.0
 */
import type { Exchange } from "./Exchange.js"

/**
 * A message that the server says it made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Known {
  readonly id: string
  readonly thread: number
  readonly content: string
  /** The content as the answer had it, where that is another one. */
  readonly answered?: string | undefined
  /** The id of the message that it replies to, if it is a reply. */
  readonly replyId?: string | undefined
  /** The position in the run of the request that made it. */
  readonly index: number
}

/**
 * The memory of a run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ledger {
  /** Notes a message. Answers the earlier message of the same id, if there is one. */
  readonly add: (message: Known) => Known | undefined
  readonly get: (id: string) => Known | undefined
  /** True if a message has this content. */
  readonly said: (content: string) => boolean
  /** True if an id was given to more than one message, so that it names none of them. */
  readonly isAmbiguous: (id: string) => boolean
  /** True if a content was sent before the ledger was sealed. */
  readonly sent: (content: string) => boolean
  /** From now on contents are not remembered: what shrinking sends is made from what was sent before. */
  readonly seal: () => void
  /** The messages of a thread, oldest first. */
  readonly messages: (thread: number) => ReadonlyArray<Known>
  /** Notes that a message was replied to. */
  readonly replied: (id: string) => void
  /** Ids of a thread that were replied to before, oldest first. */
  readonly repliedIds: (thread: number) => ReadonlyArray<string>
  /** The first value seen under a name; the given one becomes it where there is none. */
  readonly first: (name: string, value: string) => string
  /** Notes a time of creation. Answers the latest one of a send that had ended when this one began. */
  readonly created: (at: number, exchange: Exchange) => number | undefined
}

/**
 * An empty memory.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (): Ledger => {
  const ids = new Map<string, Known>()
  const ambiguous = new Set<string>()
  const contents = new Set<string>()
  const said = new Set<string>()
  const byThread: [Array<Known>, Array<Known>] = [[], []]
  const repliedTo = new Map<string, Known>()
  const firsts = new Map<string, string>()
  const times = timeline()
  let sealed = false
  const messages = (thread: number) => byThread[thread === 0 ? 0 : 1]
  return {
    add: (message) => {
      if (!sealed) contents.add(message.content)
      const earlier = ids.get(message.id)
      if (earlier !== undefined) {
        ambiguous.add(message.id)
        return earlier
      }
      ids.set(message.id, message)
      said.add(message.content)
      messages(message.thread).push(message)
      return undefined
    },
    get: (id) => ids.get(id),
    isAmbiguous: (id) => ambiguous.has(id),
    said: (content) => said.has(content),
    sent: (content) => contents.has(content),
    seal: () => {
      sealed = true
    },
    messages,
    replied: (id) => {
      const message = ids.get(id)
      if (message !== undefined) repliedTo.set(id, message)
    },
    repliedIds: (thread) =>
      [...repliedTo.values()].filter((message) => message.thread === thread).map((message) => message.id),
    first: (name, value) => {
      const seen = firsts.get(name)
      if (seen === undefined) firsts.set(name, value)
      return seen ?? value
    },
    created: times
  }
}

/** Number of sends that one is compared with: a request is not overtaken by more. */
const longestTimeline = 8_192

/** Sends in the order of their ends, each with the latest creation up to it. */
const timeline = (): Ledger["created"] => {
  const points: Array<{ readonly ended: number; latest: number }> = []
  const after = (time: number) => {
    let low = 0
    let high = points.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((points[middle]?.ended ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }
  return (at, exchange) => {
    const before = points[after(exchange.started) - 1]?.latest
    const position = after(exchange.ended)
    points.splice(position, 0, { ended: exchange.ended, latest: Math.max(at, points[position - 1]?.latest ?? at) })
    for (let index = position + 1; index < points.length; index++) {
      const point = points[index]
      if (point === undefined || point.latest >= at) break
      point.latest = at
    }
    // Those that stay know the latest creation of those that go.
    if (points.length > longestTimeline) points.splice(0, longestTimeline / 2)
    return before
  }
}
