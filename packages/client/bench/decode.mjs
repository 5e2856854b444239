/** Decoding alone: the same body, the same checks, as far as each library has them. */
import { Message } from "@inbox-effect/client/Message"
import * as ReceivedMessage from "@inbox-effect/client/ReceivedMessage"
import { Type } from "@sinclair/typebox"
import { TypeCompiler } from "@sinclair/typebox/compiler"
import Ajv from "ajv/dist/2020.js"
import * as Schema from "effect/Schema"
import * as v from "valibot"
import * as z from "zod"
import { body } from "./message.mjs"

const id = /^[0-9a-z]+$/
const dateTime = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/
const origins = ["internal", "external", "api"]

const zod = () => {
  const inboxId = z.string().regex(id)
  const instant = z.string().regex(dateTime)
  const schema = z.object({
    platform: z.literal("twitter"),
    teamId: inboxId,
    threadId: inboxId,
    id: inboxId,
    userId: inboxId.nullable(),
    createdAt: instant,
    updatedAt: instant.nullable(),
    platformId: z.string().nullable(),
    content: z.string(),
    campaignId: inboxId.nullable(),
    authorId: z.string(),
    origin: z.enum(origins).nullable(),
    replyData: z.unknown(),
    forwardData: z.unknown(),
    entities: z.unknown(),
    attachment: z.unknown(),
    reactions: z.array(z.unknown()),
    isEncrypted: z.boolean().nullable(),
    isEdited: z.boolean(),
    deletedAt: instant.nullable(),
    platformDeletedAt: instant.nullable()
  })
  return (value) => schema.parse(value)
}

const valibot = () => {
  const inboxId = v.pipe(v.string(), v.regex(id))
  const instant = v.pipe(v.string(), v.regex(dateTime))
  const schema = v.object({
    platform: v.literal("twitter"),
    teamId: inboxId,
    threadId: inboxId,
    id: inboxId,
    userId: v.nullable(inboxId),
    createdAt: instant,
    updatedAt: v.nullable(instant),
    platformId: v.nullable(v.string()),
    content: v.string(),
    campaignId: v.nullable(inboxId),
    authorId: v.string(),
    origin: v.nullable(v.picklist(origins)),
    replyData: v.unknown(),
    forwardData: v.unknown(),
    entities: v.unknown(),
    attachment: v.unknown(),
    reactions: v.array(v.unknown()),
    isEncrypted: v.nullable(v.boolean()),
    isEdited: v.boolean(),
    deletedAt: v.nullable(instant),
    platformDeletedAt: v.nullable(instant)
  })
  return (value) => v.parse(schema, value)
}

/** The JSON Schema that typebox builds is ajv's too. */
const jsonSchema = () => {
  const inboxId = Type.String({ pattern: id.source })
  const instant = Type.String({ pattern: dateTime.source })
  const nullable = (type) => Type.Union([type, Type.Null()])
  return Type.Object({
    platform: Type.Literal("twitter"),
    teamId: inboxId,
    threadId: inboxId,
    id: inboxId,
    userId: nullable(inboxId),
    createdAt: instant,
    updatedAt: nullable(instant),
    platformId: nullable(Type.String()),
    content: Type.String(),
    campaignId: nullable(inboxId),
    authorId: Type.String(),
    origin: nullable(Type.Union(origins.map((origin) => Type.Literal(origin)))),
    replyData: Type.Unknown(),
    forwardData: Type.Unknown(),
    entities: Type.Unknown(),
    attachment: Type.Unknown(),
    reactions: Type.Array(Type.Unknown()),
    isEncrypted: nullable(Type.Boolean()),
    isEdited: Type.Boolean(),
    deletedAt: nullable(instant),
    platformDeletedAt: nullable(instant)
  })
}

const validated = (check) => (value) => {
  if (!check(value)) throw new Error("The body is not a message")
  return value
}

const repeated = (f) => async (count) => {
  for (let i = 0; i < count; i++) f()
}

export const baseline = "`JSON.parse`"

export const variants = () => {
  const value = JSON.parse(body)
  const schema = jsonSchema()
  const typebox = TypeCompiler.Compile(schema)
  const decoders = {
    "effect `Schema`, our `Message` (dates decoded)": Schema.decodeUnknownSync(Message),
    "the client, from the same schema (dates decoded, drift noted)": (input) => ReceivedMessage.decode(input, "Refuse"),
    "valibot (dates stay strings)": valibot(),
    "zod 4 (dates stay strings)": zod(),
    "ajv (checks only)": validated(new Ajv().compile(schema)),
    "typebox, compiled (checks only)": validated((input) => typebox.Check(input))
  }
  return {
    [baseline]: repeated(() => JSON.parse(body)),
    ...Object.fromEntries(Object.entries(decoders).map(([name, decode]) => [name, repeated(() => decode(value))]))
  }
}
