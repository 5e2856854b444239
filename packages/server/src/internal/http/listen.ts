import * as Http from "node:http"
import type { Duplex } from "node:stream"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Options } from "../../Server.js"
import { ServerError } from "../../ServerError.js"
import { closeWith, notAProxy, reasonOf, type Unreadable } from "./unreadable.js"

interface Settings {
  readonly requestMillis: number
  readonly idleMillis: number
  readonly onUnreadable: Options<never>["onUnreadable"]
}

interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Uint8Array
}

const nothing = new Uint8Array()

/** A server that answers what is hardly HTTP as well, and takes no notice of `Upgrade`. */
export const make = ({ idleMillis, onUnreadable, requestMillis }: Settings): Http.Server => {
  const server = Http.createServer({
    keepAliveTimeout: idleMillis,
    headersTimeout: Math.min(requestMillis, 60_000),
    requestTimeout: requestMillis,
    connectionsCheckingInterval: Math.min(requestMillis, 30_000),
    // The missing header is refused in the envelope of all refusals.
    requireHostHeader: false
  })
  const refuse = (refusal: Unreadable, bytes: Uint8Array) => onUnreadable?.({ ...refusal, bytes })
  // What still comes of a request that was refused is no other request.
  const refused = new WeakSet<Duplex>()
  server.on("clientError", (error: ParserError, socket) => {
    if (error.code === "ECONNRESET" || refused.has(socket)) {
      socket.destroy()
      return
    }
    const refusal = reasonOf(error)
    refused.add(socket)
    refuse(refusal, error.rawPacket ?? nothing)
    closeWith(socket, refusal)
  })
  server.on("connect", (_request, socket, head) => {
    refuse(notAProxy, head)
    closeWith(socket, notAProxy)
  })
  return server
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use: stop what listens there, or choose another port (0 picks a free one)",
  EACCES: "may not be opened by this user: choose a port above 1023",
  EADDRNOTAVAIL: "is not an address of this machine",
  ENOTFOUND: "is not a host name that resolves",
  EAI_AGAIN: "is not a host name that resolves"
}

const cannotListen = (host: string, port: number, cause: NodeJS.ErrnoException): ServerError => {
  const code = cause.code ?? "unknown error"
  return new ServerError({
    message: `${host}:${port} ${sentences[code] ?? `cannot be listened on (${code})`}`,
    cause
  })
}

const open = (server: Http.Server, host: string, port: number): Effect.Effect<number, ServerError> =>
  Effect.async((resume) => {
    const onError = (cause: Error) => resume(Effect.fail(cannotListen(host, port, cause)))
    server.once("error", onError)
    server.listen(port, host, () => {
      server.off("error", onError)
      const address = server.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : port))
    })
  })

/** Idle connections end at once, busy ones with their answer; whatever lasts longer is cut off. */
const close = (server: Http.Server, graceMillis: number): Effect.Effect<void> =>
  Effect.async((resume) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMillis)
    server.close(() => {
      clearTimeout(timer)
      resume(Effect.void)
    })
    server.closeIdleConnections()
  })

/** Listens until the scope closes, and returns the port. */
export const listen = (
  server: Http.Server,
  host: string,
  port: number,
  graceMillis: number
): Effect.Effect<number, ServerError, Scope.Scope> =>
  Effect.acquireRelease(open(server, host, port), () => close(server, graceMillis))
