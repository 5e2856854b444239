/** Stands for a value that no two servers share, so that answers can be compared without it. */
export interface Names {
  /** A text of an answer to a request, with a name in place of each id and each time. `key` is the key that it has. */
  readonly text: (value: string, key: string | undefined, request: number) => string
  /** A number of an answer, with a name in place of a time. */
  readonly number: (value: number) => number | string
  /** Gives an id the name that the same thing has on the other server. */
  readonly set: (id: string, name: string) => void
}

/** Names before the first answer: those by which the target is known. */
export const make = (threads: ReadonlyArray<string>, replyTo: string | undefined, token: string): Names => {
  const known = new Map<string, string>([
    ...threads.map((thread, position) => [thread, `⟨thread ${position + 1}⟩`] as const),
    ...(replyTo === undefined ? [] : [[replyTo, "⟨message that was there⟩"] as const])
  ])
  const firstSeen = new Map<string, number>()

  /** Other ids differ by nature: what counts is whether one is new, and where it came first if not. */
  const opaque = (value: string, request: number): string => {
    const first = firstSeen.get(value)
    if (first === undefined) firstSeen.set(value, request)
    return first === undefined || first === request ? "⟨new id⟩" : `⟨id as in answer ${first}⟩`
  }

  return {
    text: (value, key, request) => {
      const name = known.get(value)
      if (name !== undefined) return name
      if (isTime(value)) return "⟨time⟩"
      if (key !== undefined && idKey.test(key) && value !== "") return opaque(value, request)
      return value
        .replaceAll(token, "⟨token⟩")
        .replace(word, (each) => known.get(each) ?? each)
        .replace(times, "⟨time⟩")
    },
    number: (value) => (isInstant(value) ? "⟨time⟩" : value),
    set: (id, name) => {
      known.set(id, name)
    }
  }
}

/** Keys whose value names something: id, authorId, request_id. */
const idKey = /(?:^|_)id$|Id$|ID$|^uuid$|^nonce$/

const word = /[0-9a-z]{2,}/g

const time = String.raw`\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})?`
const httpDate = String.raw`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT`
const times = new RegExp(`${time}|${httpDate}`, "g")
const wholeTime = new RegExp(`^(?:${time}|${httpDate})$`)

const isTime = (value: string): boolean => wholeTime.test(value)

/** Seconds or milliseconds since the Unix epoch, of about today. */
const isInstant = (value: number): boolean => {
  const year = 365 * 24 * 60 * 60
  const now = Date.now() / 1_000
  return [value, value / 1_000].some((seconds) => Math.abs(seconds - now) < year)
}
