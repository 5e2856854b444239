/**
 * Classifies failures to exchange a request for an answer by what they prove: that nothing was sent, or nothing at all.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as InboxError from "../../InboxError.js"
import { isBegun, isNeverSent } from "./wire.js"

/**
 * Codes that exist only before a connection does. No TLS code is among them, as all of them come up on connections that
 * have carried the request as well: from an alert, from bytes that are no TLS, and, where a certificate is refused, from
 * another handshake, for which a server of TLS 1.2 may ask at any time.
 */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  "UND_ERR_CONNECT_TIMEOUT"
])

/** Codes that say so only together with the system call `connect`. */
const connecting = new Set([
  "EACCES",
  "EADDRNOTAVAIL",
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "EPERM",
  "ETIMEDOUT"
])

/** Message of Node for a TLS connection that ended in its handshake: it waits for that with an end, and no longer. */
const noTls = "Client network socket disconnected before secure TLS connection was established"

/** Message of Node's fetch for a port that it never connects to. */
const badPort = "bad port"

/** Message of Deno's fetch for every failure to connect, and of no other: the address before it is the client's own. */
const denoConnect = /^error sending request for url \([^\s()]*\): client error \(Connect\)/

const maxDepth = 5

/** The failure and what caused it, outermost first. */
const chain = (failure: unknown): ReadonlyArray<Record<PropertyKey, unknown>> => {
  const out: Array<Record<PropertyKey, unknown>> = []
  let current = failure
  while (out.length < maxDepth && Predicate.isObject(current)) {
    out.push(current as Record<PropertyKey, unknown>)
    current = (current as { readonly cause?: unknown }).cause
  }
  return out
}

const speaks = ({ code, errors }: Record<PropertyKey, unknown>): boolean =>
  typeof code === "string" || (Array.isArray(errors) && errors.length > 0)

const saysSo = ({ code, message, name }: Record<PropertyKey, unknown>): boolean =>
  code === undefined &&
  typeof message === "string" &&
  (name === "TypeError" ? denoConnect.test(message) : name === "Error" && message === badPort)

const isConnectPhase = (failure: Record<PropertyKey, unknown>): boolean => {
  // One address after the other was tried: each attempt has to have failed before a connection.
  if (Array.isArray(failure.errors) && failure.errors.length > 0) {
    return failure.errors.every((each) => Predicate.isObject(each) && isConnectPhase(each as never))
  }
  const { code, message, syscall } = failure
  return (
    typeof code === "string" &&
    (neverConnected.has(code) ||
      (syscall === "connect" && connecting.has(code)) ||
      (code === "ECONNRESET" && message === noTls))
  )
}

/** Tells whether a chain proves that nothing was sent. Of several failures with a code, the outermost saw the most. */
const isProof = (failures: ReadonlyArray<Record<PropertyKey, unknown>>): boolean => {
  // One failure of a connection can end requests that were begun and others that were not: its mark is the inner one.
  const marked = failures.find((each) => isNeverSent(each) || isBegun(each))
  if (marked !== undefined) return isNeverSent(marked)
  const speaking = failures.find(speaks)
  return speaking === undefined ? failures.some(saysSo) : isConnectPhase(speaking)
}

const codeOf = (failures: ReadonlyArray<Record<PropertyKey, unknown>>): Option.Option<string> =>
  Option.fromNullable(
    failures.map(({ code }) => code).find((code) => typeof code === "string" && /^[A-Z][A-Z0-9_/]{1,63}$/.test(code)) as
      | string
      | undefined
  )

/**
 * Reads a failure of whatever kind. Only the transport's word, or a cause that exists before a connection does, proves
 * that nothing was sent; a transport that says that the request was begun (`isStarted`) has the last word.
 */
export const classify = (
  failure: unknown,
  isSecret: (text: string) => boolean,
  isStarted = false
): InboxError.ConnectionFailed | InboxError.ConnectionLost => {
  const failures = chain(failure)
  const code = Option.filter(codeOf(failures), (text) => !isSecret(text))
  const fields = Option.isSome(code) ? { code: code.value } : {}
  return !isStarted && isProof(failures)
    ? new InboxError.ConnectionFailed(fields)
    : new InboxError.ConnectionLost(fields)
}
