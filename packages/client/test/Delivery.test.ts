import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as InboxError from "@inbox-effect/client/InboxError"

const expected: Record<string, readonly [error: string | null, delivery: string, retry: string]> = {
  InvalidRequest: ["InvalidRequest", "NotDelivered", "No"],
  NoCredentials: ["CredentialsUnavailable", "NotDelivered", "No"],
  NotConnected: ["ConnectionFailed", "NotDelivered", "Yes"],
  BadRequest: ["BadRequest", "NotDelivered", "No"],
  Unauthorized: ["Unauthorized", "NotDelivered", "WithFreshToken"],
  Forbidden: ["Forbidden", "NotDelivered", "No"],
  ThreadNotFound: ["ThreadNotFound", "NotDelivered", "No"],
  Conflict: ["Conflict", "NotDelivered", "No"],
  UnprocessableContent: ["UnprocessableContent", "NotDelivered", "No"],
  RateLimited: ["RateLimited", "NotDelivered", "AfterRetryAfter"],
  OtherClientError: ["UnexpectedStatus", "NotDelivered", "No"],
  ServerError: ["ServerError", "Unknown", "OnlyUnsafely"],
  ConnectionLost: ["ConnectionLost", "Unknown", "OnlyUnsafely"],
  NotStarted: ["TimedOut", "NotDelivered", "No"],
  TimedOut: ["TimedOut", "Unknown", "OnlyUnsafely"],
  Interrupted: [null, "Unknown", "No"],
  NotAMessage: ["MalformedResponse", "Delivered", "Never"],
  Redirect: ["UnexpectedStatus", "Unknown", "No"],
  OtherStatus: ["UnexpectedStatus", "Unknown", "No"]
}

describe("Delivery", () => {
  it("decides as it always has", () => {
    assert.deepStrictEqual(
      Object.fromEntries(Delivery.table.map((row) => [row.condition, [row.error, row.delivery, row.retry]])),
      expected as never
    )
  })

  it("retries only what was not delivered", () => {
    for (const row of Delivery.table) {
      if (["Yes", "AfterRetryAfter", "WithFreshToken"].includes(row.retry))
        assert.strictEqual(row.delivery, "NotDelivered")
      if (row.retry === "OnlyUnsafely") assert.strictEqual(row.delivery, "Unknown")
      assert.strictEqual(row.retry === "Never", row.delivery === "Delivered")
    }
  })

  it("has a row for each error, and an error for each row", () => {
    const errors = InboxError.InboxError.members.map(({ _tag }) => _tag as string)
    const tags = Delivery.table.flatMap(({ error }) => (error === null ? [] : [error as string]))
    assert.deepStrictEqual([...new Set(tags)].sort(), [...errors].sort())
  })

  it("gives each error the deliveries of its rows", () => {
    for (const member of InboxError.InboxError.members) {
      assert.includeMembers(Delivery.ofError(member._tag) as Array<string>, [
        ...new Set(Delivery.table.filter(({ error }) => error === member._tag).map(({ delivery }) => delivery))
      ])
    }
    assert.strictEqual(new InboxError.ConnectionFailed({}).delivery, "NotDelivered")
    assert.strictEqual(new InboxError.ConnectionLost({}).delivery, "Unknown")
  })

  it("finds the row of each error by what the error says", () => {
    for (const row of Delivery.table) {
      assert.strictEqual(Delivery.ofCondition(row.condition), row)
      if (row.error === null) continue
      const { delivery, error } = row
      const status = "statuses" in row ? { status: row.statuses[0] } : {}
      const found = Delivery.ofFailure({ _tag: error, delivery, ...status })
      assert.strictEqual(found.condition, row.condition === "OtherClientError" ? "BadRequest" : row.condition)
    }
  })

  it("has a row for every status", () => {
    const condition = (status: number): string => {
      if (status >= 200 && status < 300) return "NotAMessage"
      if (status >= 300 && status < 400) return "Redirect"
      if (status >= 500 && status < 600) return "ServerError"
      const named: Record<number, string> = {
        400: "BadRequest",
        401: "Unauthorized",
        403: "Forbidden",
        404: "ThreadNotFound",
        409: "Conflict",
        422: "UnprocessableContent",
        429: "RateLimited"
      }
      return named[status] ?? (status >= 400 && status < 500 ? "OtherClientError" : "OtherStatus")
    }
    for (let status = -1; status <= 1100; status++) {
      assert.strictEqual(Delivery.ofStatus(status).condition, condition(status), String(status))
    }
  })
})
