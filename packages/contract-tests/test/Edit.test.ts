import { assert, describe, it } from "@effect/vitest"
import * as Edit from "../src/Edit.js"
import * as Requirement from "../src/Requirement.js"

describe("the edits", () => {
  it("have ids of their own, by which replays find them", () => {
    const ids = Edit.all.map(({ id }) => id)
    assert.deepStrictEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      []
    )
  })

  it("are of requirements that exist", () => {
    const unknown = Edit.all.filter(({ requirement }) => !Requirement.byId.has(requirement))
    assert.deepStrictEqual(unknown, [])
  })
})
