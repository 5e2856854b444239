import { request as httpRequest, type OutgoingHttpHeaders } from "node:http"
import { connect } from "node:net"
import type { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"

export type Running = typeof Sandbox.Sandbox.Service

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
}

export interface Options {
  readonly method?: string
  readonly path?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Uint8Array | undefined
}

/** Sends exactly these headers and bytes, without keep-alive, and reads the whole answer. */
export const exchange = (url: string, options: Options): Effect.Effect<Answer> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const request = httpRequest(
      { hostname, port, path: options.path, method: options.method ?? "POST", headers: options.headers, agent: false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("end", () =>
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString("utf8")
            })
          )
        )
      }
    )
    request.on("error", (error) => resume(Effect.die(error)))
    request.end(options.body)
  })

export const pathOf = (threadId: string): string => `/api/v1/threads/${threadId}/messages`

export const firstThread = (sandbox: Running) => {
  const [thread] = sandbox.threads
  if (thread === undefined) throw new Error("the sandbox has no thread")
  return thread
}

/** A send like that of a well-behaved client; any part of it may be replaced. A header set to `undefined` is left out. */
export const post = (sandbox: Running, body: string | Uint8Array | undefined, options: Options = {}) => {
  const headers = {
    authorization: `Bearer ${Redacted.value(sandbox.token)}`,
    "content-type": "application/json",
    ...options.headers
  }
  const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return exchange(sandbox.url, { path: pathOf(firstThread(sandbox).id), ...options, body, headers: kept })
}

export const send = (sandbox: Running, payload: unknown, options?: Options) =>
  post(sandbox, JSON.stringify(payload), options)

/** Writes these bytes to a socket, and returns whatever comes back until the other side closes or falls silent. */
export const raw = (url: string, bytes: string | Uint8Array): Effect.Effect<string> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    let received = ""
    const done = () => {
      socket.destroy()
      resume(Effect.succeed(received))
    }
    socket.setTimeout(1_000, done)
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
    })
    socket.on("end", done).on("error", done)
    socket.write(bytes)
  })

/** Sends over a socket of its own, with faults; says what came back, and how it ended, silence for a second included. */
export const rawSend = (
  sandbox: Running,
  faults: string,
  content = "x"
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
    socket.setTimeout(1_500, done("silence"))
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1")
    })
    socket.on("end", done("end")).on("error", (error: NodeJS.ErrnoException) => done(error.code ?? "error")())
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`)
  })

export const errorOf = (answer: Answer): { code: string; message: string; status: number } =>
  JSON.parse(answer.text).error

/** Asks the inspector. A body travels as JSON. */
export const ask = (sandbox: Running, method: string, path: string, body?: unknown, options: Options = {}) =>
  exchange(sandbox.url, {
    method,
    path: `/sandbox${path}`,
    body: body === undefined ? undefined : JSON.stringify(body),
    ...options,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...options.headers }
  })
