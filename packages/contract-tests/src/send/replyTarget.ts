/** The message that a step replies to. */
import { flow } from "effect/Function"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Step } from "../model/Case.js"
import * as Exchange from "../model/Exchange.js"
import type * as Ledger from "../model/Ledger.js"
import type { Target } from "../model/Target.js"
import type { Sent } from "./trial.js"

/**
 * The message that a step replies to. The edit of a reply names the same message as the reply that it edits.
 */
export const resolveReply = (
  step: Step,
  selector: string,
  before: ReadonlyArray<Sent>,
  target: Target,
  ledger: Ledger.Ledger
): string | undefined => {
  const base = before.at(-1)
  if (step.edit !== null && base?.step.reply === selector && base.replyId !== undefined) return base.replyId
  const messages = ledger.messages(step.thread)
  const [kind, argument] = selector.split(":")
  const position = Number(argument ?? 0)
  const pick = <A>(of: ReadonlyArray<A>) => (of.length === 0 ? undefined : of[position % of.length])
  switch (kind) {
    case "inbound":
      return step.thread === 0 && target.replyTo !== undefined ? target.replyTo : messages.at(-1)?.id
    case "previous":
      return before.map(idMade).findLast((id) => id !== undefined)
    case "made":
      return before[position] === undefined ? undefined : idMade(before[position])
    case "oldest":
      return messages[0]?.id
    case "again":
      return ledger.repliedIds(step.thread).at(-1) ?? messages.at(-1)?.id
    case "id":
      return pinnedReply(argument ?? "", step.thread, target, ledger)
    case "nth":
      return pick(messages)?.id
    case "with":
      return (messages.findLast(({ id }) => id.includes(argument ?? "")) ?? messages.at(-1))?.id
    case "first":
      return pick(distinctBy(messages, (id) => id.charAt(0)))
    case "last":
      return pick(distinctBy(messages, (id) => id.slice(-1)))
    case "length":
      return pick(distinctBy(messages, (id) => String(id.length)))
    default:
      return messages.at(-1)?.id
  }
}

/** The id of the message that a request made, which the ledger knows once its case is over. */
const idMade = ({ exchange }: Sent): string | undefined => {
  if (!Exchange.isSuccess(exchange)) return undefined
  const text = new TextDecoder().decode(Exchange.response(exchange)?.body)
  return Option.getOrUndefined(readId(text))
}

const readId = flow(
  Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ id: Schema.String }))),
  Option.map(({ id }) => id)
)

/** The very message; or one of the thread whose id begins alike, where it is of another one or a replay cannot know it. */
const pinnedReply = (id: string, thread: 0 | 1, target: Target, ledger: Ledger.Ledger): string | undefined => {
  if (ledger.get(id)?.thread === thread || (id === target.replyTo && thread === 0)) return id
  const messages = ledger.messages(thread)
  return (messages.findLast((message) => message.id.charAt(0) === id.charAt(0)) ?? messages.at(-1))?.id
}

/** An id of each kind, the kinds in order. */
const distinctBy = (messages: ReadonlyArray<Ledger.Known>, kind: (id: string) => string): ReadonlyArray<string> => {
  const kinds = new Map<string, string>()
  for (const message of messages) {
    const name = kind(message.id)
    if (!kinds.has(name)) kinds.set(name, message.id)
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id)
}
