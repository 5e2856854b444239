import { subscribe, unsubscribe } from "node:diagnostics_channel"
import * as Http from "node:http"
import * as Net from "node:net"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import * as Fetch from "@inbox-effect/client/fetch"
import * as Undici from "@inbox-effect/client/undici"
import { Effect, type Layer, type Scope } from "effect"

/** The clients that requests go through in the tests on real sockets. */
export const backends: ReadonlyArray<readonly [name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
  ["fetch", FetchHttpClient.layer],
  ["our fetch", Fetch.layer],
  ["undici", NodeHttpClient.layerUndici],
  ["our undici", Undici.layer()],
  ["node:http", NodeHttpClient.layer]
]

/** A message as the document describes it. */
export const message = {
  platform: "twitter",
  teamId: "team1",
  threadId: "thread1",
  id: "message1",
  userId: null,
  createdAt: "2023-11-07T05:31:56Z",
  updatedAt: null,
  platformId: null,
  content: "On my way",
  campaignId: null,
  authorId: "author1",
  origin: "api",
  replyData: null,
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: null,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
}

export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
}

export interface HttpServer {
  readonly baseUrl: string
  readonly received: Array<Received>
}

const listen = (server: Net.Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as Net.AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close())
  )

/** A server on loopback that reads each request to its end, keeps it, and answers as told. */
export const http = (
  answer: (response: Http.ServerResponse, received: Received) => void
): Effect.Effect<HttpServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const received: Array<Received> = []
    const server = Http.createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk) => chunks.push(chunk))
      request.on("error", () => {})
      request.on("end", () => {
        const one = {
          method: request.method ?? "",
          url: request.url ?? "",
          headers: request.headers,
          body: Buffer.concat(chunks).toString("utf8")
        }
        received.push(one)
        answer(response, one)
      })
    })
    const port = yield* listen(server)
    yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
    return { baseUrl: `http://127.0.0.1:${port}/api/v1`, received }
  })

/** A server that answers each request with this status, body and headers. */
export const fixed = (status: number, body: string | Uint8Array = "", headers: Http.OutgoingHttpHeaders = {}) =>
  http((response) => response.writeHead(status, headers).end(body))

export interface SocketServer {
  readonly baseUrl: string
  readonly connections: { count: number }
  readonly requests: { count: number }
}

/** A server below HTTP: told of each connection, and of each request once it has arrived in full. */
export const socket = (on: {
  readonly connection?: (socket: Net.Socket) => void
  readonly request?: (socket: Net.Socket) => void
}): Effect.Effect<SocketServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const open = new Set<Net.Socket>()
    const connections = { count: 0 }
    const requests = { count: 0 }
    const server = Net.createServer((socket) => {
      connections.count++
      open.add(socket)
      let text = ""
      socket.on("error", () => {})
      socket.on("close", () => open.delete(socket))
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1")
        const end = text.indexOf("\r\n\r\n")
        const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN)
        const chunked = /transfer-encoding: chunked/i.test(text) && text.endsWith("\r\n0\r\n\r\n")
        if (end >= 0 && (chunked || text.length >= end + 4 + length)) {
          requests.count++
          text = ""
          on.request?.(socket)
        }
      })
      on.connection?.(socket)
    })
    const port = yield* listen(server)
    yield* Effect.addFinalizer(() => Effect.sync(() => open.forEach((socket) => void socket.destroy())))
    return { baseUrl: `http://127.0.0.1:${port}/api/v1`, connections, requests }
  })

/**
 * Listens from now on for a head of an answer of this server, and waits then until a client in this process has read
 * it: over fetch or undici, which both tell of it.
 */
export const headRead = ({ baseUrl }: Pick<HttpServer, "baseUrl">): Effect.Effect<Promise<void>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { origin } = new URL(baseUrl)
    let read = () => {}
    const isRead = new Promise<void>((resolve) => {
      // What waits for the head has gone on by the next turn but one.
      read = () => void setImmediate(() => setImmediate(resolve))
    })
    const onHead = (message: unknown) => {
      const { request } = message as { readonly request: { readonly origin: URL | string } }
      if (new URL(request.origin).origin === origin) read()
    }
    const channel = "undici:request:headers"
    yield* Effect.acquireRelease(
      Effect.sync(() => subscribe(channel, onHead)),
      () => Effect.sync(() => unsubscribe(channel, onHead))
    )
    return isRead
  })

/** The base URL of a port on which nothing ever listens. To port 1 the fetch of Node connects to nobody. */
export const refused = "http://127.0.0.1:2/api/v1"
