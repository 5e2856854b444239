import { contractTests } from "@inbox-effect/contract-tests/vitest"

contractTests({
  url: "http://127.0.0.1:8787/api/v1",
  token: "sandbox-token",
  threadId: ["sandboxthread00000000001", "sandboxthread00000000002"]
})
