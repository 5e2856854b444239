/**
 * The contract as one `HttpApi`: servers implement it with `HttpApiBuilder`, tools read it as OpenAPI.
 *
 * @example
 * ```ts
 * import { InboxApi } from "@inbox-effect/client"
 *
 * // The contract as OpenAPI 3.1, for tools that read one.
 * export const text = JSON.stringify(InboxApi.openApi, null, 2)
 * ```
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Context from "effect/Context"
import * as ErrorResponse from "./ErrorResponse.js"
import * as internal from "./internal/openApi.js"
import { Message } from "./Message.js"
import { Path, Payload } from "./SendMessage.js"

/**
 * Whom a bearer token stands for: the team that the token belongs to.
 *
 * @since 0.1.0
 * @category models
 */
export class Caller extends Context.Tag("@inbox-effect/client/InboxApi/Caller")<
  Caller,
  {
    readonly teamId: string
  }
>() {}

/**
 * Bearer authentication. A server's implementation tells the handlers who is calling, or refuses with a 401.
 *
 * @since 0.1.0
 * @category middleware
 */
export class Authorization extends HttpApiMiddleware.Tag<Authorization>()(
  "@inbox-effect/client/InboxApi/Authorization",
  {
    failure: ErrorResponse.Unauthorized,
    provides: Caller,
    security: { bearerAuth: HttpApiSecurity.bearer }
  }
) {}

// The framework describes its own 400, which the documented one replaces.
const badRequest = "The parameters are bad or the body is not JSON"

/**
 * `POST /threads/:threadId/messages`: sends one message each time that it is called; it has no idempotency key.
 *
 * @since 0.1.0
 * @category endpoints
 */
export const sendMessage = HttpApiEndpoint.post("sendMessage", "/threads/:threadId/messages")
  .setPath(Path)
  .setPayload(Payload)
  .addSuccess(Message)
  .addError(ErrorResponse.BadRequest)
  .addError(ErrorResponse.Forbidden)
  .addError(ErrorResponse.ThreadNotFound)
  .addError(ErrorResponse.Conflict)
  .addError(ErrorResponse.UnprocessableContent)
  .addError(ErrorResponse.RateLimited)
  .addError(ErrorResponse.ServerError)
  .middleware(Authorization)
  .annotate(OpenApi.Identifier, "threads.thread.messages.create")
  .annotate(OpenApi.Summary, "Send message")
  .annotate(OpenApi.Description, "Send a message in a thread")
  .annotate(OpenApi.Transform, internal.describeResponses({ 200: "OK", 400: badRequest }))

/**
 * The operations on messages.
 *
 * @since 0.1.0
 * @category groups
 */
export const messages = HttpApiGroup.make("messages").add(sendMessage).annotate(OpenApi.Title, "Messages")

/**
 * The Inbox API, version 1, as far as it is documented for sending a message. Paths are relative to the server's URL,
 * which ends in `/api/v1`.
 *
 * @since 0.1.0
 * @category api
 */
export const InboxApi = HttpApi.make("inbox")
  .add(messages)
  .annotate(OpenApi.Title, "Inbox API")
  .annotate(OpenApi.Version, "1.0.0")
  .annotate(OpenApi.Servers, [{ url: "https://inboxapp.com/api/v1" }])
  .annotate(OpenApi.Transform, internal.tidy)

/**
 * The contract as an OpenAPI 3.1 document, a plain JSON value.
 *
 * @since 0.1.0
 * @category reflection
 */
export const openApi: OpenApi.OpenAPISpec = OpenApi.fromApi(InboxApi)
