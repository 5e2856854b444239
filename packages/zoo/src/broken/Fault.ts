/**
 * The vocabulary in which the broken servers are written: when a fault shows, and what it does.
 *
 * @since 0.1.0
 */
import type { Answer, Change, Draft, Exchange, Stored } from "../Honest.js"
import { Refusal, refusalAnswer } from "../Honest.js"
import type { Level, Specimen } from "../Specimen.js"

/**
 * One line of a table: id, sentence, change, and the other requirements that the fault truly breaks.
 *
 * @since 0.1.0
 * @category models
 */
export type Row = readonly [id: string, title: string, change: Change, also?: ReadonlyArray<string>]

/**
 * The specimens of one requirement.
 *
 * @since 0.1.0
 * @category constructors
 */
export const table = (requirement: string, level: Level, rows: ReadonlyArray<Row>): ReadonlyArray<Specimen> =>
  rows.map(([id, title, change, also]) => ({ id, requirement, also, level, title, change }))

/**
 * When a fault shows.
 *
 * @since 0.1.0
 * @category models
 */
export type When = (x: Exchange) => boolean

/**
 * Always.
 *
 * @since 0.1.0
 * @category predicates
 */
export const always: When = () => true
/**
 * Every nth accepted message.
 *
 * @since 0.1.0
 * @category predicates
 */
export const every =
  (n: number): When =>
  (x) =>
    x.sequence % n === 0
/**
 * From the message after the nth on, over all threads.
 *
 * @since 0.1.0
 * @category predicates
 */
export const after =
  (n: number): When =>
  (x) =>
    x.sequence > n
/**
 * From the message after the nth of its thread on.
 *
 * @since 0.1.0
 * @category predicates
 */
export const afterInThread =
  (n: number): When =>
  (x) =>
    x.threadSequence > n
/**
 * One time in n, by chance.
 *
 * @since 0.1.0
 * @category predicates
 */
export const rarely =
  (n: number): When =>
  (x) =>
    x.world.random() * n < 1
/**
 * The message is a reply.
 *
 * @since 0.1.0
 * @category predicates
 */
export const isReply: When = (x) => x.target !== undefined
/**
 * The message goes to the second thread.
 *
 * @since 0.1.0
 * @category predicates
 */
export const inSecondThread: When = (x) => x.thread.index === 1
/**
 * The content matches.
 *
 * @since 0.1.0
 * @category predicates
 */
export const has =
  (pattern: RegExp): When =>
  (x) =>
    pattern.test(x.content)
/**
 * More than n UTF-16 code units.
 *
 * @since 0.1.0
 * @category predicates
 */
export const longer =
  (n: number): When =>
  (x) =>
    x.content.length > n
/**
 * More than n code points.
 *
 * @since 0.1.0
 * @category predicates
 */
export const longerPoints =
  (n: number): When =>
  (x) =>
    x.content.length > n && Array.from(x.content).length > n
/**
 * More than n bytes of UTF-8.
 *
 * @since 0.1.0
 * @category predicates
 */
export const longerBytes =
  (n: number): When =>
  (x) =>
    Buffer.byteLength(x.content) > n
/**
 * At least n requests in flight together.
 *
 * @since 0.1.0
 * @category predicates
 */
export const together =
  (n: number): When =>
  (x) =>
    x.together >= n
/**
 * The request before on the same connection was refused.
 *
 * @since 0.1.0
 * @category predicates
 */
export const afterRefusal: When = (x) => x.connection.lastStatus >= 400
/**
 * Both hold.
 *
 * @since 0.1.0
 * @category predicates
 */
export const both =
  (a: When, b: When): When =>
  (x) =>
    a(x) && b(x)
/**
 * The other does not hold.
 *
 * @since 0.1.0
 * @category predicates
 */
export const not =
  (a: When): When =>
  (x) =>
    !a(x)

/**
 * Sets a key of the answer's Message.
 *
 * @since 0.1.0
 * @category faults
 */
export const spoil = (key: string, value: unknown, when: When = always): Change => ({
  message: (x, m) => {
    if (when(x)) m[key] = typeof value === "function" ? value(x, m) : value
  }
})

/**
 * Leaves a key out of the answer's Message.
 *
 * @since 0.1.0
 * @category faults
 */
export const drop = (key: string, when: When = always): Change => ({
  message: (x, m) => {
    if (when(x)) delete m[key]
  }
})

/** A content of more UTF-16 units is left alone: to search it may take minutes. */
const longestEchoed = 200_000

/**
 * Passes the echoed content through a function.
 *
 * @since 0.1.0
 * @category faults
 */
export const echo = (f: (content: string, x: Exchange) => string, when: When = always): Change => ({
  message: (x, m) => {
    if (x.content.length <= longestEchoed && when(x)) m.content = f(x.content, x)
  }
})

/**
 * Refuses valid messages.
 *
 * @since 0.1.0
 * @category faults
 */
export const refuse = (when: When, status = 400): Change => ({
  accept: (x) => {
    if (when(x)) throw new Refusal(status, status < 500 ? "INVALID" : "INTERNAL", "The message cannot be taken")
  }
})

/**
 * Answers an error before anything else is looked at; the body is read, the rest of the exchange is not filled.
 *
 * @since 0.1.0
 * @category faults
 */
export const deny = (when: When, status = 400, code = "BAD_REQUEST"): Change => ({
  request: (x) => (when(x) ? refusalAnswer(new Refusal(status, code, "The request cannot be taken")) : undefined)
})

/**
 * Answers an error to JSON texts that match.
 *
 * @since 0.1.0
 * @category faults
 */
export const unreadable = (pattern: RegExp, status = 400): Change => ({
  parse: (x, honest) => {
    if (pattern.test(x.text)) throw new Refusal(status, "BAD_REQUEST", "The body is not JSON")
    return honest(x.text)
  }
})

/**
 * Mends a JSON text that does not parse and takes it after all.
 *
 * @since 0.1.0
 * @category faults
 */
export const mend = (fix: (text: string) => unknown): Change => ({
  parse: (x, honest) => {
    try {
      return honest(x.text)
    } catch (error) {
      const fixed = fix(x.text)
      if (fixed === undefined) throw error
      return typeof fixed === "string" ? honest(fixed) : fixed
    }
  }
})

/**
 * Changes a member of a body that is an object before it is validated; undefined takes it out.
 *
 * @since 0.1.0
 * @category faults
 */
export const coerce = (key: string, f: (value: unknown, x: Exchange) => unknown): Change => ({
  coerce: (x, body) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) return body
    const { [key]: value, ...rest } = body as Draft
    const next = f(value, x)
    return next === undefined ? rest : { ...rest, [key]: next }
  }
})

/**
 * Spoils the answer of an accepted message.
 *
 * @since 0.1.0
 * @category faults
 */
export const spoilAnswer = (f: (answer: Answer, x: Exchange) => void, when: When = always): Change => ({
  answer: (x, answer) => {
    if (answer.status === 200 && when(x)) f(answer, x)
  }
})

/**
 * Spoils the text of an accepted message's answer.
 *
 * @since 0.1.0
 * @category faults
 */
export const spoilText = (f: (text: string, x: Exchange) => string | Buffer, when: When = always): Change =>
  spoilAnswer((answer, x) => {
    answer.body = f(String(answer.body), x)
  }, when)

/**
 * Spoils the answer of a refused request.
 *
 * @since 0.1.0
 * @category faults
 */
export const spoilRefusal = (
  f: (answer: Answer, x: Exchange) => void,
  when: (answer: Answer, x: Exchange) => boolean = () => true
): Change => ({
  answer: (x, answer) => {
    if (answer.status >= 400 && when(answer, x)) f(answer, x)
  }
})

/**
 * Turns one refusal into another status.
 *
 * @since 0.1.0
 * @category faults
 */
export const refuseWith = (status: number, when: (refusal: Refusal, x: Exchange) => boolean): Change => ({
  refuse: (x, refusal) =>
    when(refusal, x) ? refusalAnswer(new Refusal(status, refusal.code, refusal.message)) : undefined
})

/**
 * Resets the connection instead of answering.
 *
 * @since 0.1.0
 * @category faults
 */
export const reset = (when: (x: Exchange, answer: Answer) => boolean): Change => ({
  write: (x, answer) => {
    if (!when(x, answer)) return false
    x.request.socket.resetAndDestroy()
    return true
  }
})

/**
 * Never answers.
 *
 * @since 0.1.0
 * @category faults
 */
export const silent = (when: (x: Exchange, answer: Answer) => boolean): Change => ({
  write: (x, answer) => when(x, answer)
})

/**
 * Keeps each request for four milliseconds, so that requests meet each other.
 *
 * @since 0.1.0
 * @category faults
 */
export const meeting = (change: Change): Change => ({ hold: () => 4, ...change })

/**
 * What a request in flight says, before it has been processed; undefined while its body is not complete.
 *
 * @since 0.1.0
 * @category utils
 */
export const peek = (x: Exchange | undefined): { readonly content: string; readonly replyTo?: string } | undefined => {
  try {
    const body = JSON.parse(Buffer.concat(x?.chunks ?? []).toString()) as Draft
    if (typeof body.content !== "string" || body.content === "") return undefined
    return typeof body.replyToMessageId === "string"
      ? { content: body.content, replyTo: body.replyToMessageId }
      : { content: body.content }
  } catch {
    return undefined
  }
}

/**
 * Answers an earlier message in place of a new one when both have the same key.
 *
 * @since 0.1.0
 * @category faults
 */
export const dedupe = (
  key: (x: Exchange) => string,
  when: (x: Exchange, found: Stored) => boolean = always
): Change => ({
  store: (x, honest) => {
    const slot = `dedupe ${key(x)}`
    const found = x.world.memory.get(slot) as Stored | undefined
    if (found !== undefined && when(x, found)) return found
    const stored = honest()
    x.world.memory.set(slot, stored)
    return stored
  }
})

/**
 * A number that counts up with each call under a name.
 *
 * @since 0.1.0
 * @category utils
 */
export const count = (x: Exchange, name: string): number => {
  const next = ((x.world.memory.get(name) as number | undefined) ?? 0) + 1
  x.world.memory.set(name, next)
  return next
}
