import { assert, describe, it } from "@effect/vitest"
import * as Requirement from "../../src/contract/Requirement.js"
import * as Edits from "../../src/generate/edits/all.js"

describe("the edits", () => {
  it("have ids of their own, by which replays find them", () => {
    const ids = Edits.all.map(({ id }) => id)
    assert.deepStrictEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      []
    )
  })

  it("are of requirements that exist", () => {
    const unknown = Edits.all.filter(({ requirement }) => !Requirement.byId.has(requirement))
    assert.deepStrictEqual(unknown, [])
  })
})
