/**
 * Sends an hour's worth of messages, the 10,000 that a team may send, several times over, and says what the sandbox
 * holds in memory after each, with and without garbage. It fails where that grows by more than a fifth over the second
 * half, garbage left aside.
 *
 * `SOAK_HOURS` (6) makes it longer or shorter.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { memoryOf, run, sandbox, start, weighed } from "./load.mjs"

const hours = Number(process.env.SOAK_HOURS ?? 6)

const folder = mkdtempSync(join(tmpdir(), "inbox-soak-"))
const server = await start("sandbox, a file", weighed(sandbox("--database", join(folder, "inbox.db"))))

/** Memory held after each hour, in MiB; the first is before any. */
const held = []
const weigh = async (told) => {
  const resident = memoryOf(server.pid)
  held.push(await server.held())
  process.stdout.write(
    `${(held.length - 1) * 10_000} sends: ${resident.toFixed(0)} MiB resident, ` +
      `${held.at(-1).toFixed(1)} MiB without garbage${told}\n`
  )
}

await weigh("")
for (let hour = 1; hour <= hours; hour++) {
  const { p99, rate } = await run(server, 10_000, 16)
  await weigh(`, ${rate.toFixed(0)} a second, p99 ${p99.toFixed(1)} ms`)
}
await server.stop()
rmSync(folder, { recursive: true, force: true })
const growth = held.at(-1) / held[Math.ceil(hours / 2)] - 1
process.stdout.write(`growth over the second half: ${(100 * growth).toFixed(1)} %\n`)
process.exitCode = growth > 0.2 ? 1 : 0
