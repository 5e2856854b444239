import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Host } from "./host.js"
import * as Page from "./page.js"

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
      color: Page.wantsColor(environment, own.stdout.isTTY === true),
      width: Page.columns(environment, own.stdout),
      ascii: Page.wantsAscii(environment),
      isTerminal: own.stdout.isTTY === true
    },
    terminal: own.stderr.isTTY === true && environment.TERM !== "dumb" && !environment.CI ? own.stderr : undefined,
    interrupt: Deferred.await(stop),
    release
  }
}
