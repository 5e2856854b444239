import * as Answer from "@inbox-effect/server/Answer"
import type * as Fault from "../../Fault.js"
import { firstHalf, withBody } from "./answers.js"
import { kindOf, tags } from "./catalogue.js"
import type { Breakage } from "./kind.js"

/** The treatment of a request. */
export interface Plan {
  /** Tells whether the connection ends before anything is stored. */
  readonly resetsFirst: boolean
  /** Tells whether an error is answered without looking at the request. */
  readonly refuses: boolean
  /** Time that the answer is held back, in milliseconds. */
  readonly latency: number
  readonly change: (answer: Answer.Answer) => Answer.Answer
  readonly breakage: Breakage | undefined
}

/** The faults in the order in which they take effect. Where a kind is given twice, the first counts. */
const ordered = (faults: ReadonlyArray<Fault.Fault>): ReadonlyArray<Fault.Fault> =>
  tags.flatMap((tag) => faults.find(({ _tag }) => _tag === tag) ?? [])

/** Puts the faults of a request together. */
export const make = (faults: ReadonlyArray<Fault.Fault>, now: number): Plan => {
  const due = ordered(faults)
  return {
    resetsFirst: due.some((fault) => kindOf(fault).resetsFirst?.(fault)),
    refuses: due.some((fault) => kindOf(fault).refuses?.(fault)),
    latency: due.reduce((sum, fault) => sum + (kindOf(fault).latency?.(fault) ?? 0), 0),
    change: (answer) => due.reduce((changed, fault) => kindOf(fault).change?.(fault, changed, now) ?? changed, answer),
    breakage: due.map((fault) => kindOf(fault).breakage?.(fault)).find((breakage) => breakage !== undefined)
  }
}

/** The answer that is changed where nothing is looked at before. */
export const blank: Answer.Answer = Answer.empty()

/** The part of a complete answer that is sent before its delivery goes wrong; its `Content-Length` is that of the whole. */
export const partOf = (answer: Answer.Answer, breakage: Breakage): Answer.Answer | undefined =>
  breakage === "reset" || breakage === "stall-head" ? undefined : withBody(answer, firstHalf(answer))
