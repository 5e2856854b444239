/**
 * Decodes what is as it should be, at a tenth of the price of the parser of `Schema`, from the same schema.
 *
 * A reader is made of the syntax tree of a schema and runs the filters and transformations that are in it: nothing is
 * checked differently, and nothing is written down twice. All it leaves out is the account of what is wrong. Whoever
 * is refused asks the schema itself, whose word is final: a reader may refuse what a schema takes, never take what a
 * schema refuses.
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { ParseError } from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/** The value is not as it should be, or the reader does not know. */
const Refused: unique symbol = Symbol("@inbox-effect/client/internal/Refused")

type Read = (value: unknown) => unknown

/** As the decoders of this package ask for it: a key that is not there is not taken for `undefined`. */
const options: SchemaAST.ParseOptions = { errors: "all", exact: true }

const when =
  (holds: (value: unknown) => boolean): Read =>
  (value) =>
    holds(value) ? value : Refused

const settled = (result: unknown): unknown =>
  Either.isEither(result) && Either.isRight(result) ? result.right : Refused

const struct = (ast: SchemaAST.TypeLiteral): Read | undefined => {
  const properties: Array<{ readonly name: PropertyKey; readonly isOptional: boolean; readonly read: Read }> = []
  for (const { isOptional, name, type } of ast.propertySignatures) {
    const read = reader(type)
    if (read === undefined) return undefined
    properties.push({ name, isOptional, read })
  }
  if (properties.length === 0 || ast.indexSignatures.length > 0) {
    return undefined
  }
  return (value) => {
    if (!Predicate.isRecord(value)) return Refused
    const out: Record<PropertyKey, unknown> = {}
    for (const { isOptional, name, read } of properties) {
      if (Object.hasOwn(value, name)) {
        const part = read(value[name])
        if (part === Refused) return Refused
        out[name] = part
      } else if (!isOptional) {
        return Refused
      }
    }
    return out
  }
}

const array = (ast: SchemaAST.TupleType): Read | undefined => {
  const [rest] = ast.rest
  const read = ast.elements.length === 0 && ast.rest.length === 1 && rest !== undefined ? reader(rest.type) : undefined
  if (read === undefined) {
    return undefined
  }
  return (value) => {
    if (!Array.isArray(value)) return Refused
    const out: Array<unknown> = []
    for (const item of value) {
      const part = read(item)
      if (part === Refused) return Refused
      out.push(part)
    }
    return out
  }
}

const union = (ast: SchemaAST.Union): Read | undefined => {
  const members: Array<Read> = []
  for (const type of ast.types) {
    const read = reader(type)
    if (read === undefined) return undefined
    members.push(read)
  }
  return (value) => {
    for (const read of members) {
      const out = read(value)
      if (out !== Refused) return out
    }
    return Refused
  }
}

const refinement = (ast: SchemaAST.Refinement): Read | undefined => {
  const from = reader(ast.from)
  return from === undefined
    ? undefined
    : (value) => {
        const out = from(value)
        return out !== Refused && Option.isNone(ast.filter(out, options, ast)) ? out : Refused
      }
}

const transformation = (ast: SchemaAST.Transformation): Read | undefined => {
  const { from, to, transformation } = ast
  const [before, after] = [reader(from), reader(to)]
  return before === undefined || after === undefined || transformation._tag !== "FinalTransformation"
    ? undefined
    : (value) => {
        const out = before(value)
        const changed = out === Refused ? Refused : settled(transformation.decode(out, options, ast, value))
        return changed === Refused ? Refused : after(changed)
      }
}

const declaration = (ast: SchemaAST.Declaration): Read => {
  const decode = ast.decodeUnknown(...ast.typeParameters)
  return (value) => settled(decode(value, options, ast))
}

const reader = (ast: SchemaAST.AST): Read | undefined => {
  switch (ast._tag) {
    case "StringKeyword":
      return when(Predicate.isString)
    case "BooleanKeyword":
      return when(Predicate.isBoolean)
    case "Literal":
      return when((value) => value === ast.literal)
    case "TypeLiteral":
      return struct(ast)
    case "TupleType":
      return array(ast)
    case "Union":
      return union(ast)
    case "Refinement":
      return refinement(ast)
    case "Transformation":
      return transformation(ast)
    case "Declaration":
      return declaration(ast)
    default:
      return undefined
  }
}

/**
 * Decodes with a schema, all problems at once and no key taken for present that is not: by a reader where that takes the
 * value, and else by the parser, which knows what to say.
 */
export const decoder = <A, I>(schema: Schema.Schema<A, I>): ((value: unknown) => Either.Either<A, ParseError>) => {
  const read = reader(schema.ast)
  const parse = Schema.decodeUnknownEither(schema, options)
  return (value) => {
    const out = read === undefined ? Refused : read(value)
    return out === Refused ? parse(value) : Either.right(out as A)
  }
}
