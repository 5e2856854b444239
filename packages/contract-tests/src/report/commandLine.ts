/**
 * The command lines of a counterexample: what sends the same again, after a restart of the server too.
 *
 * @since 0.1.0
 */
import * as Redacted from "effect/Redacted"
import * as Request from "../generate/request.js"
import * as Case from "../model/Case.js"
import type { RawRequest } from "../model/Exchange.js"
import type { Target } from "../model/Target.js"
import type { Sent, Trial } from "../send/trial.js"
import * as Curl from "./curl.js"

/** The token that a request was sent with. */
export const tokenOf = ({ exchange }: Sent, target: Target): string => Redacted.value(exchange.token ?? target.token)

/**
 * Command lines that send a trial again: in the background where requests are in flight together, on one connection else.
 * Messages that are replied to are made anew: those of a process are gone with it. `shown` is the request as it may be
 * shown; unless `isWhole`, a plain message before an invalid request is left out.
 */
export const commandLine = (
  trial: Trial,
  target: Target,
  { isWhole, shown }: { readonly shown: (sent: Sent) => RawRequest; readonly isWhole: boolean }
): string => {
  const { mode, pause, rest } = trial.case
  const exchanges = isWhole ? trial.exchanges : telling(trial)
  const replies = repliesOf(exchanges, target)
  const sendables = exchanges.map(
    (sent): Curl.Sendable => ({
      request: shown(sent),
      token: tokenOf(sent, target),
      reply: replies.find(({ id }) => id === repliedTo(sent))
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

/**
 * The requests that are needed to see a fault: a plain message that is accepted before an invalid one shows that the latter
 * is all that is wrong, and nothing else. Credentials may be looked at once a connection.
 */
const telling = ({ case: { mode }, exchanges }: Trial): ReadonlyArray<Sent> => {
  const [base, edited] = exchanges
  const isPair = mode === "sequence" && exchanges.length === 2 && base?.edit === undefined
  const isRefusal = edited?.edit !== undefined && !edited.edit.requirement.startsWith("auth.")
  return isPair && isRefusal ? [edited] : exchanges
}

const replyKey = /"replyToMessageId"\s*:\s*"([0-9a-z]+)"/

/** The message that a request names as the one that it replies to, where that is one of the target's. */
const repliedTo = (sent: Sent): string | undefined => {
  const [, named] = replyKey.exec(new TextDecoder().decode(sent.exchange.request.body)) ?? []
  return isElsewhere(sent) || named === sent.replyId ? named : undefined
}

/** Tells whether the message that is replied to is one of the other thread. */
const isElsewhere = ({ edit }: Sent): boolean => edit?.requirement === "reject.reply.other-thread"

const otherThread = ({ threadId }: Sent, { threads }: Target): string =>
  threads.find((thread) => thread !== undefined && thread !== threadId) ?? threadId

/** The messages that a trial replied to, but for the one that was given for the target: each is sent anew. */
const repliesOf = (
  exchanges: ReadonlyArray<Sent>,
  target: Target
): ReadonlyArray<NonNullable<Curl.Sendable["reply"]> & { readonly line: string }> => {
  const found = new Map<string, Sent>()
  for (const sent of exchanges) {
    const replyId = repliedTo(sent)
    if (replyId !== undefined && replyId !== target.replyTo && !found.has(replyId)) found.set(replyId, sent)
  }
  return [...found].flatMap(([id, sent], index) => {
    const variable = found.size === 1 ? "reply" : `reply${index + 1}`
    const token = tokenOf(sent, target)
    const request = Request.request(Case.step("A message to reply to"), {
      token,
      thread: isElsewhere(sent) ? otherThread(sent, target) : sent.threadId,
      replyId: undefined,
      messageId: undefined,
      isMessage: () => false,
      threads: [],
      elsewhere: []
    })
    return request === undefined
      ? []
      : [{ id, variable, line: Curl.kept(variable, { request, token }, target.url.href) }]
  })
}
