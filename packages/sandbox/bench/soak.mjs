/**
 * Sends an hour's worth of messages, the 10,000 that a team may send, several times over, and says what the sandbox
 * holds in memory after each. It fails where the second half still grows by more than a tenth.
 *
 * `SOAK_HOURS` (6) makes it longer or shorter.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { memoryOf, run, sandbox, start } from "./load.mjs"

const hours = Number(process.env.SOAK_HOURS ?? 6)

const folder = mkdtempSync(join(tmpdir(), "inbox-soak-"))
const server = await start("sandbox, a file", sandbox("--database", join(folder, "inbox.db")))
const say = (sends, text) => process.stdout.write(`${sends} sends: ${memoryOf(server.pid).toFixed(0)} MiB${text}\n`)

say(0, "")
const held = []
for (let hour = 1; hour <= hours; hour++) {
  const { p99, rate } = await run(server, 10_000, 16)
  held.push(memoryOf(server.pid))
  say(hour * 10_000, `, ${rate.toFixed(0)} a second, p99 ${p99.toFixed(1)} ms`)
}
await server.stop()
rmSync(folder, { recursive: true, force: true })
const growth = held.at(-1) / held[Math.floor((hours - 1) / 2)] - 1
process.stdout.write(`growth over the second half: ${(100 * growth).toFixed(1)} %\n`)
process.exitCode = growth > 0.1 ? 1 : 0
