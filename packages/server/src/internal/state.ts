import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http"
import type * as Effect from "effect/Effect"
import type { Answer } from "../Answer.js"
import type { Authenticated, Exchange, Operation } from "../Exchange.js"
import type { Verdict } from "../RateLimit.js"
import * as Body from "./http/body.js"
import * as Target from "./http/target.js"

/** The part of the header `Expect` that the server has to keep. */
export type Expectation = "nothing" | "continue" | "unknown"

/** Number of bytes that are kept of a body whose sender is not known, however many are kept of others. */
const keptOfStrangers = 65_536

/** An exchange as the server itself has it: what becomes known of it is written here. */
export class State implements Exchange, Body.Source {
  readonly startedAt: number
  readonly method: string
  readonly target: Target.Target
  readonly headers: IncomingHttpHeaders
  readonly notes: Record<symbol, unknown> = {}
  readonly received = { bytes: 0, head: [] as Array<Uint8Array> }
  operation: Operation | undefined = undefined
  threadId: string | undefined = undefined
  caller: unknown = undefined
  verdict: Verdict | undefined = undefined
  awaitsContinue: boolean
  #kept = 0
  readonly #began = performance.now()

  readonly id: string
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly expectation: Expectation
  readonly keepBytes: number
  readonly completing: (state: State, answer: Answer) => Answer

  constructor(
    id: string,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    expectation: Expectation,
    keepBytes: number,
    completing: (state: State, answer: Answer) => Answer
  ) {
    this.id = id
    this.incoming = incoming
    this.outgoing = outgoing
    this.expectation = expectation
    this.keepBytes = keepBytes
    this.completing = completing
    this.startedAt = Date.now()
    this.method = incoming.method ?? ""
    this.target = Target.read(incoming.url ?? "")
    this.headers = incoming.headers
    this.awaitsContinue = expectation === "continue"
  }

  get url(): string {
    return this.target.url
  }

  get segments(): ReadonlyArray<string> | undefined {
    return this.target.segments
  }

  get host(): string | undefined {
    return this.target.authority ?? this.headers.host
  }

  /** The exchange from authentication on. */
  authenticated<Caller>(caller: Caller): Authenticated<Caller> {
    this.caller = caller
    return this as State & { readonly caller: Caller }
  }

  elapsed(): number {
    return performance.now() - this.#began
  }

  complete(answer: Answer): Answer {
    return this.completing(this, answer)
  }

  get drain(): Effect.Effect<void> {
    return Body.drain(this)
  }

  /** Tells a sender that waits for it to send the body. */
  goOn(): void {
    if (!this.awaitsContinue) return
    this.awaitsContinue = false
    this.outgoing.writeContinue()
  }

  /** Notes a part of the body. It is a slice of a larger buffer, so what is kept is copied by whoever keeps it. */
  receive(chunk: Uint8Array): void {
    this.received.bytes += chunk.length
    const limit = this.caller === undefined ? Math.min(this.keepBytes, keptOfStrangers) : this.keepBytes
    if (this.#kept >= limit) return
    const head = chunk.subarray(0, limit - this.#kept)
    this.received.head.push(head)
    this.#kept += head.length
  }
}
