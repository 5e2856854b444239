/**
 * The client for code without Effect, over the layers of the real one or of its double.
 */
import * as Cause from "effect/Cause"
import type * as ConfigError from "effect/ConfigError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as InboxClient from "../../InboxClient.js"
import { type InboxError, InvalidRequest } from "../../InboxError.js"
import type * as Reconcile from "../../Reconcile.js"
import { type Names, refusal } from "../config/knownOptions.js"
import * as unfinished from "../send/unfinished.js"
import * as bulk from "./bulk.js"
import { Aborted, Closed, nameOf, Unexpected } from "./errors.js"
import type { PromiseClient } from "./model.js"
import type { SendOptions, Signal } from "./options.js"
import { type Asked, type ReconcileOptions, type ReconcileResult, toReconciled, toWindow } from "./reconcile.js"
import { failure, type SendResult, toResult } from "./results.js"

/** Layers of a client. The reconciler is loaded when it is wanted. */
export interface Layers {
  readonly inbox: Layer.Layer<InboxClient.InboxClient, ConfigError.ConfigError>
  readonly log: Layer.Layer<never>
  readonly reconciler: () => Promise<Layer.Layer<Reconcile.Reconciler, ConfigError.ConfigError>>
}

const sendNames: Names<SendOptions> = { signal: true }

const closed = () => new Closed({ delivery: "NotDelivered", attempts: [] })

/** Runs an effect to its exit, and interrupts it where its signal says so. */
const run = <A, E, R>(
  runtime: ManagedRuntime.ManagedRuntime<R, ConfigError.ConfigError>,
  effect: Effect.Effect<A, E, R>,
  signal: Signal | undefined
): Promise<Exit.Exit<A, E | ConfigError.ConfigError>> =>
  new Promise((resolve) => {
    const abort = () => void Effect.runFork(Fiber.interruptFork(fiber))
    // Before anything is sent, as it throws where the signal is none.
    signal?.addEventListener("abort", abort)
    const fiber = runtime.runFork(effect)
    fiber.addObserver((exit) => {
      signal?.removeEventListener("abort", abort)
      resolve(exit)
    })
  })

type Runtime<R> = ManagedRuntime.ManagedRuntime<R, ConfigError.ConfigError>

/** A client that is in use: what runs, and how to begin what is not running yet. */
interface Running {
  readonly runtime: Runtime<InboxClient.InboxClient>
  readonly reading: () => Promise<Runtime<Reconcile.Reconciler>>
  readonly dispose: () => Promise<void>
  readonly underWay: Set<Promise<unknown>>
  readonly ending: Deferred.Deferred<void>
  closing: Promise<void> | undefined
}

const start = ({ inbox, log, reconciler }: Layers): Running => {
  const underWay = new Set<Promise<unknown>>()
  const runtime = ManagedRuntime.make(Layer.merge(inbox, log))
  let reading: Promise<Runtime<Reconcile.Reconciler>> | undefined
  const running: Running = {
    runtime,
    underWay,
    ending: Deferred.unsafeMake(FiberId.none),
    closing: undefined,
    reading: () => {
      // Both share their HTTP client, by the map in which layers are looked up.
      reading ??= reconciler().then((layer) => ManagedRuntime.make(Layer.merge(layer, log), runtime.memoMap))
      return reading
    },
    dispose: async () => {
      const begun = await reading?.catch(() => undefined)
      await Promise.all([runtime.dispose(), begun?.dispose()])
    }
  }
  return running
}

/** Lets every send of many be waited for, and none begin once the client is closed. */
const tracked = (service: InboxClient.Service, running: Running): InboxClient.Service => {
  const track = <A, E>(send: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => {
      // The error of a client that is closed is one of its own, which the outcome hands on.
      if (running.closing !== undefined) return Effect.fail(closed() as never)
      let end = () => {}
      const ended = new Promise<void>((resolve) => {
        end = resolve
      })
      running.underWay.add(ended)
      return Effect.ensuring(
        send,
        Effect.sync(() => {
          running.underWay.delete(ended)
          end()
        })
      )
    })
  return {
    ...service,
    sendMessageWithMetadata: (request, options) => track(service.sendMessageWithMetadata(request, options))
  }
}

/** Result for a rejection of a promise that must not be rejected. */
const unexpected = (thrown: unknown) =>
  new Unexpected({ delivery: "NotDelivered", attempts: [], thrown: nameOf(thrown) })

const keep = async <A>({ underWay }: Running, result: Promise<A>): Promise<A> => {
  underWay.add(result)
  return result.finally(() => underWay.delete(result))
}

const sendOne = async (
  running: Running,
  request: InboxClient.Request,
  options: SendOptions | undefined
): Promise<SendResult> => {
  const refused = refusal(options, sendNames)
  if (Option.isSome(refused)) return failure(new InvalidRequest({ field: "request", problem: refused.value }))
  const signal = options?.signal
  if (running.closing !== undefined) return failure(closed())
  if (signal?.aborted) return failure(new Aborted({ delivery: "NotDelivered", attempts: [] }))
  const slip: unfinished.Slip = { unfinished: undefined }
  const sending = Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessageWithMetadata(request))
  const result = run(running.runtime, unfinished.hand(sending, slip), signal).then(
    (exit) => toResult(exit as Exit.Exit<InboxClient.Sent, InboxError>, slip.unfinished),
    (thrown) => failure(unexpected(thrown))
  )
  return keep(running, result)
}

const ask = async (
  running: Running,
  request: InboxClient.Request,
  asked: Asked,
  { except, signal }: ReconcileOptions
): Promise<ReconcileResult> => {
  if (running.closing !== undefined) return { ok: false, error: closed() }
  if (signal?.aborted) return { ok: false, error: new Aborted({ delivery: "Unknown", attempts: [] }) }
  const module = await import("../../Reconcile.js")
  const window = toWindow(module, asked)
  const reconciling = Effect.flatMap(module.Reconciler, (reconciler) =>
    reconciler.reconcile(request, window, except === undefined ? {} : { except })
  )
  const exit = await run(await running.reading(), reconciling, signal)
  if (Exit.isSuccess(exit)) return toReconciled(module, exit.value)
  const error = Cause.failureOption(exit.cause)
  if (Option.isSome(error) && error.value._tag === "ReconcileError") return { ok: false, error: error.value }
  return {
    ok: false,
    error: Cause.isInterruptedOnly(exit.cause)
      ? new Aborted({ delivery: "Unknown", attempts: [] })
      : new Unexpected({ delivery: "Unknown", attempts: [], thrown: nameOf(Cause.squash(exit.cause)) })
  }
}

const finish = async (running: Running): Promise<void> => {
  Deferred.unsafeDone(running.ending, Effect.void)
  while (running.underWay.size > 0) await Promise.all(running.underWay)
  await running.dispose()
}

/** Makes a client. */
export const make = (layers: Layers): PromiseClient => {
  const running = start(layers)
  const sendMessage: PromiseClient["sendMessage"] = (request, options) => sendOne(running, request, options)
  return {
    sendMessage,
    sendMessageOrThrow: async (request, options) => {
      const result = await sendMessage(request, options)
      if (result.ok) return result.message
      throw result.error
    },
    sendAll: (requests, options = {}) => {
      bulk.check(options)
      return bulk.outcomes({
        runtime: running.runtime.runtime(),
        requests,
        options,
        closed: Deferred.await(running.ending),
        track: (service) => tracked(service, running)
      })
    },
    reconcile: (request, asked, options = {}) => {
      const result = ask(running, request, asked, options).catch(
        (thrown): ReconcileResult => ({
          ok: false,
          error: new Unexpected({ delivery: "Unknown", attempts: [], thrown: nameOf(thrown) })
        })
      )
      return keep(running, result)
    },
    close: () => {
      running.closing ??= finish(running)
      return running.closing
    }
  }
}
