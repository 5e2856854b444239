import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Inspector from "../../Inspector.js"
import type { Happening, Recorder } from "./journal.js"

/** Milliseconds that a connection is silent at most. */
const heartbeatMillis = 15_000

/** Milliseconds within which events are told together, so that a burst costs a watcher little. */
const gatherMillis = 50

/** Number of events that are told at once. */
const maxBatch = 200

const encode = Schema.encodeSync(Inspector.Event)

/** Turns what happened into what is told; `None` where there is nothing left to tell. */
export type Telling<R> = (happening: Happening) => Effect.Effect<Option.Option<Inspector.Event>, never, R>

const toText = (event: Inspector.Event, id: string): string => {
  const { _tag, data } = encode(event)
  return `event: ${_tag}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Resolves when there is something new, after a pause in which more may come; `false` if there was nothing. */
const waitFor = (journal: Recorder, cursor: number): Effect.Effect<boolean> =>
  Effect.async<void>((resume) => {
    if (journal.events.last > cursor || journal.isClosed()) return resume(Effect.void)
    const leave = journal.watch(() => {
      leave()
      resume(Effect.void)
    })
    return Effect.sync(leave)
  }).pipe(
    Effect.zipRight(Effect.suspend(() => (journal.isClosed() ? Effect.void : Effect.sleep(gatherMillis)))),
    Effect.as(true),
    Effect.timeoutTo({ duration: heartbeatMillis, onTimeout: () => false, onSuccess: () => true })
  )

/** Events that only say "look again" are told once in a batch, the last time. */
const keyOf = (happening: Happening): string | undefined => {
  switch (happening._tag) {
    case "thread":
      return `thread ${happening.threadId}`
    case "faults":
    case "settings":
    case "reload":
      return happening._tag
    case "message":
    case "exchange":
      return undefined
  }
}

/** The events after the cursor, with their numbers. The last of them is never left out, so that the number moves on. */
const batchAfter = (journal: Recorder, cursor: number): ReadonlyArray<readonly [number, Happening]> => {
  const batch: Array<readonly [number, Happening]> = []
  for (let number = cursor + 1; number <= journal.events.last && batch.length < maxBatch; number++) {
    const happening = journal.events.at(number)
    if (happening !== undefined) batch.push([number, happening])
  }
  const last = new Map(batch.map(([number, happening]) => [keyOf(happening), number]))
  return batch.filter(([number, happening]) => {
    const key = keyOf(happening)
    return key === undefined || last.get(key) === number
  })
}

/** Finds the place at which a watcher goes on: behind the event that it saw last, if that was an event of this run. */
const cursorOf = (journal: Recorder, lastEventId: string | undefined): Option.Option<number> => {
  const [run, digits] = lastEventId?.split("-") ?? []
  const number = Number(digits)
  return run === journal.run && Number.isInteger(number) && number >= 0 && number <= journal.events.last
    ? Option.some(number)
    : Option.none()
}

/**
 * The events from now on, or from the one that the watcher saw last, as `text/event-stream`. A watcher that was too
 * slow or away for too long is told to reload.
 */
export const stream = <R>(journal: Recorder, lastEventId: string | undefined, telling: Telling<R>) =>
  Effect.map(Effect.context<R>(), (context) => {
    const idOf = (number: number) => `${journal.run}-${number}`
    const reload = () => toText({ _tag: "reload", data: {} }, idOf(journal.events.last))
    const known = cursorOf(journal, lastEventId)
    let cursor = Option.getOrElse(known, () => journal.events.last)

    const toll = ([number, happening]: readonly [number, Happening]) =>
      Effect.map(telling(happening), Option.match({ onNone: () => "", onSome: (event) => toText(event, idOf(number)) }))

    const next = Effect.gen(function* () {
      const isNews = yield* waitFor(journal, cursor)
      if (journal.isClosed()) return yield* Effect.fail(Option.none())
      if (!isNews) return Chunk.of(": still here\n\n")
      if (cursor + 1 < journal.events.first) {
        cursor = journal.events.last
        return Chunk.of(reload())
      }
      const batch = batchAfter(journal, cursor)
      cursor = batch.at(-1)?.[0] ?? cursor
      return Chunk.of((yield* Effect.forEach(batch, toll)).join(""))
    })

    const greeting =
      lastEventId === undefined || Option.isSome(known) ? `retry: 1000\nid: ${idOf(cursor)}\n\n` : reload()

    const body = Stream.make(greeting).pipe(
      Stream.concat(Stream.repeatEffectChunkOption(next)),
      Stream.encodeText,
      Stream.provideContext(context)
    )
    return HttpServerResponse.stream(body, {
      contentType: "text/event-stream",
      headers: { "cache-control": "no-store" }
    })
  })
