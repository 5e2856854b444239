import { assert, describe, it } from "@effect/vitest"
import { Report } from "@inbox-effect/contract-tests"
import { Ajv } from "ajv"
import { Schema } from "effect"
import { counterexample, report } from "../support/report.js"

describe("the schema of a report", () => {
  it("is exported as JSON Schema, which takes a report and nothing else", () => {
    const validate = new Ajv({ strict: false }).compile(Report.jsonSchema)
    const row = {
      status: "failed",
      counterexample: counterexample("auth.near"),
      furtherCounterexamples: [counterexample("auth.near")]
    } as const
    const self = JSON.parse(JSON.stringify(Schema.encodeSync(Report.Report)(report({ "auth.near": row })))) as object
    assert.isTrue(validate(self), JSON.stringify(validate.errors))
    assert.isFalse(validate({ ...self, verdict: "perhaps" }))
    assert.isFalse(validate({ ...self, requirements: [{}] }))
  })
})
