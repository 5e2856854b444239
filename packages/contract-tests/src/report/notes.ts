/** Notes on a run. */
import * as Acceptance from "../contract/acceptance.js"
import type { Target } from "../model/Target.js"
import type * as Engine from "../run/engine.js"

const number = new Intl.NumberFormat("en")

const lapse = (self: Engine.Result["lapses"][number]): string =>
  self.kind === "late"
    ? `request ${number.format(self.index)} got no answer within ${number.format(self.timeoutMs)} ms, and one after ${number.format(self.againMs)} ms when it was sent again alone: slow, not a violation`
    : `request ${number.format(self.index)} ended (${self.reason}) while it was being sent, and got ${self.status} when it was sent again alone: an answer that comes early can be lost, which is not a violation`

/** Says what is worth knowing of a run besides its rows. */
export const notes = (result: Engine.Result, { threads }: Target): ReadonlyArray<string> => {
  const { accepted, refused } = result.contentLength
  const all: ReadonlyArray<string | false> = [
    accepted > Acceptance.lengths.must &&
      `the longest content that was accepted had ${number.format(accepted)} code points${
        refused === undefined ? "" : `, the shortest that was refused ${number.format(refused)}`
      }`,
    result.stats.limited > 0 &&
      `${number.format(result.stats.limited)} answers of 429 were waited out, ${(result.stats.waited / 1000).toFixed(1)} s in all`,
    ...result.lapses.map(lapse),
    result.stats.isOldHttp && "the target answers in HTTP/1.0, so nothing was sent to it in chunks",
    result.stop?.reason === "time" && result.stop.message,
    threads[1] === undefined && "one thread only: give --thread twice, and mix-ups between threads are seen as well"
  ]
  return all.filter((note) => note !== false)
}
