import * as Effect from "effect/Effect"
import type * as RunProgress from "../run/progress.js"
import { count, numbers } from "../text/words.js"
import type { Host } from "./host.js"

/** Progress of a command. */
export interface Step {
  /** Without a terminal, one line is written for each phase. */
  readonly phase: string
  readonly text: string
}

export interface Progress {
  readonly show: (step: Step) => void
  /** Writes a line that stays. */
  readonly line: (text: string) => void
  readonly end: () => void
}

/** Milliseconds between two pictures. */
const frame = 80

/** Requests that were planned, and what has come of them: `broken so far`, for example. */
export const planned =
  (found: string) =>
  ({ broken, done, phase, requests, total }: RunProgress.Progress): Step => ({
    phase,
    text:
      done === total && total === 1
        ? `${phase}, ${count(requests, "request")}`
        : [
            `${phase} ${numbers.format(done)}/${numbers.format(total)}`,
            count(requests, "request"),
            `${broken === 0 ? "nothing" : broken} ${found} so far`
          ].join(", ")
  })

/** A spinner on a terminal, and otherwise a line for each phase. */
export const make = async (host: Pick<Host, "terminal" | "err" | "page">): Promise<Progress> =>
  host.terminal === undefined ? lines(host) : spinner(host.terminal, host.page)

const lines = (host: Pick<Host, "err">): Progress => {
  let shown = ""
  return {
    show: ({ phase, text }) => {
      if (phase === shown) return
      shown = phase
      Effect.runFork(host.err(`${text}\n`))
    },
    line: (text) => {
      Effect.runFork(host.err(`${text}\n`))
    },
    end: () => undefined
  }
}

const spinner = async (stream: NodeJS.WriteStream, page: Host["page"]): Promise<Progress> => {
  const { default: ora } = await import("ora")
  const indicator = ora({
    stream,
    color: page.color ? "cyan" : false,
    // Ctrl-C is ours to handle.
    discardStdin: false,
    ...(page.ascii ? { spinner: "line" as const } : {})
  })
  let drawn = 0
  let shown = ""
  indicator.start("starting")
  return {
    show: ({ phase, text }) => {
      const now = Date.now()
      if (now - drawn < frame && phase === shown) return
      drawn = now
      shown = phase
      indicator.text = text.slice(0, (stream.columns ?? 80) - 4)
    },
    line: (text) => {
      indicator.clear()
      stream.write(`${text}\n`)
    },
    end: () => {
      indicator.stop()
    }
  }
}
