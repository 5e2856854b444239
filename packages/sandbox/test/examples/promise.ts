import assert from "node:assert/strict"
import { createInboxClient } from "@inbox-effect/client/promise"
import { startSandbox } from "@inbox-effect/sandbox/promise"

export const test = async (): Promise<void> => {
  const sandbox = await startSandbox()
  const inbox = createInboxClient({ token: sandbox.token, baseUrl: sandbox.url })
  const threadId = sandbox.threads[0]?.id ?? ""
  await sandbox.addFault("reset=after", { times: 1 })
  const result = await inbox.sendMessage({ threadId, content: "On my way" })
  assert.equal(result.delivery, "Unknown")
  assert.equal((await sandbox.messages(threadId)).at(-1)?.content, "On my way")
  await inbox.close()
  await sandbox.close()
}
