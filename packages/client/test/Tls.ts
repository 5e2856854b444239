import * as Net from "node:net"
import * as NodeTls from "node:tls"
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import * as Fetch from "@inbox-effect/client/fetch"
import * as Undici from "@inbox-effect/client/undici"
import { Effect, Layer, type Scope } from "effect"
import * as NpmUndici from "undici"

/** A key of no worth, and the certificate of 127.0.0.1 that goes with it. */
const key = `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIGpmXRBJEdexN1/AIoBGPWHlc74Fm9IjQtBPTMj5Us5qoAoGCCqGSM49
AwEHoUQDQgAEsWMW33L7PR+4TXOig0dLw940oaLNhuUwWJqhQ4HGp83hpS+9hk/J
92+JA2j/kM2MIBdUpnNM7Rx4u1wHfL1O5w==
-----END EC PRIVATE KEY-----`

export const certificate = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUCCGw+fXXtaf6WvUx4I0SF/n+wd8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTIwMjI0MVoYDzIxMjYxMTA1
MjAyMjQxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASxYxbfcvs9H7hNc6KDR0vD3jShos2G5TBYmqFDgcanzeGlL72GT8n3
b4kDaP+QzYwgF1Smc0ztHHi7XAd8vU7no28wbTAdBgNVHQ4EFgQUKj/e7yl/yrfK
9cGspttAdW2AfWwwHwYDVR0jBBgwFoAUKj/e7yl/yrfK9cGspttAdW2AfWwwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhANeudDy3ieL/3aboZtOObG2R+B4F0OrhXZxxs1SCxVe2AiB9
RBwtu11lfklXH8anZkdq/b1vPja30Qe/Pu27vAzgXA==
-----END CERTIFICATE-----`

export interface TlsServer {
  readonly baseUrl: string
  readonly connections: { count: number }
  readonly requests: { count: number }
}

const listen = (server: Net.Server): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<number>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed((server.address() as Net.AddressInfo).port)))
    }),
    () => Effect.sync(() => server.close())
  )

/** A TLS server behind a relay, so that bytes that are no TLS can follow those that are. */
export const make = (
  version: NodeTls.SecureVersion,
  onRequest: (connection: { readonly tls: NodeTls.TLSSocket; readonly raw: Net.Socket }) => void
): Effect.Effect<TlsServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const open = new Set<Net.Socket>()
    const keep = (socket: Net.Socket) => {
      open.add(socket)
      socket.on("error", () => {})
    }
    const connections = { count: 0 }
    const requests = { count: 0 }
    const raws: Array<Net.Socket> = []
    const tls = NodeTls.createServer({ key, cert: certificate, minVersion: version, maxVersion: version }, (socket) => {
      keep(socket)
      const raw = raws.shift() as Net.Socket
      socket.on("data", (chunk) => {
        if (String(chunk).includes("On my way")) {
          requests.count++
          onRequest({ tls: socket, raw })
        }
      })
    })
    const inner = yield* listen(tls)
    const relay = Net.createServer((raw) => {
      connections.count++
      raws.push(raw)
      keep(raw)
      const through = Net.connect(inner, "127.0.0.1")
      keep(through)
      raw.pipe(through).pipe(raw)
    })
    const port = yield* listen(relay)
    yield* Effect.addFinalizer(() => Effect.sync(() => open.forEach((socket) => void socket.destroy())))
    return { baseUrl: `https://127.0.0.1:${port}/api/v1`, connections, requests }
  })

const dispatcher = Layer.scoped(
  NodeHttpClient.Dispatcher,
  Effect.acquireRelease(
    Effect.sync(() => new NpmUndici.Agent({ connect: { ca: certificate } })),
    (agent) => Effect.promise(() => agent.destroy())
  )
)

/** The fetch of Node, which trusts the certificate. */
const trusting = Layer.scoped(
  FetchHttpClient.Fetch,
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new NpmUndici.Agent({ connect: { ca: certificate } })),
      (agent) => Effect.promise(() => agent.destroy())
    ),
    (agent) => ((url: string, init: object) => NpmUndici.fetch(url, { ...init, dispatcher: agent })) as never
  )
)

/** The clients, each of which trusts the certificate. */
export const backends: ReadonlyArray<readonly [name: string, layer: Layer.Layer<HttpClient.HttpClient>]> = [
  ["fetch", Layer.provide(FetchHttpClient.layer, trusting)],
  ["our fetch", Layer.provide(Fetch.layer, trusting)],
  ["undici", Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher, dispatcher)],
  ["our undici", Undici.layer({ connect: { ca: certificate } })],
  ["node:http", Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer({ ca: certificate }))],
  [
    "node:http, kept alive",
    Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer({ ca: certificate, keepAlive: true }))
  ]
]
