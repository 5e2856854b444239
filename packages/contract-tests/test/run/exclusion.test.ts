import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { makeExclusion } from "../../src/run/exclusion.js"

describe("exclusion", () => {
  it("lets many go on side by side, and each of those who want to be alone while nobody else does", async () => {
    const exclusion = makeExclusion()
    const inside = new Set<string>()
    let most = 0
    const use = (name: string) => async () => {
      inside.add(name)
      most = Math.max(most, inside.size)
      if (name.startsWith("alone")) assert.deepStrictEqual([...inside], [name])
      for (let turn = 0; turn < 3; turn++) await setImmediate()
      if (name.startsWith("alone")) assert.deepStrictEqual([...inside], [name])
      inside.delete(name)
      return name
    }
    const lanes = Array.from({ length: 4 }, async (_, lane) => {
      const names: Array<string> = []
      for (let round = 0; round < 5; round++) {
        names.push(await exclusion.within(use(`within ${lane}`)), await exclusion.alone(use(`alone ${lane}`)))
      }
      return names
    })
    assert.lengthOf((await Promise.all(lanes)).flat(), 40)
    assert.isAbove(most, 1)
  })

  it("goes on after what has failed", async () => {
    const exclusion = makeExclusion()
    const fails = () => Promise.reject(new Error("no"))
    for (const failing of [exclusion.within(fails), exclusion.alone(fails)]) {
      assert.strictEqual(await failing.catch(({ message }: Error) => message), "no")
    }
    assert.strictEqual(await exclusion.alone(() => Promise.resolve(1)), 1)
    assert.strictEqual(await exclusion.within(() => Promise.resolve(2)), 2)
  })
})
