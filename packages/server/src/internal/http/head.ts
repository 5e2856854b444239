import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Refusal from "../../Refusal.js"
import type { State } from "../state.js"

/** RFC 9110: the scheme in any case, one space or more, one token of visible ASCII. */
const credentials = /^bearer +([\x21-\x7e]+)$/i

const noToken = Refusal.unauthorized("Send the header Authorization: Bearer <token>")

/** Reads the token in the header `Authorization`, strictly. */
export const readToken = (authorization: string | undefined): Either.Either<Redacted.Redacted, Refusal.Refusal> => {
  const token = credentials.exec(authorization ?? "")?.[1]
  return token === undefined ? Either.left(noToken) : Either.right(Redacted.make(token))
}

/** Headers that count once. Node keeps the first of several in silence, and a proxy before it may have kept the last. */
const single = new Set(["host", "authorization", "content-type"])

const repeated = (raw: ReadonlyArray<string>): string | undefined => {
  const seen = new Set<string>()
  for (let index = 0; index < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? ""
    if (!single.has(name)) continue
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/** Refuses a head that reads in more than one way, or asks for what the server does not do. */
export const refuse = ({ expectation, host, incoming }: State): Refusal.Refusal | undefined => {
  const name = repeated(incoming.rawHeaders)
  if (name === "authorization") return Refusal.unauthorized("The header Authorization must be given once")
  if (name !== undefined) return Refusal.badRequest(`The header ${name} must be given once`)
  if (host === undefined && incoming.httpVersion === "1.1") return Refusal.badRequest("The header Host is missing")
  return expectation === "unknown"
    ? new Refusal.Refusal({
        status: 417,
        code: "EXPECTATION_FAILED",
        message: "Nothing but 100-continue can be expected"
      })
    : undefined
}
