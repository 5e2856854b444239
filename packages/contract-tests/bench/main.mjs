/**
 * Measures what the kit costs and how soon it finds something, and prints Markdown. Nothing is asserted: a busy machine
 * moves the figures, the ratios less so.
 *
 * Usage: node bench/main.mjs [rate] [default] [first] [shrink] [memory] [help] [others]   (all of them by default)
 * `BENCH_ROUNDS`, `BENCH_RUNS`, `BENCH_SAMPLE` (broken servers) and `BENCH_MEMORY` (requests of the long run) make it
 * longer or shorter.
 */
import { spawn } from "node:child_process"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { sample } from "@inbox-effect/zoo/broken"
import * as Specimen from "@inbox-effect/zoo/Specimen"
import * as Bare from "./bare.mjs"
import { check, findings, untilBroken } from "./kit.mjs"
import * as Others from "./others.mjs"
import { measured, withTarget } from "./target.mjs"

const rounds = Number(process.env.BENCH_ROUNDS ?? 3)
const runs = Number(process.env.BENCH_RUNS ?? 400)
const size = Number(process.env.BENCH_SAMPLE ?? 100)
const long = Number(process.env.BENCH_MEMORY ?? 100_000)
const wanted = new Set(process.argv.slice(2))

const print = (text = "") => process.stdout.write(`${text}\n`)

const table = (head, rows) => {
  const line = (cells) => `| ${cells.join(" | ")} |`
  print([line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n"))
  print()
}

const quantile = (numbers, q) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

const median = (numbers) => quantile(numbers, 0.5)

const command = fileURLToPath(new URL("../dist/command/inbox-contract.js", import.meta.url))

/** Runs node in a process of its own, with everything that was given and nothing of our environment's targets. */
const node = async (...args) => {
  const { INBOX_API_BASE_URL, INBOX_API_TOKEN, INBOX_CONTRACT_THREAD, ...env } = process.env
  const start = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "ignore"] })
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (part) => (output += part))
  const code = await new Promise((resolve) => child.once("close", resolve))
  return { code, output, ms: performance.now() - start }
}

/** Lends a server of the zoo, in this process. */
const withSpecimen = async (specimen, use) => {
  const server = await Specimen.start(specimen)
  try {
    return await use(server)
  } finally {
    await server.close()
  }
}

const rate = async () => {
  print(`### Requests per second, against a plain \`node:http\` server in another process\n`)
  const rows = await withTarget(async (target, serverCpu) => {
    await Bare.load(target, 500, 8)
    await check(target, { runs: 10 })
    const found = []
    for (const concurrency of [1, 8, 32]) {
      const results = []
      for (let round = 0; round < rounds; round++) {
        const server = await serverCpu()
        const kit = await measured(() => check(target, { runs, concurrency }))
        const served = (await serverCpu()) - server
        const count = kit.result.requests
        const bare = await measured(() => Bare.load(target, count, concurrency))
        results.push({
          kit: (count / kit.ms) * 1000,
          bare: (count / bare.ms) * 1000,
          kitCpu: kit.cpu / count,
          bareCpu: bare.cpu / count,
          serverCpu: served / count
        })
      }
      const of = (pick) => median(results.map(pick))
      found.push([
        concurrency,
        of((each) => each.kit).toFixed(0),
        of((each) => each.bare).toFixed(0),
        of((each) => each.kitCpu).toFixed(0),
        of((each) => each.bareCpu).toFixed(0),
        of((each) => each.kitCpu / each.bareCpu).toFixed(2),
        of((each) => each.serverCpu).toFixed(0)
      ])
    }
    return found
  })
  table(
    [
      "in flight",
      "kit, per second",
      "bare loop, per second",
      "kit, CPU us",
      "bare loop, CPU us",
      "ratio",
      "server, CPU us"
    ],
    rows
  )
}

const byDefault = async () => {
  print("### A default run against the embedded sandbox\n")
  const results = []
  for (let round = 0; round < rounds; round++) {
    const { ms, output } = await node(command, "run", "--seed", String(round + 1), "--report", "json=-")
    const { durationMs, requests, verdict } = JSON.parse(output)
    results.push([verdict, requests, (durationMs / 1000).toFixed(1), (ms / 1000).toFixed(1)])
  }
  table(["verdict", "requests", "seconds", "seconds with the start of the command"], results)
}

const first = async () => {
  const counts = []
  for (const specimen of sample(size)) {
    counts.push((await withSpecimen(specimen, untilBroken)) ?? Number.POSITIVE_INFINITY)
  }
  print(`### Requests until something is seen to be broken, over ${counts.length} broken servers\n`)
  table(
    ["median", "75 %", "90 %", "never"],
    [[...[0.5, 0.75, 0.9].map((q) => quantile(counts, q)), counts.filter((count) => !Number.isFinite(count)).length]]
  )
}

const shrink = async () => {
  const spent = []
  for (const specimen of sample(size)) {
    const report = await withSpecimen(specimen, (server) => check(server))
    spent.push(...findings(report).map(({ shrinkRequests }) => shrinkRequests))
  }
  print(`### Requests spent on making a finding small, over ${spent.length} findings\n`)
  table(["median", "75 %", "90 %", "95 %", "most"], [[0.5, 0.75, 0.9, 0.95, 1].map((q) => quantile(spent, q))])
}

const memory = async () => {
  const { output } = await node("--expose-gc", fileURLToPath(new URL("./memory.mjs", import.meta.url)), String(long))
  const { requests, samples, verdict } = JSON.parse(output)
  print(`### Heap in use during a run of ${requests} requests (${verdict})\n`)
  table(
    ["requests", "MiB after collecting garbage"],
    samples.map((each) => [each.requests, each.heap.toFixed(1)])
  )
}

const help = async () => {
  const times = []
  for (let round = 0; round < 5; round++) times.push((await node(command, "--help")).ms)
  print(`### \`inbox-contract --help\`\n\n${median(times).toFixed(0)} ms, median of ${times.length}\n`)
}

const others = async () => {
  const { installed, missing } = Others.available()
  print("### The same faults, side by side\n")
  if (missing.length > 0) print(`Not installed here, so not compared with: ${missing.join(", ")}.\n`)
  if (installed.length === 0) return
  const rows = []
  for (const specimen of [Specimen.honest, ...sample(Math.min(size, 30))]) {
    const kit = await withSpecimen(specimen, async (server) => findings(await check(server)).length > 0)
    const verdicts = []
    for (const name of installed)
      verdicts.push(await withSpecimen(specimen, (server) => Others.complains(name, server)))
    rows.push([
      specimen.id,
      specimen.requirement ?? "none",
      ...[kit, ...verdicts].map((found) => (found ? "found" : "-"))
    ])
  }
  table(["server", "what it breaks", "this kit", ...installed], rows)
}

const parts = { rate, default: byDefault, first, shrink, memory, help, others }
const unknown = [...wanted].filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  process.stderr.write(`no part is called ${unknown.join(", ")}; there are ${Object.keys(parts).join(", ")}\n`)
  process.exit(2)
}

const [{ model }] = cpus()
print(`Node ${process.version}, ${cpus().length} x ${model}, ${new Date().toISOString().slice(0, 10)}\n`)
for (const [name, part] of Object.entries(parts)) if (wanted.size === 0 || wanted.has(name)) await part()
