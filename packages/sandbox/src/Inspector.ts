/**
 * The inspector of a sandbox: its threads and messages, the traffic that it answered, and the faults that it was
 * told to make. This is the sandbox's own API, served beside the vendor's.
 *
 * @since 0.1.0
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as Endpoints from "./internal/inspector/endpoints.js"

export { Event } from "./internal/inspector/schemas/events.js"

export {
  Body,
  Curl,
  Delivered,
  Exchange,
  ExchangeSummary,
  Exchanges,
  ExchangesQuery,
  Header,
  Refusal,
  Resent
} from "./internal/inspector/schemas/exchanges.js"

export {
  Faults,
  Settings,
  Team,
  Teams,
  Token,
  Tokens
} from "./internal/inspector/schemas/switches.js"

export {
  Messages,
  MessagesQuery,
  NewThread,
  Preview,
  StoredMessage,
  Thread,
  Threads
} from "./internal/inspector/schemas/threads.js"

/**
 * The path that the inspector is served under.
 *
 * @since 0.1.0
 * @category defaults
 */
export const basePath = "/sandbox"

/**
 * Everything that the inspector can be asked. Errors come in the vendor's envelope.
 *
 * @since 0.1.0
 * @category groups
 */
export const inspector = HttpApiGroup.make("inspector")
  .add(Endpoints.threads)
  .add(Endpoints.openThread)
  .add(Endpoints.receive)
  .add(Endpoints.messages)
  .add(Endpoints.message)
  .add(Endpoints.clear)
  .add(Endpoints.exchanges)
  .add(Endpoints.exchange)
  .add(Endpoints.resend)
  .add(Endpoints.events)
  .add(Endpoints.faults)
  .add(Endpoints.addFault)
  .add(Endpoints.clearFaults)
  .add(Endpoints.removeFault)
  .add(Endpoints.settings)
  .add(Endpoints.changeSettings)
  .add(Endpoints.teams)
  .add(Endpoints.tokens)
  .add(Endpoints.revokeToken)
  .addError(ErrorResponse.BadRequest)
  .addError(ErrorResponse.Forbidden)
  .addError(ErrorResponse.UnprocessableContent)
  .prefix(basePath)
  .annotate(OpenApi.Title, "Inspector")

/**
 * The inspector's API. Paths start at the root of the sandbox, not below `/api/v1`.
 *
 * @since 0.1.0
 * @category api
 */
export const InspectorApi = HttpApi.make("sandbox-inspector").add(inspector)
