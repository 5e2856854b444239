import * as Request from "../../src/generate/request.js"
import { observe } from "../../src/judge/facts.js"
import { judge } from "../../src/judge/judge.js"
import type { Violation } from "../../src/judge/violation.js"
import * as Case from "../../src/model/Case.js"
import type * as Exchange from "../../src/model/Exchange.js"
import type * as Ledger from "../../src/model/Ledger.js"
import type { Sent, Trial } from "../../src/send/trial.js"

/** A message as a server that does as it should answers it. */
export const message = (content: string, keys: Readonly<Record<string, unknown>> = {}) => ({
  platform: "twitter",
  teamId: "team1",
  threadId: "thread1",
  id: "message1",
  userId: null,
  createdAt: "2026-11-29T12:00:00.000Z",
  updatedAt: null,
  platformId: null,
  content,
  campaignId: null,
  authorId: "author1",
  origin: "api",
  replyData: null,
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: null,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null,
  ...keys
})

/** What a server answered, as it is recorded. */
export interface Answered {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Exchange.RawResponse["headers"]
  readonly replyId?: string
  /** Milliseconds since the answer before. */
  readonly after?: number
}

const began = Date.parse("2026-11-29T12:00:00.000Z")

const requestOf = (step: Case.Step, replyId: string | undefined): Exchange.RawRequest => {
  const request = Request.request(step, {
    token: "Secret0Token1",
    thread: "thread1",
    replyId,
    messageId: "message1",
    isMessage: () => false,
    threads: ["thread1", "thread2"],
    elsewhere: ["message2"]
  })
  if (request === undefined) throw new Error(`${step.edit?.id} cannot be made on ${JSON.stringify(step)}`)
  return request
}

/** A trial of requests and what was answered, without any server. */
export const trial = (
  steps: ReadonlyArray<readonly [step: Case.Step, answered: Answered]>,
  options: Partial<Case.Case> = {}
): Trial => {
  let at = began
  const exchanges = steps.map(([step, { after = 0, body, headers = [], replyId, status }], index): Sent => {
    at += after
    const response = {
      status,
      statusText: "",
      httpVersion: "1.1",
      headers: [["Content-Type", "application/json"] as const, ...headers],
      body: Buffer.from(JSON.stringify(body ?? { error: { code: "NO", message: "No", status } }))
    }
    return {
      step,
      edit: Request.editOf(step),
      threadId: "thread1",
      replyId,
      exchange: {
        index: index + 1,
        request: requestOf(step, replyId),
        outcome: { kind: "answered", response },
        started: at,
        ended: at,
        inFlight: 1
      }
    }
  })
  return {
    case: {
      ...Case.sequence(
        "recorded",
        steps.map(([step]) => step)
      ),
      ...options
    },
    exchanges
  }
}

let ids = 0

/** Violations of a trial, after all that the ledger knows. */
export const judged = (self: Trial, ledger: Ledger.Ledger): ReadonlyArray<Violation> =>
  judge(self, observe(self, ledger))

/** A request that is accepted, and its answer. */
export const accepted = (
  content: string,
  keys: Readonly<Record<string, unknown>> = {},
  answered: Partial<Answered> = {}
) =>
  [
    Case.step(content, { reply: answered.replyId === undefined ? null : "latest" }),
    { status: 200, body: message(content, { id: `message${++ids}x`, ...keys }), ...answered }
  ] as const

/** An edit of a request that was accepted, and what was answered. */
export const edited = (id: string, answered: Answered, options: Partial<Case.Step> = {}) =>
  [Case.step("Hello", { ...options, edit: { id } }), answered] as const
