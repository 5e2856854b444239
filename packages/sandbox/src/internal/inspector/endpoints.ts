import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as OpenApi from "@effect/platform/OpenApi"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import { InboxId } from "@inbox-effect/client/Identifier"
import * as SendMessage from "@inbox-effect/client/SendMessage"
import * as Schema from "effect/Schema"
import * as Fault from "../../Fault.js"
import * as Exchanges from "./schemas/exchanges.js"
import * as Switches from "./schemas/switches.js"
import * as Threads from "./schemas/threads.js"

const NotFound = ErrorResponse.ThreadNotFound

const ThreadPath = SendMessage.Path

const IdPath = Schema.Struct({ id: InboxId })

export const threads = HttpApiEndpoint.get("threads", "/threads")
  .annotate(OpenApi.Summary, "List threads")
  .addSuccess(Threads.Threads)

export const openThread = HttpApiEndpoint.post("openThread", "/threads")
  .annotate(OpenApi.Summary, "Open a thread")
  .setPayload(Threads.NewThread)
  .addSuccess(Threads.Thread)
  .addError(ErrorResponse.Conflict)
  .addError(NotFound)

export const receive = HttpApiEndpoint.post("receive", "/threads/:threadId/inbound")
  .annotate(OpenApi.Summary, "Speak as the other side")
  .setPath(ThreadPath)
  .setPayload(SendMessage.Payload)
  .addSuccess(Threads.StoredMessage)
  .addError(NotFound)

export const messages = HttpApiEndpoint.get("messages", "/threads/:threadId/messages")
  .annotate(OpenApi.Summary, "List the messages of a thread, with the exchange that made each")
  .setPath(ThreadPath)
  .setUrlParams(Threads.MessagesQuery)
  .addSuccess(Threads.Messages)
  .addError(NotFound)

export const message = HttpApiEndpoint.get("message", "/threads/:threadId/messages/:messageId")
  .annotate(OpenApi.Summary, "Show a message, with the exchange that made it")
  .setPath(Schema.Struct({ ...ThreadPath.fields, messageId: InboxId }))
  .addSuccess(Threads.StoredMessage)
  .addError(NotFound)

export const clear = HttpApiEndpoint.del("clear", "/messages")
  .annotate(OpenApi.Summary, "Forget the traffic and what was sent")
  .addSuccess(Schema.Struct({ deleted: Schema.Int }))

export const exchanges = HttpApiEndpoint.get("exchanges", "/exchanges")
  .annotate(OpenApi.Summary, "List requests and their answers")
  .setUrlParams(Exchanges.ExchangesQuery)
  .addSuccess(Exchanges.Exchanges)

export const exchange = HttpApiEndpoint.get("exchange", "/exchanges/:id")
  .annotate(OpenApi.Summary, "Show a request and its answer in full")
  .setPath(IdPath)
  .addSuccess(Exchanges.Exchange)
  .addError(NotFound)

export const resend = HttpApiEndpoint.post("resend", "/exchanges/:id/resend")
  .annotate(OpenApi.Summary, "Send a request again, as the team that sent it")
  .setPath(IdPath)
  .addSuccess(Exchanges.Resent)
  .addError(NotFound)
  .addError(ErrorResponse.Conflict)

export const events = HttpApiEndpoint.get("events", "/events")
  .annotate(OpenApi.Summary, "Tell what happens as it happens")
  .addSuccess(HttpApiSchema.Text({ contentType: "text/event-stream" }))

export const faults = HttpApiEndpoint.get("faults", "/faults")
  .annotate(OpenApi.Summary, "List the faults that are made")
  .addSuccess(Switches.Faults)

export const addFault = HttpApiEndpoint.post("addFault", "/faults")
  .annotate(OpenApi.Summary, "Make a fault")
  .setPayload(Fault.Order)
  .addSuccess(Fault.Rule)

export const clearFaults = HttpApiEndpoint.del("clearFaults", "/faults")
  .annotate(OpenApi.Summary, "Make no faults any more")
  .addSuccess(Switches.Faults)

export const removeFault = HttpApiEndpoint.del("removeFault", "/faults/:id")
  .annotate(OpenApi.Summary, "Remove a fault")
  .setPath(IdPath)
  .addSuccess(Switches.Faults)
  .addError(NotFound)

export const settings = HttpApiEndpoint.get("settings", "/settings")
  .annotate(OpenApi.Summary, "Show what can be switched")
  .addSuccess(Switches.Settings)

export const changeSettings = HttpApiEndpoint.put("changeSettings", "/settings")
  .annotate(OpenApi.Summary, "Switch it")
  .setPayload(Switches.Settings)
  .addSuccess(Switches.Settings)

export const teams = HttpApiEndpoint.get("teams", "/teams")
  .annotate(OpenApi.Summary, "List teams")
  .addSuccess(Switches.Teams)

export const tokens = HttpApiEndpoint.get("tokens", "/tokens")
  .annotate(OpenApi.Summary, "List the tokens that are accepted")
  .addSuccess(Switches.Tokens)

export const revokeToken = HttpApiEndpoint.del("revokeToken", "/tokens/:id")
  .annotate(OpenApi.Summary, "Accept a token no more")
  .setPath(IdPath)
  .addSuccess(Switches.Tokens)
  .addError(NotFound)
