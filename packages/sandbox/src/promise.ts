/**
 * The sandbox for tests that are not Effect: promises in, plain data out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict"
 * import { createInboxClient } from "@inbox-effect/client/promise"
 * import { startSandbox } from "@inbox-effect/sandbox/promise"
 *
 * export const test = async (): Promise<void> => {
 *   const sandbox = await startSandbox()
 *   const inbox = createInboxClient({ token: sandbox.token, baseUrl: sandbox.url })
 *   const threadId = sandbox.threads[0]?.id ?? ""
 *   await sandbox.addFault("reset=after", { times: 1 })
 *   const result = await inbox.sendMessage({ threadId, content: "On my way" })
 *   assert.equal(result.delivery, "Unknown")
 *   assert.equal((await sandbox.messages(threadId)).at(-1)?.content, "On my way")
 *   await inbox.close()
 *   await sandbox.close()
 * }
 * ```
 *
 * @since 0.1.0
 */
import * as Message from "@inbox-effect/client/Message"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Fault from "./Fault.js"
import * as Sandbox from "./Sandbox.js"

/**
 * A team, and what it has.
 *
 * @since 0.1.0
 * @category models
 */
export interface TeamOptions extends Omit<Sandbox.TeamOptions, "token"> {
  /** The token to accept, printable ASCII without spaces. */
  readonly token: string
}

/**
 * Options of a sandbox: those of `Sandbox.Options`, with tokens as plain text. None is required.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<Sandbox.Options, "teams" | "token"> {
  /** The token to accept. Default: as in `Sandbox.Options`. */
  readonly token?: string | undefined
  /** Several teams, instead of the one that `token`, `threads` and `outboundAddon` describe. */
  readonly teams?: ReadonlyArray<TeamOptions> | undefined
}

/**
 * A message as plain JSON: instants are strings as `Date` understands them.
 *
 * @since 0.1.0
 * @category models
 */
export interface StoredMessage extends Schema.Schema.Encoded<typeof Message.Message> {}

/**
 * A team of a running sandbox.
 *
 * @since 0.1.0
 * @category models
 */
export interface Team extends Omit<Sandbox.SeededTeam, "token"> {
  /** A token that stands for the team. */
  readonly token: string
}

/**
 * A sandbox that is running, until it is closed.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunningSandbox {
  /** The base URL, up to and including `/api/v1`. */
  readonly url: string
  /** A token that the sandbox accepts: that of the first team. */
  readonly token: string
  /** The threads that the first team was started with, in that order. */
  readonly threads: ReadonlyArray<Sandbox.SeededThread>
  /** The teams that the sandbox was started with, in that order. */
  readonly teams: ReadonlyArray<Team>
  /** Reads what is stored in a thread, oldest first. An unknown thread is empty. */
  readonly messages: (threadId: string) => Promise<ReadonlyArray<StoredMessage>>
  /**
   * Makes the sandbox do something wrong with sends, spelt as in the header `X-Sandbox-Fault`: those into one thread or,
   * without a `threadId`, into any, so many `times` or, without a number, until the faults are cleared. Rejects with a
   * `TypeError` that says what can be asked for.
   */
  readonly addFault: (
    fault: string,
    options?: { readonly threadId?: string | undefined; readonly times?: number | undefined } | undefined
  ) => Promise<void>
  /** Makes the sandbox do everything right again. */
  readonly clearFaults: () => Promise<void>
  /** Stops the sandbox, and forgets what was in memory. */
  readonly close: () => Promise<void>
}

const encode = Schema.encodeSync(Schema.Array(Message.Message))

const toOptions = ({ teams, token, ...rest }: Options): Sandbox.Options => ({
  ...rest,
  ...(token === undefined ? {} : { token: Redacted.make(token) }),
  ...(teams === undefined ? {} : { teams: teams.map((team) => ({ ...team, token: Redacted.make(team.token) })) })
})

const running = (sandbox: typeof Sandbox.Sandbox.Service, scope: Scope.CloseableScope): RunningSandbox => ({
  url: sandbox.url,
  token: Redacted.value(sandbox.token),
  threads: sandbox.threads,
  teams: sandbox.teams.map((team) => ({ ...team, token: Redacted.value(team.token) })),
  messages: (threadId) => Effect.runPromise(Effect.map(sandbox.messages(threadId), encode)),
  addFault: async (text, options) => {
    const faults = Either.getOrThrowWith(Fault.parse(text), (sentence) => new TypeError(sentence))
    for (const fault of faults) await Effect.runPromise(sandbox.addFault(fault, options))
  },
  clearFaults: () => Effect.runPromise(sandbox.clearFaults),
  close: () => Effect.runPromise(Scope.close(scope, Exit.void))
})

/**
 * Starts a sandbox: by default on a free port of this machine, in memory. Rejects with the `SandboxError` that says why
 * it cannot start.
 *
 * @since 0.1.0
 * @category constructors
 */
export const startSandbox = async (options: Options = {}): Promise<RunningSandbox> => {
  const scope = Effect.runSync(Scope.make())
  const started = await Effect.runPromise(Effect.either(Scope.extend(Sandbox.make(toOptions(options)), scope)))
  if (Either.isRight(started)) return running(started.right, scope)
  await Effect.runPromise(Scope.close(scope, Exit.void))
  throw started.left
}
