import { STATUS_CODES } from "node:http"
import * as Answer from "@inbox-effect/server/Answer"
import * as Refusal from "@inbox-effect/server/Refusal"

const documentedCodes: Readonly<Record<number, string>> = {
  404: "THREAD_NOT_FOUND",
  422: "VALIDATION_ERROR",
  429: "RATE_LIMITED"
}

const codeOf = (status: number): string =>
  documentedCodes[status] ?? (STATUS_CODES[status] ?? "ERROR").toUpperCase().replace(/[^A-Z]+/g, "_")

/** The error that the sandbox was told to answer with. */
export const told = (status: number, headers: Answer.Headers = {}): Answer.Answer =>
  Refusal.toAnswer(
    new Refusal.Refusal({
      status,
      code: codeOf(status),
      message: `The sandbox was told to answer with ${status}`,
      headers
    })
  )

/** The same answer with another body. */
export const withBody = ({ headers, status }: Answer.Answer, body: Uint8Array): Answer.Answer =>
  new Answer.Answer(status, headers, body)

/** The first half of the bytes of a body. */
export const firstHalf = (answer: Answer.Answer): Uint8Array => {
  const bytes = Answer.bytes(answer)
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}
