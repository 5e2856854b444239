import { assert, describe, it } from "@effect/vitest"
import { startSandbox } from "@inbox-effect/sandbox/promise"
import { test } from "./examples/promise.js"

describe("startSandbox", () => {
  it("runs the example of its documentation", () => test())

  it("has what it was started with, stores, fails on demand and stops", async () => {
    const sandbox = await startSandbox({
      teams: [
        { token: "first", threads: ["thread1"] },
        { token: "second", threads: ["thread2"] }
      ]
    })
    assert.deepStrictEqual(
      sandbox.teams.map(({ threads, token }) => [token, threads.map(({ id }) => id)]),
      [
        ["first", ["thread1"]],
        ["second", ["thread2"]]
      ]
    )
    const send = () =>
      fetch(`${sandbox.url}/threads/thread1/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" },
        body: JSON.stringify({ content: "On my way" })
      })
    await sandbox.addFault("status=503", { threadId: "thread1" })
    assert.strictEqual((await send()).status, 503)
    await sandbox.clearFaults()
    assert.strictEqual((await send()).status, 200)
    const stored = await sandbox.messages("thread1")
    assert.strictEqual(stored.at(-1)?.content, "On my way")
    assert.isString(stored.at(-1)?.createdAt)
    const refused = await sandbox.addFault("nonsense").catch((thrown: unknown) => thrown)
    assert.instanceOf(refused, TypeError)
    await sandbox.close()
    assert.instanceOf(await send().catch((thrown: unknown) => thrown), TypeError)
  })

  it("says why it cannot start", async () => {
    const error = await startSandbox({ port: -1 }).catch((thrown: unknown) => thrown)
    assert.include(String(error), "The port must be a whole number")
  })
})
