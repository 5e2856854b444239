/**
 * What a failure to exchange a request for an answer proves: that nothing was sent, or nothing at all.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as InboxError from "../InboxError.js"
import { isNeverSent } from "./wire.js"

/** Codes that exist only before a connection does. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  "UND_ERR_CONNECT_TIMEOUT",
  // The handshake failed. Other TLS errors also occur on a connection that has carried the request.
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
  "ERR_SSL_NO_CIPHERS_AVAILABLE",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
  // The server's certificate was refused, before anything was written.
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
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

/** What Node says, without a code of its own, where a TLS connection did not come about. */
const noTls =
  /^Client network socket disconnected before secure TLS connection was established$|:SSL routines:[^:]*:wrong version number:/

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
      ((code === "ECONNRESET" || code === "EPROTO") && typeof message === "string" && noTls.test(message)))
  )
}

const codeOf = (failures: ReadonlyArray<Record<PropertyKey, unknown>>): Option.Option<string> =>
  Option.fromNullable(
    failures.map(({ code }) => code).find((code) => typeof code === "string" && /^[A-Z][A-Z0-9_/]{1,63}$/.test(code)) as
      | string
      | undefined
  )

/**
 * Reads a failure of whatever kind. Only the transport's word, or a cause that exists before a
 * connection does, proves that nothing was sent.
 */
export const classify = (
  failure: unknown,
  isSecret: (text: string) => boolean
): InboxError.ConnectionFailed | InboxError.ConnectionLost => {
  const failures = chain(failure)
  const code = Option.filter(codeOf(failures), (text) => !isSecret(text))
  const fields = Option.isSome(code) ? { code: code.value } : {}
  return failures.some((each) => isNeverSent(each) || isConnectPhase(each))
    ? new InboxError.ConnectionFailed(fields)
    : new InboxError.ConnectionLost(fields)
}
