import * as HttpApi from "@effect/platform/HttpApi"
import type * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import type * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as InboxApi from "@inbox-effect/client/InboxApi"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import type { Operation } from "../../Exchange.js"
import * as Refusal from "../../Refusal.js"
import { explain } from "./validation.js"

/** The contract, and what the vendor documents beside it. */
export const api = InboxApi.InboxApi.addHttpApi(ListMessages.ListMessagesApi)

type Endpoint =
  typeof api extends HttpApi.HttpApi<infer _Id, infer Groups, infer _E, infer _R>
    ? HttpApiGroup.HttpApiGroup.Endpoints<Groups>
    : never

/** The operation of each endpoint: an endpoint that is added, removed or renamed does not compile here. */
const operationOf: Readonly<Record<Endpoint["name"], Operation>> = { sendMessage: "send", listMessages: "list" }

/** A path of the API: its segments, and the operations that it has by method. */
interface Path {
  readonly segments: ReadonlyArray<string>
  readonly operations: Map<string, Operation>
  /** The methods as they are told. `HEAD` is answered like `GET`. */
  readonly methods: Array<string>
}

const paths: ReadonlyArray<Path> = (() => {
  const found = new Map<string, Path>()
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const { method, name } = endpoint
      const path: string = endpoint.path
      const known: Path = found.get(path) ?? { segments: path.split("/").slice(1), operations: new Map(), methods: [] }
      known.operations.set(method, operationOf[name as Endpoint["name"]])
      known.methods.push(...(method === "GET" ? ["GET", "HEAD"] : [method]))
      found.set(path, known)
    }
  })
  return [...found.values()]
})()

/** A path of the API that is asked for: its methods, the operation that the method names, and the thread. */
export interface Found {
  readonly methods: ReadonlyArray<string>
  readonly operation: Operation | undefined
  readonly threadId: string
}

const fits = ({ segments }: Path, path: ReadonlyArray<string>): boolean =>
  segments.length === path.length &&
  segments.every((segment, index) => (segment.startsWith(":") ? path[index] !== "" : segment === path[index]))

/** Looks up the path behind the base. */
export const find = (path: ReadonlyArray<string>, method: string): Found | undefined => {
  const fitting = paths.find((each) => fits(each, path))
  if (fitting === undefined) return undefined
  const { methods, operations, segments } = fitting
  return {
    methods,
    operation: operations.get(method === "HEAD" ? "GET" : method),
    threadId: path[segments.indexOf(":threadId")] ?? ""
  }
}

/** The header that says which methods a path takes. */
export const allowed = (methods: ReadonlyArray<string>) => ({ allow: [...methods, "OPTIONS"].join(", ") })

/** The path takes other methods. */
export const notAllowed = (methods: ReadonlyArray<string>): Refusal.Refusal =>
  new Refusal.Refusal({
    status: 405,
    code: "METHOD_NOT_ALLOWED",
    message: `This path takes ${methods.join(", ")}`,
    headers: allowed(methods)
  })

/** The path names nothing. `base` are the segments that the API is served under. */
export const nothingHere = (base: ReadonlyArray<string>): Refusal.Refusal =>
  new Refusal.Refusal({
    status: 404,
    code: "NOT_FOUND",
    message: `There is nothing here: messages are sent with POST /${[...base, "threads/{threadId}/messages"].join("/")}`
  })

type PathFields = HttpApiEndpoint.HttpApiEndpoint.PathParsed<typeof InboxApi.sendMessage>

type Payload = HttpApiEndpoint.HttpApiEndpoint.Payload<typeof InboxApi.sendMessage>

type Query = HttpApiEndpoint.HttpApiEndpoint.UrlParams<typeof ListMessages.listMessages>

type Decode<A> = (input: unknown) => Either.Either<A, ParseResult.ParseIssue>

const decodePath: Decode<PathFields> = ParseResult.decodeUnknownEither(SendMessage.Path)

const decodePayload: Decode<Payload> = ParseResult.decodeUnknownEither(SendMessage.Payload)

const decodeQuery: Decode<Query> = ParseResult.decodeUnknownEither(ListMessages.Query)

/** Holds the thread in the path to the contract. */
export const checkThread = (threadId: string): Refusal.Refusal | undefined => {
  const decoded = decodePath({ threadId })
  return Either.isRight(decoded) ? undefined : Refusal.badRequest(explain(decoded.left, "The path"))
}

/** Holds a JSON value to the contract. */
export const readPayload = (body: unknown) =>
  Either.mapLeft(decodePayload(body), (issue) => Refusal.invalid(explain(issue, "The body")))

/** Requirements of the fields of the query whose pattern says less. */
const musts: Readonly<Record<string, string>> = {
  limit: `must be one whole number from 1 to ${ListMessages.maxLimit}`,
  cursorTimestamp: "must be one date-time, as nextCursor has it"
}

const badQuery = (issue: ParseResult.ParseIssue) => {
  const sentence = explain(issue, "The query")
  const [field = ""] = sentence.split(" ", 1)
  const must = musts[field]
  return Refusal.badRequest(must === undefined ? sentence : `${field} ${must}`)
}

/** A part of a thread to list. */
export interface Range {
  readonly limit: number
  readonly cursor: ListMessages.Cursor | undefined
}

const badCursor = Refusal.badRequest(
  "cursorId and cursorTimestamp must both be given, as nextCursor of the page before has them"
)

const toRange = ({ cursorId, cursorTimestamp, limit }: Query): Either.Either<Range, Refusal.Refusal> => {
  const range = { limit: limit ?? ListMessages.defaultLimit, cursor: undefined }
  if (cursorId === undefined && cursorTimestamp === undefined) return Either.right(range)
  return cursorId === undefined || cursorTimestamp === undefined
    ? Either.left(badCursor)
    : Either.right({ ...range, cursor: { id: cursorId, timestamp: cursorTimestamp } })
}

/** Holds a query to the contract. A field that is given twice has two values, and is refused. */
export const readQuery = (query: string): Either.Either<Range, Refusal.Refusal> => {
  const given: Record<string, unknown> = Object.create(null)
  for (const [name, value] of new URLSearchParams(query)) {
    given[name] = Object.hasOwn(given, name) ? [given[name], value] : value
  }
  return Either.flatMap(Either.mapLeft(decodeQuery(given), badQuery), toRange)
}
