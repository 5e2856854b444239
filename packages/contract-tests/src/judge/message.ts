/** Checks of the shape of an answer that accepts a message. */
import type * as Message from "@inbox-effect/client/Message"
import { documentedType } from "../contract/documentedType.js"
import * as Exchange from "../model/Exchange.js"
import * as Body from "./body.js"
import { breach, type Check, holds } from "./violation.js"

export const isStatus200: Check = ({ sent }) => {
  const status = Exchange.response(sent.exchange)?.status
  return status === 200 ? holds : breach("status", "status", "status 200", `status ${status}`)
}

export const isMediaTypeJson: Check = ({ sent }) => {
  const response = Exchange.response(sent.exchange)
  const type = response === undefined ? undefined : Body.mediaType(response)
  if (response === undefined || type === "application/json") return holds
  const actual = Exchange.header(response.headers, "content-type") ?? "no Content-Type"
  return breach(type ?? "missing", "header content-type", "application/json", actual)
}

export const isMessage: Check = ({ facts: { reading } }) =>
  reading?.kind === "unreadable"
    ? breach(reading.facet, "body", "one JSON object in UTF-8, a bare Message", reading.problem)
    : holds

/** Tells whether a key is there, with a value of its documented type. */
export const hasKey =
  (key: keyof Message.Message): Check =>
  ({ facts: { flaws, reading } }) => {
    const flaw = flaws.get(key)
    if (flaw === undefined || reading?.kind !== "object") return holds
    const actual = flaw === "missing" ? "the key is missing" : Body.brief(reading.value[key])
    return breach(flaw, `$.${key}`, documentedType(key), actual)
  }
