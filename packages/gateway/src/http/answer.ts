/**
 * Answers and refusals of the gateway as they travel, whatever carries them.
 */
import * as Answer from "@inbox-effect/server/Answer"
import * as Refused from "@inbox-effect/server/Refusal"
import type * as Gateway from "../model.js"
import type { Refusal } from "../refusal.js"
import { deliveryHeader } from "./headers.js"

/** A refusal that says what became of the message. */
export const toRefusal = ({ code, delivery, headers, message, status }: Refusal): Refused.Refusal =>
  new Refused.Refusal({ status, code, message, headers: { ...headers, [deliveryHeader]: delivery } })

/** The answer of the gateway. */
export const toAnswer = ({ headers, json }: Gateway.Answer): Answer.Answer => Answer.json(json, { headers })
