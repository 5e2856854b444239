import { Conformance } from "@inbox-effect/contract-tests"

export const report = Conformance.run({
  url: "http://127.0.0.1:8787/api/v1",
  token: "secret",
  threadId: "thread1",
  checks: [
    {
      id: "request-id",
      title: "each answer has an X-Request-Id",
      check: ({ response }) =>
        response === undefined || response.headers.some(([name]) => name.toLowerCase() === "x-request-id")
          ? []
          : [{ expected: "an X-Request-Id", actual: "none", place: "header x-request-id" }]
    }
  ]
})
