/**
 * Reads objects of a server that may add keys and members: each key by itself, so that one surprise spoils one key.
 */
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

type Fields = Readonly<Record<string, Schema.Schema.AnyNoContext>>

/** An object, as far as it could be read: a key is absent where it was missing or unreadable. */
export type Read<F extends Fields> = { readonly [K in keyof F]?: Schema.Schema.Type<F[K]> }

/** Makes a reader of the fields. A value that is no object has none of them. */
export const reader = <F extends Fields>(fields: F): ((json: unknown) => Read<F>) => {
  const decoders = Object.entries(fields).map(([key, schema]) => [key, Schema.decodeUnknownOption(schema)] as const)
  return (json) => {
    const read: Record<string, unknown> = {}
    if (Predicate.isRecord(json)) {
      for (const [key, decode] of decoders) {
        const value = Object.hasOwn(json, key) ? decode(json[key]) : Option.none()
        if (Option.isSome(value)) read[key] = value.value
      }
    }
    return read as Read<F>
  }
}

/** Reads a JSON text as an object; whatever else it is has no keys. */
export const parseObject = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const json: unknown = JSON.parse(text)
    return Predicate.isRecord(json) ? json : {}
  } catch {
    return {}
  }
}
