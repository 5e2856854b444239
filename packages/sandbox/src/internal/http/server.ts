import type * as SqlClient from "@effect/sql/SqlClient"
import { Server, type ServerError } from "@inbox-effect/server"
import * as Effect from "effect/Effect"
import * as MutableRef from "effect/MutableRef"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as Inspector from "../../Inspector.js"
import { SandboxError } from "../../SandboxError.js"
import { Storage } from "../../Storage.js"
import * as Messages from "../api/messages.js"
import * as Around from "../faults/around.js"
import * as FaultRules from "../faults/rules.js"
import * as App from "../inspector/app.js"
import * as Journal from "../inspector/journal.js"
import * as Recording from "../inspector/recording.js"
import * as Unparsed from "../inspector/unparsed.js"
import * as RateLimit from "../limits/rateLimit.js"
import * as Id from "../model/id.js"
import * as Authentication from "./authentication.js"
import * as Busy from "./busy.js"
import { reachable } from "./loopback.js"
import * as Passes from "./passes.js"

interface Options {
  readonly host: string
  readonly port: number
  readonly bodyLimit: number
  /** Tells whether there is an inspector, and traffic is recorded for it. */
  readonly inspector: boolean
  readonly rateLimits: boolean
  readonly cors: ReadonlyArray<string>
}

/** A server that listens, and the faults that it makes. */
export interface Serving {
  readonly port: number
  readonly faultRules: typeof FaultRules.FaultRules.Service
}

const cannotListen = ({ cause, message }: ServerError.ServerError): SandboxError =>
  new SandboxError({ reason: "Listen", message, cause })

/** Serves the API until the scope closes. */
export const serve = (
  options: Options
): Effect.Effect<Serving, SandboxError, Storage | SqlClient.SqlClient | Scope.Scope> =>
  Effect.gen(function* () {
    const storage = yield* Storage
    const journal = options.inspector ? Option.some(Journal.make()) : Option.none()
    const faultRules = FaultRules.make(() => void Option.map(journal, ({ tell }) => tell({ _tag: "faults" })))
    const record = Recording.make(journal)
    const rateLimit = yield* RateLimit.make
    const settings = MutableRef.make<Inspector.Settings>({ rateLimits: options.rateLimits })
    const passes = Passes.make()
    let listening = 0
    const self = { passes, address: () => ({ host: reachable(options.host), port: listening }) }
    const elsewhere = yield* App.make({ ...options, journal, faultRules, settings, self })
    const { port } = yield* Server.make({
      host: options.host,
      port: options.port,
      basePath: Messages.basePath,
      bodyLimit: options.bodyLimit,
      shutdownTimeout: "500 millis",
      cors: options.cors,
      makeId: Id.make,
      keepBytes: options.inspector ? options.bodyLimit : 0,
      authenticate: Authentication.make(storage, passes, options.host, options.cors),
      rateLimit: ({ teamId }) => Busy.orDie(rateLimit.take(teamId, MutableRef.get(settings).rateLimits)),
      around: Around.make(faultRules, record),
      send: Messages.send(storage, journal),
      list: Messages.list(storage),
      onEnd: (exchange, answer) => record(exchange, answer === undefined ? "Nothing" : "Complete", answer),
      onUnreadable: (unreadable) =>
        void Option.map(journal, (recorder) => recorder.record(Unparsed.toOutcome(unreadable, Date.now()))),
      elsewhere
    }).pipe(Effect.mapError(cannotListen), Effect.withTracerEnabled(false))
    listening = port
    // Whoever watches is let go before the server waits for its connections to end.
    yield* Effect.addFinalizer(() => Effect.sync(() => void Option.map(journal, ({ close }) => close())))
    return { port, faultRules }
  })
