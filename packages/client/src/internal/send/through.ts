/**
 * Makes attempts through whatever `HttpClient` there is.
 */
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import * as Tracer from "effect/Tracer"
import { conclude, type Failed } from "../answer/conclude.js"
import { type Exchanged, json } from "../answer/message.js"
import { handOver } from "../handOver.js"
import * as body from "../http/body.js"
import { requestInitKey } from "../http/fetchClient.js"
import * as progress from "../http/progress.js"
import { encodeUtf8 } from "../http/web.js"
import { type Head, Wire } from "../http/wire.js"
import { schedule } from "../timer.js"
import { type Attempt, cutShort, expired, lost, type Way } from "./exchange.js"

const readAnswer = (
  attempt: Attempt,
  response: HttpClientResponse.HttpClientResponse
): Effect.Effect<Exchanged, Failed> => {
  const head: Head = { status: response.status, headers: response.headers }
  attempt.progress.head = head
  return Effect.matchCauseEffect(body.read(response, head.headers, attempt.post.maxBodySize, attempt.progress.chunks), {
    onSuccess: (body) => conclude(attempt, head, body),
    onFailure: (cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.failCause(cause as Cause.Cause<never>) : cutShort(attempt, head)
  })
}

/** There is no answer, unless what is put around the client kept one from us. */
const withoutAnswer = (attempt: Attempt, cause: Cause.Cause<unknown>): Effect.Effect<Exchanged, Failed> => {
  if (Cause.isInterruptedOnly(cause)) {
    return Effect.failCause(cause as Cause.Cause<never>)
  }
  const { failure, response } = attempt.progress
  return response === undefined ? lost(attempt, Cause.squash(failure ?? cause)) : readAnswer(attempt, response)
}

const ask = (client: HttpClient.HttpClient, attempt: Attempt): Effect.Effect<Exchanged, Failed> => {
  const { post, progress } = attempt
  const request = HttpClientRequest.post(post.origin + post.path, { headers: post.headers, body: progress.wire.body })
  return Effect.matchCauseEffect(
    Effect.suspend(() => client.execute(request)),
    {
      onSuccess: (response) => readAnswer(attempt, response),
      onFailure: (cause) => withoutAnswer(attempt, cause)
    }
  )
}

const always = () => true

/**
 * Forks a fiber in which an attempt finds what transports look for. Fetch follows redirects unless told otherwise, and
 * would turn the request into another one, with the token on it. The platform's own spans would carry headers of the
 * answer, and its trace headers would go to another company.
 */
const fork = (
  asked: Effect.Effect<void>,
  { fiber, progress: state, span }: Attempt,
  fetchInit: object | undefined
): Fiber.RuntimeFiber<void> => {
  const services = new Map(fiber.currentContext.unsafeMap)
  services.set(requestInitKey, { ...fetchInit, ...services.get(requestInitKey), redirect: "manual" })
  services.set(Tracer.ParentSpan.key, span)
  services.set(progress.key, state)
  services.set(Wire.key, state.wire)
  const context = Context.unsafeMake<never>(services)
  const runtime = Runtime.make({ context, fiberRefs: FiberRefs.empty(), runtimeFlags: Runtime.defaultRuntimeFlags })
  return Runtime.runFork(runtime, asked, {
    // In one update, as each copies all references.
    updateRefs: (_, fiberId) =>
      FiberRefs.updateManyAs(fiber.getFiberRefs(), {
        forkAs: fiberId,
        entries: [
          [FiberRef.currentContext, [[fiberId, context]]],
          [HttpClient.currentTracerDisabledWhen, [[fiberId, always]]]
        ]
      })
  })
}

/**
 * Takes from a fiber, at its end, the context that would stay in memory with it, as `handOver` says. Its other references
 * are those of who sends, and count: the runtime's own metrics are labelled by them.
 */
const letGo = Effect.updateFiberRefs((_, refs) => FiberRefs.delete(refs, FiberRef.currentContext))

/**
 * The way through an `HttpClient`, in a fiber of its own, so that it can be given up on: an interruption leaves that to
 * who handles it. `fetchInit` are the options of fetch that the client was made with.
 */
export const through = (client: HttpClient.HttpClient, fetchInit: object | undefined): Way => ({
  begin: (post, mayStart) => progress.make(HttpBody.uint8Array(encodeUtf8(post.body), json), mayStart),
  exchange: (attempt) => {
    const take = handOver(attempt)
    return Effect.async((resume) => {
      const attempt = take()
      const { clock, limit, progress } = attempt
      let isLate = false
      let conclusion: Effect.Effect<Exchanged, Failed> | undefined
      // Its exit is nothing: a failure would be logged, and a message would stay in memory with the fiber.
      const asked = Effect.flatMap(Effect.exit(ask(client, attempt)), (exit) => {
        conclusion = exit
        return letGo
      })
      const asking = fork(asked, attempt, fetchInit)
      progress.asking = asking
      if (limit !== undefined) {
        progress.stopTimer = schedule(clock, limit.duration, () => {
          isLate = true
          asking.unsafeInterruptAsFork(asking.id())
        })
      }
      asking.addObserver((exit) => {
        progress.asking = undefined
        progress.stopTimer?.()
        progress.response = undefined
        if (Exit.isFailure(exit)) {
          conclusion =
            isLate && limit !== undefined ? Effect.suspend(() => expired(attempt, limit)) : Effect.failCause(exit.cause)
        }
        resume(conclusion as NonNullable<typeof conclusion>)
      })
    })
  }
})
