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

interface Route {
  readonly operation: Operation
  readonly method: string
  readonly segments: ReadonlyArray<string>
}

const routes: ReadonlyArray<Route> = (() => {
  const found: Array<Route> = []
  HttpApi.reflect(api, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const operation = operationOf[endpoint.name as Endpoint["name"]]
      found.push({ operation, method: endpoint.method, segments: endpoint.path.split("/").slice(1) })
    }
  })
  return found
})()

/** A path of the API: the operations that it has by method, and the thread that it names. */
export interface Found {
  readonly methods: ReadonlyArray<string>
  readonly operation: Operation | undefined
  readonly threadId: string
}

const fits = (route: Route, path: ReadonlyArray<string>): boolean =>
  route.segments.length === path.length &&
  route.segments.every((segment, index) => (segment.startsWith(":") ? path[index] !== "" : segment === path[index]))

/** Looks up the path behind the base. `HEAD` is answered like `GET`. */
export const find = (path: ReadonlyArray<string>, method: string): Found | undefined => {
  const fitting = routes.filter((route) => fits(route, path))
  const [first] = fitting
  if (first === undefined) return undefined
  const asked = method === "HEAD" ? "GET" : method
  return {
    methods: fitting.flatMap((route) => (route.method === "GET" ? ["GET", "HEAD"] : [route.method])),
    operation: fitting.find((route) => route.method === asked)?.operation,
    threadId: path[first.segments.indexOf(":threadId")] ?? ""
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

type Path = HttpApiEndpoint.HttpApiEndpoint.PathParsed<typeof InboxApi.sendMessage>

type Payload = HttpApiEndpoint.HttpApiEndpoint.Payload<typeof InboxApi.sendMessage>

type Query = HttpApiEndpoint.HttpApiEndpoint.UrlParams<typeof ListMessages.listMessages>

type Decode<A> = (input: unknown) => Either.Either<A, ParseResult.ParseIssue>

const decodePath: Decode<Path> = ParseResult.decodeUnknownEither(SendMessage.Path)

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
