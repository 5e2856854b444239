/**
 * Messages that arrive from elsewhere (a webhook, a queue, an export) are checked against the contract and kept as lines
 * of JSON. Nothing here sends anything: of the client, only the schema is imported, and with it no HTTP.
 */
import { Message } from "@inbox-effect/client/Message"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

const Line = Schema.parseJson(Message)

const decode = Schema.decodeUnknownEither(Line, { errors: "all" })

const encode = Schema.encodeSync(Line)

/** What is wrong with a message: the paths of the keys, none of their values. */
export interface Refused {
  readonly paths: ReadonlyArray<string>
}

/** Takes the body of a webhook. */
export const receive = (body: string): Either.Either<Message, Refused> =>
  Either.mapLeft(decode(body), (error) => ({
    paths: ParseResult.ArrayFormatter.formatErrorSync(error).map(({ path }) => path.join("."))
  }))

/** A line to store. `receive` reads it back as the same message. */
export const toLine = (message: Message): string => encode(message)

/** Whether the other side wrote it, and nobody has deleted it. */
export const isInbound = ({ deletedAt, origin, platformDeletedAt }: Message): boolean =>
  origin === "external" && deletedAt === null && platformDeletedAt === null
