/** Judges which message reply data shows. */
import type { Ledger } from "../model/Ledger.js"

/** The message in whose answer the reply data stand. */
interface Owner {
  readonly id: string | undefined
  readonly content: string
}

/** A text in reply data, with the key under which it stands. */
interface Leaf {
  readonly key: string
  readonly text: string
  /** True if it belongs to the message itself, and not to one that this refers to. */
  readonly isOwn: boolean
}

/**
 * The message that reply data shows in place of the one replied to, or beside it: an id or a text of another message, which
 * may be the reply itself. Texts are compared with care, since reply data may show a preview, and many contents differ little.
 */
export const otherMessage = (data: unknown, replyId: string, owner: Owner, ledger: Ledger): string | undefined => {
  const shown = leaves(data, "", true, deepest)
  const target = ledger.get(replyId)
  const isRight = ({ text }: Leaf): boolean => text === replyId
  const isRightText = ({ text }: Leaf): boolean =>
    target !== undefined && (text === target.content || text === target.answered)
  const hasId = shown.some(isRight)
  const hasText = shown.some(isRightText)
  const isIdOfMessage = (text: string): boolean => text === owner.id || ledger.get(text) !== undefined
  const otherId = ({ text }: Leaf): boolean => text.length >= distinctiveId && isIdOfMessage(text)
  const wasSaid = (text: string): boolean => text === owner.content || ledger.said(text)
  const isOtherText = ({ isOwn, key, text }: Leaf): boolean =>
    target !== undefined && isOwn && isText.test(key) && wasSaid(text) && isUnlike(text, target.content)
  const id = hasId
    ? undefined
    : shown.find((leaf) => otherId(leaf) && (!hasText || (leaf.isOwn && isId.test(leaf.key))))
  const text = hasText ? undefined : shown.find(isOtherText)
  if (id !== undefined) return id.text === owner.id ? "the reply itself" : `the message ${id.text}`
  if (text === undefined) return undefined
  return text.text === owner.content ? "the reply itself" : "another message that was sent"
}

/** A shorter text may equal an id by chance: a server may number its messages, and count other things as well. */
const distinctiveId = 8

const deepest = 4

const isText = /content|text|body|message|preview|snippet/i

const isId = /id$/i

/** Keys at which a message refers to others: the one replied to, what it belongs to, who wrote it. */
const refersToOthers = /repl|quot|forward|parent|root|thread|author|user|team|campaign|sender/i

const leaves = (value: unknown, key: string, isOwn: boolean, depth: number): ReadonlyArray<Leaf> => {
  if (typeof value === "string") return [{ key, text: value, isOwn }]
  if (typeof value !== "object" || value === null || depth === 0) return []
  return Object.entries(value).flatMap(([inner, each]) =>
    leaves(each, inner, isOwn && !refersToOthers.test(inner), depth - 1)
  )
}

/** Letters and digits of a text: what a preview keeps. */
const fold = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "")

/** Fewer letters tell nothing. */
const fewestLetters = 4

/** Tells whether a text can hardly be a preview of another one, or that text changed. */
const isUnlike = (text: string, content: string): boolean => {
  const [one, other] = [fold(text), fold(content)]
  if (one.length < fewestLetters || other.includes(one)) return false
  const shorter = Math.min(one.length, other.length)
  let alike = 0
  while (alike < shorter && one[alike] === other[alike]) alike++
  return alike * 2 < shorter || shorter === 0
}
