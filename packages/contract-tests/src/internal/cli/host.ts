import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Host } from "../../Cli.js"

/** Where there is no terminal, lines are as long as a log shows without wrapping. */
const plainWidth = 120

/** NO_COLOR and FORCE_COLOR as no-color.org and Node have them; a terminal gets colour otherwise. */
export const wantsColor = (environment: Host["environment"], isTerminal: boolean): boolean => {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = environment
  if (forced !== undefined) return forced !== "0" && forced !== "false"
  if (none !== undefined && none !== "") return false
  return isTerminal && terminal !== "dumb"
}

/** Whether the locale says that the terminal shows ASCII only. No locale at all says nothing. */
export const wantsAscii = ({ LANG, LC_ALL, LC_CTYPE, TERM }: Host["environment"]): boolean => {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "")
  return TERM === "linux" || (locale !== undefined && !/utf-?8/i.test(locale))
}

const columns = (environment: Host["environment"], stream: NodeJS.WriteStream): number => {
  const given = Number(environment.COLUMNS)
  if (stream.isTTY) return stream.columns || 80
  return Number.isInteger(given) && given > 0 ? given : plainWidth
}

/** A reader that has gone (`| head`) is no reason to complain. */
const write = (stream: NodeJS.WriteStream) => (text: string) =>
  Effect.async<void>((resume) => {
    stream.write(text, () => resume(Effect.void))
  })

export const makeHost = (own: NodeJS.Process): Host & { readonly release: () => void } => {
  const stop = Deferred.unsafeMake<void>(FiberId.none)
  const release = () => {
    own.off("SIGINT", onSignal)
    own.off("SIGTERM", onSignal)
  }
  let stopping = false
  // The first signal has to stay in charge: the spinner's own handler kills as soon as it is the only one left.
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) {
      release()
      own.kill(own.pid, signal)
    }
    stopping = true
    Deferred.unsafeDone(stop, Effect.void)
  }
  own.on("SIGINT", onSignal)
  own.on("SIGTERM", onSignal)
  for (const stream of [own.stdout, own.stderr]) stream.on("error", () => undefined)
  const environment = own.env
  return {
    environment,
    out: write(own.stdout),
    err: write(own.stderr),
    page: {
      color: wantsColor(environment, own.stdout.isTTY === true),
      width: columns(environment, own.stdout),
      ascii: wantsAscii(environment)
    },
    terminal: own.stderr.isTTY === true && environment.TERM !== "dumb" && !environment.CI ? own.stderr : undefined,
    interrupt: Deferred.await(stop),
    release
  }
}
