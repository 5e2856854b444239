/**
 * Corrections to the document that `OpenApi.fromApi` generates.
 */
import * as Predicate from "effect/Predicate"

type Json = Record<string, unknown>

const decodeErrorRef = "#/components/schemas/HttpApiDecodeError"

/** Gives the answers of an operation, by status, their descriptions. */
export const describeResponses =
  (descriptions: Readonly<Record<number, string>>) =>
  (operation: Json): Json => {
    const responses = operation.responses as Record<string, Json>
    return {
      ...operation,
      responses: Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [
          status,
          { ...response, description: descriptions[Number(status)] ?? response.description }
        ])
      )
    }
  }

const isAnyType = (value: unknown): boolean => Array.isArray(value) && value.length === 6

const rewriteEntries = (object: Json): Json => {
  const out: Json = {}
  for (const [key, value] of Object.entries(object)) {
    // Objects are open: keys that are not listed are ignored, which is what leaving the keyword out says.
    if (key === "additionalProperties" && typeof value === "boolean") continue
    // All six types together are what JSON Schema says by naming none.
    if (key === "type" && isAnyType(value)) continue
    out[key] = rewrite(value)
  }
  return out
}

/** The framework adds its own decoding error to every 400; servers of this API answer with the documented one alone. */
const withoutDecodeError = (object: Json): Json => {
  if (!Array.isArray(object.anyOf)) {
    return object
  }
  const rest = object.anyOf.filter((member) => member?.$ref !== decodeErrorRef)
  return rest.length === 1 && rest.length < object.anyOf.length ? rest[0] : { ...object, anyOf: rest }
}

const rewrite = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(rewrite)
    : Predicate.isRecord(value)
      ? withoutDecodeError(rewriteEntries(value))
      : value

const references = (value: unknown, found = new Set<string>()): Set<string> => {
  JSON.stringify(value, (key, inner) => {
    if (key === "$ref" && typeof inner === "string") found.add(inner.slice(inner.lastIndexOf("/") + 1))
    return inner
  })
  return found
}

const reachable = (schemas: Json, roots: Set<string>): Json => {
  const kept = new Set<string>()
  const visit = (name: string) => {
    if (kept.has(name)) return
    kept.add(name)
    references(schemas[name]).forEach(visit)
  }
  roots.forEach(visit)
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => kept.has(name)))
}

/** Makes the generated document say what the vendor's says: open objects, documented errors only, "any" as any. */
export const tidy = (document: Json): Json => {
  const { security: _, components, ...rest } = rewrite(document) as Json & { components: { schemas: Json } }
  return { ...rest, components: { ...components, schemas: reachable(components.schemas, references(rest.paths)) } }
}
