import * as Refusal from "@inbox-effect/server/Refusal"
import * as Id from "../model/id.js"
import type { Outcome } from "./journal.js"
import { nothing } from "./kept.js"

/** The server's refusal of a request that it could not read. */
interface Unreadable {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly bytes: Uint8Array
}

/** The first line of a request, as far as it is one. */
const startLine = /^([A-Z]{1,20}) (\/[!-~]{0,2000}) HTTP\/1\.[01]\r?\n/

/**
 * The record of a request that the HTTP parser gave up on: its first line, where there is one, and the answer. Its
 * headers are not kept: nobody knows where in them a token is.
 */
export const toOutcome = ({ bytes, code, message, status }: Unreadable, startedAt: number): Outcome => {
  const [, method = "", url = ""] = startLine.exec(Buffer.from(bytes.subarray(0, 4_096)).toString("latin1")) ?? []
  return {
    id: Id.make(),
    startedAt,
    durationMs: 0,
    method,
    url,
    httpVersion: "",
    rawHeaders: [],
    isWhole: false,
    body: nothing,
    teamId: undefined,
    messageId: undefined,
    faults: [],
    delivered: "Complete",
    answer: Refusal.toAnswer(new Refusal.Refusal({ status, code, message }))
  }
}
