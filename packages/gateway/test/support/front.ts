/**
 * HTTP before an `HttpClient`, so that the kit, which needs a URL, can judge one.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { HttpClient, HttpClientRequest } from "@effect/platform"
import { Effect, Runtime } from "effect"

/** Serves on a free port until the scope closes, and gives the base URL of v1. */
export const serve = Effect.gen(function* () {
  const client = yield* HttpClient.HttpClient
  const run = Runtime.runPromise(yield* Effect.runtime())

  const answer = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array
  ): Promise<{ readonly status: number; readonly headers: Record<string, string>; readonly body: string }> => {
    const request = HttpClientRequest.make(method as "POST")(`http://v1.test${path}`).pipe(
      HttpClientRequest.bodyUint8Array(body, headers["content-type"] ?? ""),
      HttpClientRequest.setHeaders(headers)
    )
    return run(
      Effect.flatMap(client.execute(request), (response) =>
        Effect.map(response.text, (text) => ({ status: response.status, headers: { ...response.headers }, body: text }))
      )
    )
  }

  const server = createServer((incoming, outgoing) => {
    const chunks: Array<Buffer> = []
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
    incoming.on("end", () => {
      answer(
        incoming.method ?? "",
        incoming.url ?? "",
        incoming.headers as Record<string, string>,
        Buffer.concat(chunks)
      ).then(
        ({ body, headers, status }) => outgoing.writeHead(status, headers).end(body),
        () => outgoing.destroy()
      )
    })
  })

  yield* Effect.acquireRelease(
    Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
})
