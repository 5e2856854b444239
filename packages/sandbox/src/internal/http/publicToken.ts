import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { isOwnHost } from "../inspector/gate.js"
import * as Id from "../model/id.js"
import { isLoopback } from "./loopback.js"

/** The token that everybody knows. */
export const token: Redacted.Redacted = Redacted.make("sandbox-token")

/** The token to accept where none was given: one that everybody knows is good enough only where nobody else can come. */
export const defaultFor = (listenHost: string): Redacted.Redacted =>
  isLoopback(listenHost) ? token : Redacted.make(Id.make())

/** Tells whether a text is the token that everybody knows. */
export const isPublic = (text: string): boolean => text === Redacted.value(token)

/** Names without a dot are those of a local network, such as that of a container: no page of the Internet has one. */
const isLocal = (host: string | undefined, listenHost: string): boolean =>
  host === undefined || isOwnHost(host, listenHost) || /^[^.:]+(?::\d*)?$/.test(host)

const hostOf = (origin: string): string => /^https?:\/\/(.*)$/i.exec(origin)?.[1] ?? "."

/**
 * Says why the public token does not count for a request: the sandbox can be reached from other machines, or a web page
 * asks that is not on this machine, under a name of its own or with an origin of its own.
 */
export const refusalFor = (
  host: string | undefined,
  origin: string | undefined,
  listenHost: string,
  cors: ReadonlyArray<string>
): Option.Option<string> => {
  if (!isLoopback(listenHost)) return Option.some("The default token counts on loopback addresses only")
  if (!isLocal(host, listenHost)) {
    return Option.some("The default token counts under the names of this machine only")
  }
  return origin === undefined || cors.includes(origin) || isLocal(hostOf(origin), listenHost)
    ? Option.none()
    : Option.some("The default token does not count for pages of other sites")
}
