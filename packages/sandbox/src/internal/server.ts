import * as Http from "node:http"
import type { Duplex } from "node:stream"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpMiddleware from "@effect/platform/HttpMiddleware"
import * as HttpRouter from "@effect/platform/HttpRouter"
import type * as HttpServer from "@effect/platform/HttpServer"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type * as SqlClient from "@effect/sql/SqlClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import type * as Inspector from "../Inspector.js"
import { SandboxError } from "../SandboxError.js"
import type { Storage } from "../Storage.js"
import * as Authorization from "./authorization.js"
import * as Documentation from "./documentation.js"
import * as FaultRules from "./faultRules.js"
import { harden, refuseUndecodable } from "./hardening.js"
import * as Gate from "./inspector/gate.js"
import * as Handlers from "./inspector/handlers.js"
import * as Journal from "./inspector/journal.js"
import * as Messages from "./messages.js"
import * as RateLimit from "./rateLimit.js"
import { toWire } from "./refusal.js"

interface Options {
  readonly host: string
  readonly port: number
  readonly bodyLimit: number
  /** Whether there is an inspector, and traffic is recorded for it. */
  readonly inspector: boolean
  readonly rateLimits: boolean
}

/** Paths mean what they say: letters have a case, slashes count, and an identifier may have any length. */
const routing = HttpRouter.setRouterConfig({
  caseSensitive: true,
  ignoreTrailingSlash: false,
  ignoreDuplicateSlashes: false,
  maxParamLength: Number.MAX_SAFE_INTEGER
})

/** How long open connections are waited for when the server closes, in milliseconds. */
const graceMillis = 500

const parserAnswer = (code: string | undefined): string => {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return toWire(431, "Request Header Fields Too Large", "HEADERS_TOO_LARGE", "The URL or the headers are too long")
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return toWire(413, "Content Too Large", "PAYLOAD_TOO_LARGE", "The chunk extensions are too long")
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return toWire(408, "Request Timeout", "REQUEST_TIMEOUT", "The request did not arrive in time")
    default:
      return toWire(400, "Bad Request", "BAD_REQUEST", "The request is not valid HTTP")
  }
}

const closeWith = (socket: Duplex, answer: string): void => {
  if (!socket.writable) {
    socket.destroy()
    return
  }
  // A sender that is still busy would be reset, and never read the answer: what it still sends is dropped for a while.
  socket.removeAllListeners("data")
  socket.on("data", () => {}).resume()
  socket.end(answer)
  setTimeout(() => socket.destroy(), graceMillis).unref()
}

const makeNodeServer = (): Http.Server => {
  const server = Http.createServer({ keepAliveTimeout: 60_000, headersTimeout: 65_000, requestTimeout: 120_000 })
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET") {
      socket.destroy()
      return
    }
    closeWith(socket, parserAnswer(error.code))
  })
  server.on("connect", (_request, socket) => {
    closeWith(socket, toWire(405, "Method Not Allowed", "METHOD_NOT_ALLOWED", "This is not a proxy"))
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

const cannotListen = ({ host, port }: Options, cause: unknown): SandboxError => {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "unknown error"
  const sentence = sentences[code] ?? `cannot be listened on (${code})`
  return new SandboxError({ reason: "Listen", message: `${host}:${port} ${sentence}`, cause })
}

/** Idle connections and watchers end at once; whoever is still busy after the grace period is cut off. */
const closeConnections = (server: Http.Server, journal: Option.Option<Journal.Recorder>): Effect.Effect<void> =>
  Effect.sync(() => {
    Option.map(journal, ({ close }) => close())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), graceMillis).unref()
  })

const listen = (
  options: Options,
  server: Http.Server,
  journal: Option.Option<Journal.Recorder>
): Effect.Effect<HttpServer.HttpServer, SandboxError, Scope.Scope> =>
  NodeHttpServer.make(() => server, { host: options.host, port: options.port }).pipe(
    Effect.mapError((error) => cannotListen(options, error.cause)),
    Effect.zipLeft(Effect.addFinalizer(() => closeConnections(server, journal)))
  )

const makeApp = (
  options: Options,
  journal: Option.Option<Journal.Recorder>,
  faultRules: typeof FaultRules.FaultRules.Service
) =>
  Effect.gen(function* () {
    const rateLimit = yield* RateLimit.make
    const settings = yield* Ref.make<Inspector.Settings>({ rateLimits: options.rateLimits })
    const state = Layer.mergeAll(
      Layer.succeed(Journal.Journal, journal),
      Layer.succeed(FaultRules.FaultRules, faultRules),
      Layer.succeed(Handlers.CurrentSettings, settings)
    )
    const messages = Messages.layer(options.bodyLimit)
    const served = Option.match(journal, {
      onNone: () => HttpApiBuilder.api(Messages.vendorApi).pipe(Layer.provide(messages)),
      onSome: (recorder) =>
        HttpApiBuilder.api(Messages.api).pipe(
          Layer.provide([messages, Handlers.layer(options.bodyLimit)]),
          Layer.provide([Gate.layer(options.host), Layer.succeed(Journal.CurrentRecorder, recorder)])
        )
    })
    const app = yield* HttpApiBuilder.httpApp.pipe(
      Effect.provide(
        Documentation.layer.pipe(
          Layer.provideMerge(served),
          Layer.provide(Authorization.layer(options.host, rateLimit, settings)),
          Layer.merge(refuseUndecodable),
          Layer.provideMerge(Layer.mergeAll(HttpApiBuilder.Router.Live, HttpApiBuilder.Middleware.layer)),
          Layer.provideMerge(routing),
          Layer.provide(state)
        )
      )
    )
    return harden({ host: options.host, journal, faultRules })(app)
  })

/** A server that listens, and the faults that it makes. */
export interface Serving {
  readonly port: number
  readonly faultRules: typeof FaultRules.FaultRules.Service
}

/** Serves the API until the scope closes. */
export const serve = (
  options: Options
): Effect.Effect<Serving, SandboxError, Storage | SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const journal = options.inspector ? Option.some(Journal.make()) : Option.none()
    const faultRules = FaultRules.make(() => void Option.map(journal, ({ tell }) => tell({ _tag: "faults" })))
    const app = yield* makeApp(options, journal, faultRules)
    const nodeServer = makeNodeServer()
    const server = yield* listen(options, nodeServer, journal)
    yield* server.serve(app).pipe(
      HttpMiddleware.withTracerDisabledWhenEffect(() => true),
      Effect.withTracerEnabled(false)
    )
    // Without this listener Node takes no notice of `Upgrade`, and such a request is answered like any other.
    nodeServer.removeAllListeners("upgrade")
    return { port: server.address._tag === "TcpAddress" ? server.address.port : options.port, faultRules }
  }).pipe(Effect.provide(NodeHttpServer.layerContext))
