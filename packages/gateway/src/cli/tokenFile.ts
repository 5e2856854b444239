/**
 * The file of the callers: a name and a token in each line.
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Client } from "../GatewayServer.js"

const form = /^(\S+)\s+([\x21-\x7e]+)$/

/** Reads the file. Empty lines and those that begin with `#` are skipped. What is wrong names the line, not the token. */
export const parse = (text: string): Either.Either<ReadonlyArray<Client>, string> => {
  const clients: Array<Client> = []
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  for (const [index, line] of lines.entries()) {
    if (line === "" || line.startsWith("#")) continue
    const [, name, token] = form.exec(line) ?? []
    if (name === undefined || token === undefined) {
      return Either.left(`Line ${index + 1} of the token file is not a name and a token, such as "shop 4fz9..."`)
    }
    clients.push({ name, token: Redacted.make(token) })
  }
  const isRepeated = (values: ReadonlyArray<string>) => new Set(values).size < values.length
  if (clients.length === 0) return Either.left("The token file names no caller")
  if (isRepeated(clients.map(({ name }) => name))) return Either.left("Two callers in the token file have one name")
  if (isRepeated(clients.map(({ token }) => Redacted.value(token)))) {
    return Either.left("Two callers in the token file have one token")
  }
  return Either.right(clients)
}
