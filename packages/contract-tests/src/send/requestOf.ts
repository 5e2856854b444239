/** From a step to the request that is sent for it to a target. */
import * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import type { Step } from "../model/Case.js"
import type { RawRequest } from "../model/Exchange.js"
import type * as Ledger from "../model/Ledger.js"
import type { Target } from "../model/Target.js"

/** A target as far as it is known when a step is sent. */
export interface Known {
  readonly target: Target
  readonly ledger: Ledger.Ledger
  readonly threadId: string
  readonly replyId: string | undefined
  readonly token: Redacted.Redacted
  /** True if the target has to know chunks: else their parts are sent with a length. */
  readonly takesChunks: boolean
}

/** The request of a step, with the headers that were given for the target; `undefined` where its edit does not apply. */
export const requestOf = (
  step: Step,
  { ledger, replyId, takesChunks, target, threadId, token }: Known
): RawRequest | undefined => {
  const request = Request.request(step, {
    token: Redacted.value(token),
    thread: threadId,
    replyId,
    messageId: ledger.messages(0).at(-1)?.id,
    isMessage: (id) => ledger.get(id) !== undefined,
    threads: target.threads.filter((thread) => thread !== undefined),
    elsewhere: target.threads[1] === undefined ? [] : endsOf(ledger.messages(step.thread === 0 ? 1 : 0))
  })
  if (request === undefined) return undefined
  const { framing } = request
  const spelled: RawRequest =
    takesChunks || framing.kind !== "chunked"
      ? request
      : { ...request, framing: { kind: "pieces", cuts: framing.cuts } }
  if (target.headers === undefined) return spelled
  const names = new Set(spelled.headers.map(([name]) => name.toLowerCase()))
  const added = target.headers
    .filter(([name]) => !names.has(name.toLowerCase()))
    .map(([name, value]) => [name, Redacted.value(value)] as const)
  return { ...spelled, headers: [...spelled.headers, ...added] }
}

/** The ids of the oldest message and of the latest one. */
const endsOf = (messages: ReadonlyArray<Ledger.Known>): ReadonlyArray<string> =>
  [messages[0]?.id, messages.at(-1)?.id].filter((id) => id !== undefined)
