/** Access to the page and the metrics. */
import { createHash, timingSafeEqual } from "node:crypto"
import { isIP } from "node:net"
import type * as Headers from "@effect/platform/Headers"
import * as Redacted from "effect/Redacted"

/** Tells whether an address is one that other machines cannot reach. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address)

const hostName = (header: string): string =>
  header
    .replace(/:\d{1,5}$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .toLowerCase()

/** A site that makes its own name stand for this machine still sends that name. */
const isOwnHost = (header: string | undefined, listenHost: string): boolean => {
  if (header === undefined) return false
  const name = hostName(header)
  return name === "localhost" || isIP(name) !== 0 || name === listenHost.toLowerCase()
}

const isOwnOrigin = ({ host, origin }: Headers.Headers): boolean =>
  origin === undefined || origin === `http://${host}` || origin === `https://${host}`

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b))

/** The token of `Bearer TOKEN`, or the password of `Basic`, with any name. */
const tokenOf = (authorization: string | undefined): string | undefined => {
  const [, scheme = "", value = ""] = /^(bearer|basic) ([\x21-\x7e]{1,4096})$/i.exec(authorization ?? "") ?? []
  if (scheme.toLowerCase() === "bearer") return value
  if (scheme.toLowerCase() !== "basic") return undefined
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(value, "base64").toString("utf8")) ?? []
  return password
}

/** The check before everything but health and readiness. */
export interface Gate {
  readonly host: string
  /** Needed off a loopback address. */
  readonly token: Redacted.Redacted | undefined
}

/** Why a request is refused, if it is: it comes from elsewhere, or without the token. */
export const check = (gate: Gate, headers: Headers.Headers, changes: boolean): "Elsewhere" | "NoToken" | undefined => {
  // Behind a name of its own, such as that of a service in a cluster, the token is what tells.
  if (gate.token === undefined && !isOwnHost(headers.host, gate.host)) return "Elsewhere"
  const site = headers["sec-fetch-site"]
  const isForeign = site !== undefined && site !== "same-origin" && site !== "none"
  if (!isOwnOrigin(headers) || (changes && isForeign)) return "Elsewhere"
  if (gate.token === undefined) return undefined
  const given = tokenOf(headers.authorization)
  return given !== undefined && isSame(given, Redacted.value(gate.token)) ? undefined : "NoToken"
}
