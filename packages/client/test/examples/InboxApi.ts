import { InboxApi } from "@inbox-effect/client"

// The contract as OpenAPI 3.1, for tools that read one.
export const text = JSON.stringify(InboxApi.openApi, null, 2)
