import { strict as assert } from "node:assert"
import type { Answer } from "./http.js"

/** Holds a refusal to the vendor's envelope. */
export const assertRefused = (answer: Answer, status: number, code?: string): void => {
  assert.equal(answer.status, status, answer.text)
  const { error, ...rest } = JSON.parse(answer.text)
  assert.deepEqual(rest, {})
  assert.equal(error.status, status)
  assert.equal(typeof error.message, "string")
  if (code !== undefined) assert.equal(error.code, code)
  assert.match(String(answer.headers["content-type"]), /^application\/json/)
}
