import { OpenApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import * as InboxApi from "@inbox-effect/client/InboxApi"
import * as Message from "@inbox-effect/client/Message"
import { Validator } from "@seriousme/openapi-schema-validator"

const id = { type: "string", pattern: "^[0-9a-z]+$" }
const dateTime = { type: "string", format: "date-time" }
const orNull = (schema: object) => ({ anyOf: [schema, { type: "null" }] })
const shortened = { examples: ["df6jbw4h36..."] }

const operation = (() => {
  const post = InboxApi.openApi.paths["/threads/{threadId}/messages"]?.post
  assert.isDefined(post)
  return post as NonNullable<typeof post>
})()

describe("InboxApi.openApi", () => {
  it("is valid OpenAPI 3.1", async () => {
    const validator = new Validator()
    const result = await validator.validate(JSON.parse(JSON.stringify(InboxApi.openApi)))
    assert.deepStrictEqual(result.errors ?? [], [])
    assert.isTrue(result.valid)
    assert.strictEqual(validator.version, "3.1")
  })

  it("is plain JSON, and what generators see of the api", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(InboxApi.openApi)), InboxApi.openApi)
    assert.deepStrictEqual(OpenApi.fromApi(InboxApi.InboxApi), InboxApi.openApi)
  })

  it("has one path with one operation", () => {
    assert.deepStrictEqual(Object.keys(InboxApi.openApi.paths), ["/threads/{threadId}/messages"])
    assert.deepStrictEqual(Object.keys(InboxApi.openApi.paths["/threads/{threadId}/messages"] ?? {}), ["post"])
  })

  it("says where the API is and who may call it", () => {
    assert.deepStrictEqual(InboxApi.openApi.info, { title: "Inbox API", version: "1.0.0" })
    assert.deepStrictEqual(InboxApi.openApi.servers, [{ url: "https://inboxapp.com/api/v1" }])
    assert.deepStrictEqual(InboxApi.openApi.components.securitySchemes, {
      bearerAuth: { type: "http", scheme: "bearer" }
    })
    assert.deepStrictEqual(operation.security, [{ bearerAuth: [] }])
  })

  it("describes the operation", () => {
    assert.strictEqual(operation.operationId, "threads.thread.messages.create")
    assert.strictEqual(operation.summary, "Send message")
    assert.strictEqual(operation.description, "Send a message in a thread")
    assert.deepStrictEqual(operation.tags, ["Messages"])
  })

  it("describes the request", () => {
    assert.deepStrictEqual(operation.parameters, [
      { name: "threadId", in: "path", required: true, schema: id } as never
    ])
    assert.deepStrictEqual(operation.requestBody as unknown, {
      required: true,
      content: {
        "application/json": {
          schema: {
            type: "object",
            required: ["content"],
            properties: {
              content: { type: "string", minLength: 1 },
              replyToMessageId: { ...id, description: "The ID of the message to reply to." }
            }
          }
        }
      }
    })
  })

  it("describes the answer", () => {
    assert.deepStrictEqual(operation.responses[200] as unknown, {
      description: "OK",
      content: { "application/json": { schema: { $ref: "#/components/schemas/Message" } } }
    })
    assert.deepStrictEqual(InboxApi.openApi.components.schemas.Message as unknown, {
      type: "object",
      required: [...Message.keys],
      properties: {
        platform: {
          type: "string",
          enum: ["twitter"],
          description: "The platform the message was sent from.",
          examples: ["twitter"]
        },
        teamId: { ...id, ...shortened },
        threadId: { ...id, ...shortened },
        id: { ...id, ...shortened, description: "The Inbox ID of the message." },
        userId: {
          ...orNull(id),
          ...shortened,
          description: "The Inbox user who sent this message if applicable."
        },
        createdAt: dateTime,
        updatedAt: orNull(dateTime),
        platformId: { ...orNull({ type: "string" }), examples: ["1234567890"] },
        content: { type: "string", examples: ["Hey, I'm reaching out from Acme Agency..."] },
        campaignId: {
          ...orNull(id),
          ...shortened,
          description: "The Inbox campaign ID that sent this message if applicable."
        },
        authorId: {
          type: "string",
          ...shortened,
          description:
            "Will either be the `accountLinkId` or the `externalId` of the thread. May be a cuid2 or a legacy external ID."
        },
        origin: {
          ...orNull({ type: "string", enum: ["internal", "external", "api"] }),
          examples: ["internal"],
          description:
            "The origin of the message. 'internal' means send from a user on Inbox, 'external' means synced from Twitter, 'api' means sent via the API."
        },
        replyData: { ...orNull({}), description: "The reply data of the message if applicable." },
        forwardData: { ...orNull({}), description: "The forward data of the message if applicable." },
        entities: { description: "Normalized URL entities, mentions, hashtags, tweet shares." },
        attachment: { description: "Normalized media and card attachments." },
        reactions: { type: "array", items: {}, description: "Normalized reactions." },
        isEncrypted: { ...orNull({ type: "boolean" }), description: "Whether the message is end-to-end encrypted." },
        isEdited: { type: "boolean", description: "Whether the message has been edited." },
        deletedAt: { ...orNull(dateTime), description: "When the message was soft-deleted in Inbox." },
        platformDeletedAt: { ...orNull(dateTime), description: "When the message was deleted on the platform." }
      }
    })
  })

  it("describes the documented errors, and nothing of the framework's own", () => {
    const names: Record<string, string> = {
      400: "BadRequest",
      401: "Unauthorized",
      403: "Forbidden",
      404: "ThreadNotFound",
      409: "Conflict",
      422: "UnprocessableContent",
      429: "RateLimited",
      500: "ServerError"
    }
    const { 200: _, ...errors } = operation.responses
    assert.deepStrictEqual(Object.keys(errors), Object.keys(names))
    for (const [status, name] of Object.entries(names)) {
      assert.deepStrictEqual(errors[Number(status)]?.content, {
        "application/json": { schema: { $ref: `#/components/schemas/${name}` } }
      } as never)
      const { description, ...schema } = InboxApi.openApi.components.schemas[name] as never as Record<string, unknown>
      assert.strictEqual(errors[Number(status)]?.description, description)
      assert.deepStrictEqual(schema, {
        type: "object",
        required: ["error"],
        properties: {
          error: {
            type: "object",
            required: ["code", "message", "status"],
            properties: {
              code: { type: "string" },
              message: { type: "string" },
              status: { type: "number", enum: [Number(status)] }
            }
          }
        }
      })
    }
    assert.deepStrictEqual(
      Object.keys(InboxApi.openApi.components.schemas).sort(),
      ["Message", ...Object.values(names)].sort()
    )
  })
})
