/** The messages of a thread around a time, for people who have to decide. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as ListMessages from "@inbox-effect/client/ListMessages"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

/** A message of a thread. */
export interface ThreadMessage {
  readonly id: string
  readonly at: DateTime.Utc
  readonly origin: string
  readonly content: string
}

/** The API that threads are read from. */
export interface Reach {
  readonly baseUrl: string
  readonly token: Redacted.Redacted
}

const Page = Schema.Struct({
  messages: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      createdAt: Schema.DateTimeUtc,
      origin: Schema.NullOr(Schema.String),
      content: Schema.NullOr(Schema.String)
    })
  )
})

const maxText = 2_000

/** Reads the latest messages of a thread, oldest first; fails with nothing but that it cannot. */
export const read = (
  { baseUrl, token }: Reach,
  threadId: string
): Effect.Effect<ReadonlyArray<ThreadMessage>, "Unreadable", HttpClient.HttpClient> =>
  Effect.gen(function* () {
    const client = HttpClient.withTracerDisabledWhen(yield* HttpClient.HttpClient, () => true)
    const request = HttpClientRequest.get(`${baseUrl}/threads/${encodeURIComponent(threadId)}/messages`).pipe(
      HttpClientRequest.setUrlParams({ limit: String(ListMessages.maxLimit) }),
      HttpClientRequest.bearerToken(token),
      HttpClientRequest.acceptJson
    )
    const response = yield* HttpClientResponse.filterStatusOk(yield* client.execute(request))
    const { messages } = yield* HttpClientResponse.schemaBodyJson(Page)(response)
    return messages
      .map(({ content, createdAt, id, origin }) => ({
        id,
        at: createdAt,
        origin: origin ?? "unknown",
        content: (content ?? "").slice(0, maxText)
      }))
      .sort((a, b) => DateTime.toEpochMillis(a.at) - DateTime.toEpochMillis(b.at))
  }).pipe(
    Effect.timeout("10 seconds"),
    Effect.scoped,
    Effect.mapError(() => "Unreadable" as const)
  )
