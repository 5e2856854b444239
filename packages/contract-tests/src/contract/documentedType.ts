import * as InboxApi from "@inbox-effect/client/InboxApi"

interface JsonSchema {
  readonly type?: string | ReadonlyArray<string>
  readonly format?: string
  readonly pattern?: string
  readonly enum?: ReadonlyArray<unknown>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly items?: JsonSchema
  readonly $ref?: string
}

const schemas = (InboxApi.openApi.components?.schemas ?? {}) as unknown as { readonly [name: string]: JsonSchema }

const properties =
  (schemas.Message as { readonly properties?: { readonly [key: string]: JsonSchema } } | undefined)?.properties ?? {}

const render = (schema: JsonSchema): string => {
  if (schema.$ref !== undefined) return render(schemas[schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1)] ?? {})
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(render))].join(" or ")
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" or ")
  if (schema.type === "array") return "an array"
  if (typeof schema.type !== "string") return "any value"
  const base = schema.type === "null" ? "null" : `a ${schema.type}`
  if (schema.format !== undefined) return `${base} in RFC 3339 ${schema.format} form`
  return schema.pattern === undefined ? base : `${base} matching ${schema.pattern}`
}

/** The documented type of a key of the Message in words, read from the contract's own OpenAPI document. */
export const documentedType = (key: string): string => render(properties[key] ?? {})
