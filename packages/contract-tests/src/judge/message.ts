/**
 * Judges the shape of the message in a 200.
 *
 * @since 0.1.0
 */
import * as Message from "@inbox-effect/client/Message"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { documentedType } from "../contract/documentedType.js"
import * as Exchange from "../model/Exchange.js"
import type { Ledger } from "../model/Ledger.js"
import type { Sent } from "../send/trial.js"
import * as Body from "./body.js"
import { judgeSemantics } from "./semantics.js"
import { type Violation, violation } from "./violation.js"

export const judgeSuccess = (
  sent: Sent,
  response: Exchange.RawResponse,
  step: number,
  ledger: Ledger
): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  if (response.status !== 200) {
    found.push(violation("response.status", step, "status", "status", "status 200", `status ${response.status}`))
    if (response.body.byteLength === 0) return found
  }
  found.push(...judgeMediaType(response, step))
  const outcome = sent.exchange.outcome
  const reading: Body.Reading =
    outcome.kind === "incomplete"
      ? { kind: "unreadable", facet: outcome.cause, problem: outcome.reason }
      : Body.read(response.body)
  const wanted = "one JSON object in UTF-8, a bare Message"
  if (reading.kind === "unreadable") {
    found.push(violation("response.json", step, reading.facet, "body", wanted, reading.problem))
    return found
  }
  const { value } = reading
  if (!keyValidators.some(([key]) => Object.hasOwn(value, key))) {
    const actual = "an object with none of the keys of a Message"
    found.push(violation("response.json", step, "other", "body", wanted, actual))
    return found
  }
  const shape = judgeKeys(value, step)
  const broken = new Set(shape.map((each) => each.requirement))
  const sound = (key: keyof Message.Message) => broken.size === 0 || !broken.has(`response.key.${key}`)
  found.push(...shape, ...judgeSemantics({ sent, step, value, sound, ledger }))
  return found
}

const judgeMediaType = (response: Exchange.RawResponse, step: number): ReadonlyArray<Violation> => {
  const type = Body.mediaType(response)
  return type === "application/json"
    ? []
    : [
        violation(
          "response.content-type",
          step,
          type ?? "missing",
          "header content-type",
          "application/json",
          Exchange.header(response.headers, "content-type") ?? "no Content-Type"
        )
      ]
}

const typeOf = new Map(SchemaAST.getPropertySignatures(Message.Message.ast).map(({ name, type }) => [name, type]))

const keyValidators: ReadonlyArray<readonly [key: keyof Message.Message, valid: (value: unknown) => boolean]> =
  Message.keys.map((key) => {
    const decode = Schema.decodeUnknownOption(Schema.make<unknown, unknown>(typeOf.get(key) ?? SchemaAST.neverKeyword))
    // Most keys say the same in every answer.
    let lastValid: unknown
    const valid = (value: unknown): boolean => {
      if (value === lastValid && value !== undefined) return true
      const isValid = Option.isSome(decode(value))
      if (isValid && (value === null || typeof value !== "object")) lastValid = value
      return isValid
    }
    return [key, valid]
  })

const judgeKeys = (value: Readonly<Record<string, unknown>>, step: number): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  for (const [key, valid] of keyValidators) {
    if (!Object.hasOwn(value, key)) {
      found.push(
        violation(`response.key.${key}`, step, "missing", `$.${key}`, documentedType(key), `the key is missing`)
      )
    } else if (!valid(value[key])) {
      found.push(
        violation(`response.key.${key}`, step, "type", `$.${key}`, documentedType(key), Body.brief(value[key]))
      )
    }
  }
  return found
}
