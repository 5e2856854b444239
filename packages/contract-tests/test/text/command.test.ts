import { assert, describe, it } from "@effect/vitest"
import { commandIn } from "../../src/text/command.js"

describe("commandIn", () => {
  it("is what was typed in the repository, and what works in any project elsewhere", () => {
    assert.strictEqual(commandIn({ npm_lifecycle_event: "start", npm_package_name: "inbox-effect" }), "npm start --")
    const anywhere = "npx -p @inbox-effect/contract-tests inbox-contract"
    assert.strictEqual(commandIn({}), anywhere)
    assert.strictEqual(commandIn({ npm_lifecycle_event: "npx" }), anywhere)
    assert.strictEqual(commandIn({ npm_lifecycle_event: "start", npm_package_name: "other" }), anywhere)
  })
})
