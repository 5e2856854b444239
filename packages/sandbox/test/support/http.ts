import { connect } from "node:net"
import type { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"
import { exchange, firstThread, type Options, pathOf } from "../../../server/test/support/http.js"

export * from "../../../server/test/support/http.js"

export type Running = typeof Sandbox.Sandbox.Service

/**
 * Sends over a socket of its own, with faults; says what came back, and how it ended. With `silentAfter`, silence for a
 * second is an end where that matches what came before.
 */
export const rawSend = (
  sandbox: Running,
  faults: string,
  { content = "x", silentAfter }: { readonly content?: string; readonly silentAfter?: RegExp } = {}
): Effect.Effect<{ readonly text: string; readonly end: string }> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(sandbox.url)
    const body = JSON.stringify({ content })
    const head = [
      `POST ${pathOf(firstThread(sandbox).id)} HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${Redacted.value(sandbox.token)}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Sandbox-Fault: ${faults}`
    ]
    const socket = connect(Number(port), hostname)
    let text = ""
    const done = (end: string) => () => {
      socket.destroy()
      resume(Effect.succeed({ text, end }))
    }
    const listen = () => socket.setTimeout(silentAfter?.test(text) ? 1_000 : 240_000)
    socket.on("timeout", done("silence"))
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1")
      listen()
    })
    socket.on("end", done("end")).on("error", (error: NodeJS.ErrnoException) => done(error.code ?? "error")())
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`)
    listen()
    return Effect.sync(() => socket.destroy())
  })

/** Asks the inspector. A body travels as JSON. */
export const ask = (sandbox: Running, method: string, path: string, body?: unknown, options: Options = {}) =>
  exchange(sandbox.url, {
    method,
    path: `/sandbox${path}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    ...options,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...options.headers }
  })
