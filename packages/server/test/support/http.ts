/**
 * Requests to a server of the contract, byte by byte where that matters.
 */
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http"
import { connect } from "node:net"
import { Effect, Redacted } from "effect"

/** A server of the contract that is running. */
export interface Served {
  readonly url: string
  readonly token: Redacted.Redacted
  readonly threads: ReadonlyArray<{ readonly id: string; readonly inboundMessageId: string }>
}

/** Runs a test against a server of its own. */
export type WithServed = <A, E>(
  body: (served: Served) => Effect.Effect<A, E>,
  options?: { readonly bodyLimit?: number }
) => () => Effect.Effect<A, unknown>

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

export const firstThread = ({ threads }: Pick<Served, "threads">): Served["threads"][number] => {
  const [thread] = threads
  if (thread === undefined) throw new Error("the server has no thread")
  return thread
}

export const bearer = ({ token }: Pick<Served, "token">): string => `Bearer ${Redacted.value(token)}`

/** A send like that of a well-behaved client; any part of it may be replaced. A header set to `undefined` is left out. */
export const post = (served: Served, body: string | Uint8Array | undefined, options: Options = {}) => {
  const headers = { authorization: bearer(served), "content-type": "application/json", ...options.headers }
  const kept = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return exchange(served.url, { path: pathOf(firstThread(served).id), ...options, body, headers: kept })
}

export const send = (served: Served, payload: unknown, options?: Options) =>
  post(served, JSON.stringify(payload), options)

/**
 * Writes these bytes to a socket, and returns what comes back until the other side closes or `until` matches all of it.
 * With `ends`, the other side is told that nothing more comes.
 */
export const raw = (
  url: string,
  bytes: string | Uint8Array,
  { ends = false, until }: { readonly until?: RegExp; readonly ends?: boolean } = {}
): Effect.Effect<string> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    let received = ""
    const done = () => {
      socket.destroy()
      resume(Effect.succeed(received))
    }
    // What comes of it is shown before the test itself is out of time.
    socket.setTimeout(240_000, done)
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      if (until?.test(received)) done()
    })
    socket.on("end", done).on("error", done)
    if (ends) socket.end(bytes)
    else socket.write(bytes)
  })

export const errorOf = (answer: Answer): { code: string; message: string; status: number } =>
  JSON.parse(answer.text).error
