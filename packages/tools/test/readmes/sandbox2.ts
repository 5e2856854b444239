import { startSandbox } from "@inbox-effect/sandbox/promise"

const sandbox = await startSandbox()
await sandbox.addFault("status=503", { times: 1 })
console.log(sandbox.url, sandbox.token, await sandbox.messages("sandboxthread00000000001"))
await sandbox.close()
