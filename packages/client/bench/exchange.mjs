/** Sending a message, in every way that is compared. */

import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { NodeHttpClient } from "@effect/platform-node"
import * as Fetch from "@inbox-effect/client/fetch"
import { InboxApi } from "@inbox-effect/client/InboxApi"
import * as InboxClient from "@inbox-effect/client/InboxClient"
import { Message } from "@inbox-effect/client/Message"
import { Payload } from "@inbox-effect/client/SendMessage"
import * as Undici from "@inbox-effect/client/undici"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { Agent } from "undici"
import { message } from "./message.mjs"

const token = "inbox_tok_5f2c9d81e7b64a03"
const request = { threadId: message.threadId, content: message.content }

/** So many workers, each sending one message after the other. */
const workers = (inFlight, send) => async (count) => {
  let left = count
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await send()
    })
  )
}

/** The same with fibers for workers. */
const fibers = (inFlight, runtime, send) => (count) => {
  let left = count
  const worker = Effect.whileLoop({ while: () => left-- > 0, body: () => send, step: () => {} })
  return runtime.runPromise(
    Effect.forEach(Array.from({ length: inFlight }), () => worker, { concurrency: "unbounded", discard: true })
  )
}

const viaInbox = Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage(request))

const viaHttpClient = (baseUrl) => {
  const template = HttpClientRequest.post(`${baseUrl}/threads/${request.threadId}/messages`).pipe(
    HttpClientRequest.bearerToken(token),
    HttpClientRequest.acceptJson
  )
  const encode = HttpClientRequest.schemaBodyJson(Payload)
  const decode = HttpClientResponse.schemaBodyJson(Message)
  return Effect.flatMap(HttpClient.HttpClient, (client) =>
    encode(template, { content: request.content }).pipe(
      Effect.flatMap(client.execute),
      Effect.flatMap(HttpClientResponse.filterStatusOk),
      Effect.flatMap(decode)
    )
  )
}

const viaHttpApiClient = async (baseUrl, runtime) => {
  const client = await runtime.runPromise(
    HttpApiClient.make(InboxApi, {
      baseUrl,
      transformClient: HttpClient.mapRequest(HttpClientRequest.bearerToken(token))
    })
  )
  return client.messages.sendMessage({ path: { threadId: request.threadId }, payload: { content: request.content } })
}

export const baseline = "bare `fetch` + `JSON.parse`"

/** What a client cannot do without: it ends when it is told to, or after a minute, and reads no more than a mebibyte. */
export const guarded = "`fetch` with a time-out, a signal and a bound of the body"

const fetchGuarded = async (url, init) => {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(), 60_000)
  const response = await fetch(url, { ...init, signal: controller.signal })
  const reader = response.body.getReader()
  const chunks = []
  let size = 0
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.length
    if (size > 2 ** 20) controller.abort()
    chunks.push(piece.value)
  }
  clearTimeout(timer)
  return JSON.parse(Buffer.concat(chunks).toString())
}

/** The variants at so many in flight, and how to let go of what they hold. */
export const make = async (baseUrl, inFlight) => {
  const url = `${baseUrl}/threads/${request.threadId}/messages`
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" }
  const agent = new Agent({ connections: inFlight })
  const layers = {
    ours: Undici.layer({ connections: inFlight }),
    "our fetch": Fetch.layer,
    undici: NodeHttpClient.layerUndici,
    fetch: FetchHttpClient.layer,
    "node:http": NodeHttpClient.layer
  }
  const inbox = InboxClient.layer({ token: Redacted.make(token), baseUrl })
  const runtimes = Object.fromEntries(
    Object.entries(layers).map(([name, layer]) => [name, ManagedRuntime.make(Layer.provideMerge(inbox, layer))])
  )
  const through = (name, send) => fibers(inFlight, runtimes[name], send)
  const httpClient = viaHttpClient(baseUrl)
  const variants = {
    [baseline]: workers(inFlight, async () => {
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ content: request.content }) })
      return JSON.parse(await response.text())
    }),
    [guarded]: workers(inFlight, () =>
      fetchGuarded(url, { method: "POST", headers, body: JSON.stringify({ content: request.content }) })
    ),
    "bare `undici.request` + `JSON.parse`": workers(inFlight, async () => {
      const response = await agent.request({
        origin: new URL(baseUrl).origin,
        path: new URL(url).pathname,
        method: "POST",
        headers,
        body: JSON.stringify({ content: request.content })
      })
      return JSON.parse(await response.body.text())
    }),
    "**`sendMessage` on our undici layer**": through("ours", viaInbox),
    "**`sendMessage` on our fetch layer**": through("our fetch", viaInbox),
    "`sendMessage` on stock undici": through("undici", viaInbox),
    "`sendMessage` on stock fetch": through("fetch", viaInbox),
    "`sendMessage` on stock node:http": through("node:http", viaInbox),
    "`HttpClient` + `schemaBodyJson` on our undici layer": through("ours", httpClient),
    "`HttpClient` + `schemaBodyJson` on stock undici": through("undici", httpClient),
    "`HttpClient` + `schemaBodyJson` on fetch": through("fetch", httpClient),
    "`HttpApiClient` on stock undici": through("undici", await viaHttpApiClient(baseUrl, runtimes.undici)),
    "`HttpApiClient` on fetch": through("fetch", await viaHttpApiClient(baseUrl, runtimes.fetch))
  }
  const dispose = async () => {
    await Promise.all(Object.values(runtimes).map((runtime) => runtime.dispose()))
    await agent.destroy()
  }
  return { variants, dispose }
}
