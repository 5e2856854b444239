/**
 * The simulated API v2 behind a socket.
 */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect, type Scope } from "effect"
import type { Simulator } from "../v2/Simulator.js"
import type { Reply } from "../v2/wire.js"

const write = (outgoing: ServerResponse, reply: Reply): void => {
  if (reply === "Reset") {
    outgoing.destroy()
    return
  }
  outgoing.writeHead(reply.status, reply.headers)
  if (reply.then === undefined) outgoing.end(reply.body)
  else outgoing.write(reply.body, () => void (reply.then === "Reset" && outgoing.destroy()))
}

/** Serves until the scope closes, and gives the base URL of v2. */
export const serve = (simulator: Simulator): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((incoming, outgoing) => {
        const chunks: Array<Buffer> = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("end", () => {
          const request = {
            method: incoming.method ?? "",
            path: (incoming.url ?? "").replace("/api/v2", ""),
            headers: incoming.headers as Record<string, string>,
            body: Buffer.concat(chunks).toString("utf8")
          }
          void Effect.runPromise(simulator.handle(request)).then((reply) => write(outgoing, reply))
        })
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`))
