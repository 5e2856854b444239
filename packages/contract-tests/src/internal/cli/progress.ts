import * as Effect from "effect/Effect"
import type { Host } from "../../Cli.js"
import type * as Engine from "../../Engine.js"

export interface Progress {
  readonly show: (progress: Engine.Progress) => void
  readonly end: () => void
}

/** Milliseconds between two pictures. */
const frame = 80

const numbers = new Intl.NumberFormat("en")

const sentence = ({ broken, done, phase, requests, total }: Engine.Progress): string =>
  [
    `${phase} ${numbers.format(done)}/${numbers.format(total)}`,
    `${numbers.format(requests)} requests`,
    broken === 0 ? "nothing broken so far" : `${broken} broken so far`
  ].join(", ")

/** A spinner on a terminal, and otherwise a line for each phase. */
export const make = async (host: Pick<Host, "terminal" | "err" | "page">): Promise<Progress> =>
  host.terminal === undefined ? lines(host) : spinner(host.terminal, host.page)

const lines = (host: Pick<Host, "err">): Progress => {
  let phase = ""
  return {
    show: (progress) => {
      if (progress.phase === phase) return
      phase = progress.phase
      Effect.runFork(host.err(`${sentence(progress)}\n`))
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
  let shown = 0
  indicator.start("starting")
  return {
    show: (progress) => {
      const now = Date.now()
      if (now - shown < frame && progress.done < progress.total) return
      shown = now
      const text = sentence(progress)
      const room = (stream.columns ?? 80) - 4
      indicator.text =
        progress.done === progress.total
          ? `making failures small, ${numbers.format(progress.requests)} requests`.slice(0, room)
          : text.slice(0, room)
    },
    end: () => {
      indicator.stop()
    }
  }
}
