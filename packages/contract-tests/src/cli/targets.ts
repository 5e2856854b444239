import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Conformance from "../kit/Conformance.js"
import type { InvalidOptions } from "../kit/options.js"
import { command as called } from "../text/command.js"
import type { Host } from "./host.js"
import type * as Read from "./read.js"
import type * as Settings from "./settings.js"
import { type Wrong, wrong } from "./wrong.js"

/** Options of the kit that name the target. */
export interface Target
  extends Pick<Conformance.Options, "url" | "token" | "threadId" | "replyTo" | "headers" | "ca" | "onExchange"> {
  /** The command that tests the same target again, where its URL and threads would not. */
  readonly command?: string | undefined
}

export const ownTarget = ({ threads, token, url }: Read.Target, replyTo: string | undefined): Target => {
  const [first, second] = threads
  return { url, token, threadId: second === undefined ? first : [first, second], replyTo }
}

/** A sandbox for as long as the scope lives, on a free port of this machine. */
export const sandbox: Effect.Effect<Target | undefined, never, Scope.Scope> = Effect.gen(function* () {
  const Sandbox = yield* Effect.promise(() => import("@inbox-effect/sandbox/Sandbox"))
  // Nobody can look at what it was asked: it is gone with the run.
  const running = yield* Layer.build(Sandbox.layer({ inspector: false }))
  const { threads, token, url } = Context.get(running, Sandbox.Sandbox)
  const [first, second] = threads
  if (first === undefined) return undefined
  return {
    url,
    token,
    threadId: second === undefined ? first.id : ([first.id, second.id] as const),
    replyTo: first.inboundMessageId,
    command: `${called} run`
  }
}).pipe(Effect.catchAll(() => Effect.succeed(undefined)))

/** Says that the sandbox did not start, and what to do. */
export const noSandbox = (host: Host, fix = "give the --url of a server"): Effect.Effect<3> =>
  Effect.as(host.err(`inbox-contract: the sandbox could not be started; ${fix}\n`), 3)

export const optionsOf = (
  settings: Settings.Settings,
  { ca, headers, onExchange, replyTo, threadId, token, url }: Target
) => ({
  url,
  headers,
  ca,
  token,
  threadId,
  replyTo,
  onExchange,
  budget: settings.budget,
  interval: settings.interval,
  timeout: settings.timeout,
  maxDuration: settings.maxDuration,
  allowHosted: settings.allowHosted
})

/** Flags by the options of the kit that they set. */
const flagNames: Readonly<Record<string, string>> = {
  url: "--url",
  token: "--token",
  threadId: "--thread",
  replyTo: "--reply-to",
  headers: "--header",
  contents: "--contents",
  duration: "--for",
  ca: "--cacert",
  maxDuration: "--max-duration",
  interval: "--rate"
}

/** Options that make no sense, in the words of the command line. */
export const named = ({ message, option }: InvalidOptions): Wrong => {
  const flag = flagNames[option] ?? `--${option}`
  return wrong(message.startsWith(option) ? `${flag}${message.slice(option.length)}` : `${flag} ${message}`)
}
