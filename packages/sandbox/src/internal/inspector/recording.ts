import type * as Answer from "@inbox-effect/server/Answer"
import type * as Exchange from "@inbox-effect/server/Exchange"
import * as Option from "effect/Option"
import type * as Inspector from "../../Inspector.js"
import * as Notes from "../model/notes.js"
import type { Recorder } from "./journal.js"
import { keep } from "./kept.js"

/** Records the end of an exchange, once. */
export type Record = (
  exchange: Exchange.Exchange,
  delivered: typeof Inspector.Delivered.Type,
  answer: Answer.Answer | undefined
) => void

/** Tells a request that a browser makes of every server by itself: no traffic of anybody's client. */
const isUnasked = ({ method, url }: Exchange.Exchange): boolean => method === "GET" && url === "/favicon.ico"

const teamOf = (caller: unknown): string | undefined =>
  typeof caller === "object" && caller !== null && "teamId" in caller && typeof caller.teamId === "string"
    ? caller.teamId
    : undefined

/** Recording into a journal; where there is none, nothing is recorded. */
export const make = (journal: Option.Option<Recorder>): Record =>
  Option.match(journal, {
    onNone: () => () => {},
    onSome: (recorder) => (exchange, delivered, answer) => {
      const notes = Notes.of(exchange)
      if (notes.isRecorded || isUnasked(exchange)) return
      notes.isRecorded = true
      const { received } = exchange
      recorder.record({
        id: exchange.id,
        startedAt: exchange.startedAt,
        durationMs: exchange.elapsed(),
        method: exchange.method,
        url: exchange.incoming.url ?? "",
        httpVersion: exchange.incoming.httpVersion,
        rawHeaders: exchange.incoming.rawHeaders,
        isWhole: true,
        body: keep(received.head, received.bytes),
        teamId: teamOf(exchange.caller),
        messageId: notes.messageId,
        faults: notes.faults,
        delivered,
        answer
      })
    }
  })
