import { assert, describe, it } from "@effect/vitest"
import * as Explain from "@inbox-effect/contract-tests/Explain"
import * as Requirement from "@inbox-effect/contract-tests/Requirement"
import { broken } from "@inbox-effect/zoo/broken"

const explain = (id: string): Explain.Explanation => {
  const requirement = Requirement.byId.get(id)
  assert.isDefined(requirement)
  return Explain.explain(requirement, broken)
}

describe("an explanation", () => {
  it("tells edits with what they change, and what has to become of them", () => {
    const { cost, requests, servers, ways } = explain("reject.media-type")
    assert.isAbove(ways.length, 3)
    assert.isTrue(
      ways.every(({ example, expects }) => expects === "refused" && /^(Content-Type: |no Content-Type)/.test(example))
    )
    assert.isTrue(cost.default.requests > requests && cost.quick.requests <= cost.default.requests)
    assert.isAbove(servers.length, 0)
  })

  it("tells how valid requests are spelled where that is what is tested", () => {
    const titles = explain("accept.scheme-case").ways.map(({ example, title }) => `${title} ${example.split("  ")[0]}`)
    assert.include(titles, "BEARER Authorization: BEARER s3cretTokenOfYours")
    assert.isAbove(explain("accept.encoding.http").ways.length, 10)
  })

  it("counts the requests of bursts for what only load shows", () => {
    const { ways } = explain("semantics.concurrent")
    assert.deepStrictEqual(
      ways.map(({ title }) => title),
      ["bursts", "drawn refusals"]
    )
  })
})
