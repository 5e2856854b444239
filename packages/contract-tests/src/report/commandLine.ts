/**
 * The command lines of a counterexample: what sends the same again, after a restart of the server too.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import { isElsewhere, telling } from "../investigate/byHand.js"
import type { ByHand } from "../investigate/finding.js"
import { repliesTo } from "../investigate/repliedTo.js"
import * as Case from "../model/Case.js"
import type { RawRequest } from "../model/Exchange.js"
import type { Target } from "../model/Target.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Curl from "./curl.js"

/** The token that a request was sent with. */
export const tokenOf = ({ exchange }: Sent, target: Target): string => Redacted.value(exchange.token ?? target.token)

/**
 * Command lines that send a trial again: in the background where requests are in flight together, on one connection else.
 * Messages that are replied to are made anew, as `targets` were: those of a process are gone with it. `shown` is the
 * request as it may be shown; unless `isWhole`, a plain message before an invalid request is left out.
 */
export const commandLine = (
  trial: Trial,
  target: Target,
  {
    isWhole,
    shown,
    targets
  }: {
    readonly shown: (sent: Sent) => RawRequest
    readonly isWhole: boolean
    readonly targets?: ByHand["targets"] | undefined
  }
): string => {
  const { mode, pause, rest } = trial.case
  const exchanges = isWhole ? trial.exchanges : telling(trial)
  const replies = repliesOf(exchanges, target, targets)
  const sendables = exchanges.map(
    (sent): Curl.Sendable => ({
      request: shown(sent),
      token: tokenOf(sent, target),
      reply: replyOf(sent, replies)
    })
  )
  const alone = () => sendables.map((each) => Curl.render(each, target.url.href))
  return [...replies.map(({ line }) => line), ...lines()].join("\n")

  function lines(): ReadonlyArray<string> {
    if (mode === "together") return [...alone().map((line) => `${line} &`), "wait"]
    if (rest !== undefined) {
      return [`# curl cannot let a connection rest for ${rest} ms before the last request; --replay does`, ...alone()]
    }
    if (pause !== undefined)
      return alone().flatMap((line, index, all) =>
        index === all.length - 1 ? [`sleep ${pause / 1_000}`, line] : [line]
      )
    return exchanges.some(({ step }, index) => index > 0 && step.fresh === true)
      ? alone()
      : [Curl.onOneConnection(sendables, target.url.href)]
  }
}

const replyKey = /"replyToMessageId"\s*:\s*([^,}]*)/

/** The message that a request names as the one that it replies to, or whose id it changes, where that is one of the target's. */
const repliedTo = (sent: Sent): string | undefined => {
  const [, named = ""] = replyKey.exec(new TextDecoder().decode(sent.exchange.request.body)) ?? []
  if (isElsewhere(sent)) return /^"([0-9a-z]+)"/.exec(named)?.[1]
  const { replyId } = sent
  const bare = named.toLowerCase().replace(/[^0-9a-z]/g, "")
  if (replyId === undefined) return undefined
  const isExtended = sent.edit !== undefined && bare.startsWith(replyId)
  return isExtended || bare === replyId || bare.replace(/^0+/, "") === replyId ? replyId : undefined
}

const otherThread = ({ threadId }: Sent, { threads }: Target): string =>
  threads.find((thread) => thread !== undefined && thread !== threadId) ?? threadId

/** A message that is replied to, and the line that sends it and keeps its id in a variable. */
type Reply = NonNullable<Curl.Sendable["reply"]> & { readonly line: string }

/** The one of some messages that a request replies to. */
const replyOf = (sent: Sent, replies: ReadonlyArray<Reply>): Reply | undefined =>
  replies.find(({ id }) => id === repliedTo(sent))

/** The messages that a trial replied to, but for the one that was given for the target: each is sent anew. */
const repliesOf = (
  exchanges: ReadonlyArray<Sent>,
  target: Target,
  targets: ByHand["targets"] = new Map()
): ReadonlyArray<Reply> => {
  const found = new Map<string, Sent>()
  const find = (sent: Sent): void => {
    const replyId = repliedTo(sent)
    if (replyId === undefined || replyId === target.replyTo || found.has(replyId)) return
    const made = targets.get(replyId)
    // What a target replies to itself is made before it.
    if (made !== undefined) find(made)
    found.set(replyId, sent)
  }
  exchanges.forEach(find)
  const replies: Array<Reply> = []
  for (const [id, sent] of found) {
    const variable = found.size === 1 ? "reply" : `reply${replies.length + 1}`
    const token = tokenOf(sent, target)
    const made = targets.get(id)
    const request =
      made?.exchange.request ??
      Request.request(Case.step(repliesTo), {
        token,
        thread: isElsewhere(sent) ? otherThread(sent, target) : sent.threadId,
        replyId: undefined,
        messageId: undefined,
        isMessage: () => false,
        threads: [],
        elsewhere: []
      })
    if (request === undefined) continue
    const reply = made === undefined ? undefined : replyOf(made, replies)
    replies.push({ id, variable, line: Curl.kept(variable, { request, token, reply }, target.url.href) })
  }
  return replies
}
