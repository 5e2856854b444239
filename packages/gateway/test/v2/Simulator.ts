/**
 * API v2 as far as it is documented, and as a reading has it where it is not. It shares nothing with the gateway.
 */
import { Clock, Effect } from "effect"
import { afterStoring, answerOf, type Fault } from "./faults.js"
import { type Kept, type Keyed, Keys } from "./keys.js"
import { plain, type Reading } from "./readings.js"
import { type Send, Store, type Stored } from "./store.js"
import { invalid, isRecord, type Json, Refused, type Reply, type Request, type Response, Writer } from "./wire.js"

export interface Options {
  readonly reading?: Reading
  readonly tokens?: Readonly<Record<string, string>>
  readonly threads?: ReadonlyArray<{ readonly id: string; readonly team: string; readonly platform?: string }>
  readonly limit?: number
}

const idPattern = /^[0-9a-z]+$/

const closed = (value: Json, keys: ReadonlyArray<string>) => Object.keys(value).every((key) => keys.includes(key))

const twoThreads = [
  { id: "thread1", team: "team1" },
  { id: "thread2", team: "team1" }
]

/** A send that passed all checks. */
interface Checked {
  readonly keyed: Keyed
  readonly send: Send
}

export class Simulator extends Store {
  readonly reading: Reading
  /** Faults of the next sends, in their order; `undefined` is none. */
  readonly faults: Array<Fault | undefined> = []
  /** Faults of the next requests that read, in their order; `undefined` is none. */
  readonly readFaults: Array<Fault | undefined> = []
  /** All sends as they came, with their keys. */
  readonly sends: Array<{ readonly key: string | undefined; readonly body: string }> = []
  readonly requests: Array<{ readonly method: string; readonly path: string }> = []
  readonly #limit: number
  readonly #writer: Writer
  readonly #keys: Keys

  constructor(options: Options = {}) {
    const reading = options.reading ?? plain
    super(reading, options.tokens ?? { Secret0Token1: "team1" }, options.threads ?? twoThreads)
    this.reading = reading
    this.#limit = options.limit ?? Number.POSITIVE_INFINITY
    this.#writer = new Writer(reading)
    this.#keys = new Keys(reading)
  }

  handle(request: Request): Effect.Effect<Reply> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.requests.push({ method: request.method, path: request.path })
      return request.method === "POST" && request.path === "/messages"
        ? this.#send(request, now)
        : this.#read(request, now)
    })
  }

  #read(request: Request, now: number): Effect.Effect<Reply> {
    const fault = this.readFaults.shift()
    const answer = (() => {
      try {
        return this.#writer.success(200, this.read(request), now)
      } catch (thrown) {
        return this.#refuse(thrown, now)
      }
    })()
    if (fault === undefined) return Effect.succeed(answer)
    if (fault.when === "Slow") return Effect.delay(Effect.succeed(answer), fault.millis ?? 1_000)
    return this.#faulty(fault, fault.when === "AfterStoring" ? afterStoring(fault, answer) : undefined, now)
  }

  #refuse(thrown: unknown, now: number): Response {
    if (!(thrown instanceof Refused)) throw thrown
    return this.#writer.error(thrown, now)
  }

  #parse(body: string): Send {
    let json: unknown
    try {
      json = JSON.parse(body)
    } catch {
      throw invalid()
    }
    if (!isRecord(json) || !closed(json, ["target", "content", "replyToMessageId"])) throw invalid()
    const { content, replyToMessageId, target } = json
    if (!isRecord(target) || !closed(target, ["type", "threadId"]) || target.type !== "thread") throw invalid("target")
    if (typeof target.threadId !== "string" || !idPattern.test(target.threadId)) throw invalid("target", "threadId")
    if (typeof content !== "string" || content === "") throw invalid("content")
    if (replyToMessageId !== undefined && typeof replyToMessageId !== "string") throw invalid("replyToMessageId")
    if (replyToMessageId !== undefined && !idPattern.test(replyToMessageId)) throw invalid("replyToMessageId")
    if (this.reading.refusesBlank && content.trim() === "") throw invalid("content")
    if ([...content].length > this.reading.maxCharacters) throw new Refused("contentRejected", { detail: "too long" })
    return { threadId: target.threadId, content, replyToMessageId }
  }

  #checkReply({ replyToMessageId, threadId }: Send): void {
    if (replyToMessageId === undefined) return
    if (this.messages.get(replyToMessageId)?.message.threadId === threadId) return
    switch (this.reading.unknownReply) {
      case "invalidRequest":
        throw invalid("replyToMessageId")
      case "unprocessable":
        throw new Refused("capabilityNotSupported", { capability: "message:reply" })
      case "Ignored":
        return
    }
  }

  /** Checks in the order of the reading. Throws a refusal, or returns what has to be sent or given again. */
  #check(request: Request, fault: Fault | undefined, now: number): Checked | Kept {
    const { body } = request
    const key = request.headers["idempotency-key"]
    if (this.reading.firstCheck === "Body") this.#parse(body)
    if (this.reading.firstCheck === "Key") {
      for (const team of new Set(this.tokens.values())) this.#keys.find({ team, key, body }, now)
    }
    const keyed: Keyed = { team: this.team(request), key, body }
    if (this.sends.length > this.#limit) {
      throw new Refused("rateLimited", { window: "minute", limit: 300, resetAt: "" }, { "retry-after": "30" })
    }
    const kept = this.#keys.find(keyed, now)
    if (kept?.state === "Running") throw new Refused("sendInProgress", { messageId: kept.messageId })
    if (kept !== undefined) return kept
    if (fault?.when === "Refused") throw answerOf(fault)
    const send = this.#parse(body)
    this.thread(send.threadId, keyed.team)
    this.#checkReply(send)
    return { keyed, send }
  }

  #send(request: Request, now: number): Effect.Effect<Reply> {
    const key = request.headers["idempotency-key"]
    this.sends.push({ key, body: request.body })
    const fault = this.faults.shift()
    if (fault?.when === "BeforeAnything") return this.#faulty(fault, undefined, now)
    try {
      const checked = this.#check(request, fault, now)
      return "send" in checked
        ? this.#process(checked, fault, now)
        : Effect.succeed(this.#keys.replay(checked, this.messages, (stored) => this.result(stored)))
    } catch (thrown) {
      const reply = this.#refuse(thrown, now)
      const isKept = reply.status < 500 && ![401, 429].includes(reply.status)
      const isAboutKey = thrown instanceof Refused && ["sendInProgress", "idempotencyKeyReused"].includes(thrown.code)
      if (this.reading.refusalConsumesKey && isKept && !isAboutKey) {
        this.#keys.keep({ team: "team1", key, body: request.body }, now, reply)
      }
      return Effect.succeed(reply)
    }
  }

  #process({ keyed, send }: Checked, fault: Fault | undefined, now: number): Effect.Effect<Reply> {
    if (fault?.when === "BeforeStoring") {
      const failed = this.#writer.error(answerOf(fault), now)
      if (this.reading.failureConsumesKey) this.#keys.keep(keyed, now, failed)
      return this.#faulty(fault, failed, now)
    }
    const stored = this.add(send, "outbound", now)
    const success = this.#writer.success(201, this.result(stored), now)
    if (fault?.when === "Unconfirmed") return this.#unconfirmed(keyed, stored, fault, success, now)
    const kept = this.#keys.keep(keyed, now, success, stored.message.id)
    if (fault === undefined) return Effect.succeed(success)
    if (fault.when !== "Slow") return this.#faulty(fault, afterStoring(fault, success), now)
    const done = Effect.sync(() => {
      if (kept !== undefined) kept.state = "Done"
    })
    if (kept !== undefined) kept.state = "Running"
    return Effect.delay(done, fault.millis ?? 1_000).pipe(
      Effect.forkDaemon,
      Effect.flatMap((fiber) => fiber.await),
      Effect.as(success)
    )
  }

  #unconfirmed(keyed: Keyed, stored: Stored, fault: Fault, success: Response, now: number): Effect.Effect<Reply> {
    const { message } = stored
    const { platformId } = message
    stored.delivered = fault.delivered ?? false
    stored.visible = this.reading.unconfirmed !== "Hidden"
    if (this.reading.unconfirmed === "WithoutPlatformId") message.platformId = null
    const error = this.#writer.error(new Refused("sendUnconfirmed", { messageId: message.id }), now)
    const again = { SameError: error, Message: success, SendsAgain: undefined }[this.reading.afterUnconfirmed]
    if (again !== undefined) this.#keys.keep(keyed, now, again, message.id)
    const settled = Effect.sync(() => {
      stored.visible = true
      stored.delivered = true
      message.platformId = platformId
    })
    const later =
      fault.confirmedAfter === undefined ? Effect.void : Effect.forkDaemon(Effect.delay(settled, fault.confirmedAfter))
    return Effect.zipRight(later, this.#faulty(fault, error, now))
  }

  #faulty(fault: Fault, reply: Response | undefined, now: number): Effect.Effect<Reply> {
    switch (fault.how) {
      case "Reset":
        return Effect.succeed("Reset")
      case "Hang":
        return Effect.never
      case "Answer":
        return Effect.sync(() => reply ?? this.#writer.error(answerOf(fault), now))
    }
  }
}
