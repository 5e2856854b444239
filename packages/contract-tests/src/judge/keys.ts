/** The keys of a message, and the types that are documented for them. */
import * as Message from "@inbox-effect/client/Message"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** A key that is missing, or whose value has another type. */
export type Flaw = "missing" | "type"

const typeOf = new Map(SchemaAST.getPropertySignatures(Message.Message.ast).map(({ name, type }) => [name, type]))

const validators: ReadonlyArray<readonly [key: keyof Message.Message, valid: (value: unknown) => boolean]> =
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

const none: ReadonlyMap<string, Flaw> = new Map()

/** The keys of a message that are missing or not of their documented type. */
export const flaws = (value: Readonly<Record<string, unknown>>): ReadonlyMap<string, Flaw> => {
  let found: Map<string, Flaw> | undefined
  for (const [key, valid] of validators) {
    const flaw = Object.hasOwn(value, key) ? (valid(value[key]) ? undefined : "type") : "missing"
    if (flaw !== undefined) found = (found ?? new Map<string, Flaw>()).set(key, flaw)
  }
  return found ?? none
}

/** Tells whether a value has any of the keys. */
export const hasAny = (value: Readonly<Record<string, unknown>>): boolean =>
  validators.some(([key]) => Object.hasOwn(value, key))
