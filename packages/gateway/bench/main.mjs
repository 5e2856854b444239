// CPU per send of the gateway beside a bare proxy, in the same run, in turns. CPU time hardly depends on what else the
// machine does; the rate does.
import { fork, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Pool } from "undici"

const file = (path) => fileURLToPath(new URL(path, import.meta.url))
const rounds = Number(process.env.ROUNDS ?? 5)
const sends = Number(process.env.SENDS ?? 2000)
const inFlight = 32
const ticksPerSecond = 100

const started = (child) => new Promise((resolve) => child.once("message", resolve))

/** Seconds of CPU that a process has used. */
const cpu = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

const upstream = fork(file("upstream.mjs"))
const origin = `http://127.0.0.1:${await started(upstream)}`
const proxy = fork(file("proxy.mjs"), [origin])
const proxyPort = await started(proxy)
const journal = mkdtempSync(join(tmpdir(), "inbox-gateway-bench-"))
const gateway = spawn(process.execPath, [
  file("../dist/bin.js"),
  "--port",
  "0",
  "--upstream",
  `${origin}/api/v2`,
  "--journal",
  journal
])
const gatewayUrl = await new Promise((resolve, reject) => {
  let said = ""
  const read = (chunk) => {
    said += chunk
    const url = /Inbox gateway on (\S+)/.exec(said)?.[1]
    if (url !== undefined) resolve(url)
  }
  gateway.stdout.on("data", read)
  gateway.stderr.on("data", read)
  gateway.on("exit", () => reject(new Error(said)))
})

const targets = [
  { name: "bare proxy", pid: proxy.pid, pool: new Pool(`http://127.0.0.1:${proxyPort}`, { connections: inFlight }) },
  { name: "gateway", pid: gateway.pid, pool: new Pool(new URL(gatewayUrl).origin, { connections: inFlight }) }
]

const burst = async ({ name, pid, pool }, count) => {
  const before = cpu(pid)
  const begun = performance.now()
  let next = 0
  const lane = async () => {
    while (next++ < count) {
      const answer = await pool.request({
        path: "/api/v1/threads/thread1/messages",
        method: "POST",
        headers: { authorization: "Bearer bench-token", "content-type": "application/json" },
        body: JSON.stringify({ content: `On my way ${next}` })
      })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`${name} answered ${answer.statusCode}: ${text}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const seconds = (performance.now() - begun) / 1000
  return { cpuMillis: ((cpu(pid) - before) * 1000) / count, rate: count / seconds }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

for (const target of targets) await burst(target, sends)
const results = new Map(targets.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const target of targets) results.get(target.name).push(await burst(target, sends))
}

for (const [name, list] of results) {
  const cpuMillis = median(list.map((one) => one.cpuMillis)).toFixed(2)
  const rate = Math.round(median(list.map((one) => one.rate)))
  process.stdout.write(
    `${name.padEnd(12)} ${cpuMillis} ms of CPU a send, ${rate} sends a second (${inFlight} in flight)\n`
  )
}
const [bare, own] = targets.map(({ name }) => median(results.get(name).map((one) => one.cpuMillis)))
process.stdout.write(
  `the gateway's own part: ${(own - bare).toFixed(2)} ms of CPU a send, with each key noted on disk\n`
)

for (const { pool } of targets) await pool.destroy()
for (const child of [gateway, proxy, upstream]) child.kill("SIGKILL")
rmSync(journal, { recursive: true, force: true })
process.exit(0)
