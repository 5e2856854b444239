import { ErrorResponse } from "@inbox-effect/client"
import { Schema } from "effect"

export const body = Schema.encodeSync(ErrorResponse.ThreadNotFound)({
  error: { code: "THREAD_NOT_FOUND", message: "There is no such thread", status: 404 }
})
