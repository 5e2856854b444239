/**
 * Sends straight through fetch: one promise, one signal, and no more of the body than is wanted.
 */
import * as Headers from "@effect/platform/Headers"
import type * as Context from "effect/Context"
import * as Either from "effect/Either"
import { collect } from "./collect.js"
import { AbortController, type FetchResponse } from "./web.js"
import type { Direct, ExchangeState, Post } from "./wire.js"

type Services = Context.Context<never>["unsafeMap"]

/** The keys of the services `Fetch` and `RequestInit` of `FetchHttpClient`, which is heavy to import. */
export const [fetchKey, requestInitKey] = [
  "@effect/platform/FetchHttpClient/Fetch",
  "@effect/platform/FetchHttpClient/FetchOptions"
] as const

/** As `FetchHttpClient` has it: what is around a send counts more than what is beneath the layer. */
const service = <S>(key: string, around: Services, beneath: Services): S | undefined =>
  around.get(key) ?? beneath.get(key)

type Fetch = (url: string, init: object) => Promise<FetchResponse>

const globalFetch: Fetch = (url, init) => (globalThis as unknown as { readonly fetch: Fetch }).fetch(url, init)

const read = async (
  response: FetchResponse,
  { chunks }: ExchangeState,
  max: number
): Promise<"Complete" | "TooLarge"> => {
  if (response.body === null) {
    return "Complete"
  }
  const reader = response.body.getReader()
  const fits = collect(chunks, max)
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    if (!fits(piece.value)) {
      // Whether there is anybody left to be told makes no difference.
      reader.cancel().catch(() => {})
      return "TooLarge"
    }
  }
  return "Complete"
}

const requestOf = (init: { readonly headers?: Headers.Input }, post: Post, signal: AbortController["signal"]) => ({
  ...init,
  method: "POST",
  headers: init.headers === undefined ? post.headers : { ...Headers.fromInput(init.headers), ...post.headers },
  body: post.body,
  redirect: "manual",
  signal
})

/** Fetch as a transport. `beneath` are the services that its layer was built with. */
export const direct =
  (beneath: Services): Direct =>
  (post, state, fiber, ended) => {
    const around = fiber.currentContext.unsafeMap
    const fetch = service<Fetch>(fetchKey, around, beneath) ?? globalFetch
    const init = service<object>(requestInitKey, around, beneath) ?? {}
    const controller = new AbortController()
    // Assigned by its name, so that it is made among young objects: `handOver` tells why.
    const cancel = () => controller.abort()
    state.cancel = cancel
    const exchange = async (): Promise<"Complete" | "TooLarge"> => {
      const response = await fetch(post.origin + post.path, requestOf(init, post, controller.signal))
      state.head = { status: response.status, headers: Headers.fromInput(response.headers) }
      return read(response, state, post.maxBodySize)
    }
    exchange().then(
      (end) => ended(Either.right(end)),
      (error) => ended(Either.left(error))
    )
  }
