/**
 * Measures the CPU of one way of sending against another, pair by pair, each pair in a process of its own.
 *
 * Usage: node bench/cost.mjs [PAIR...]
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Exchange from "./exchange.mjs"
import { median } from "./measure.mjs"

const pairs = {
  fetch: ["**`sendMessage` on our fetch layer**", Exchange.baseline],
  stock: ["`sendMessage` on stock undici", "`HttpClient` + `schemaBodyJson` on stock undici"],
  undici: ["**`sendMessage` on our undici layer**", "bare `undici.request` + `JSON.parse`"],
  control: [Exchange.baseline, Exchange.baseline]
}
const rounds = Number(process.env.BENCH_ROUNDS ?? 120)
const count = Number(process.env.BENCH_REQUESTS ?? 64)
const inFlight = Number(process.env.BENCH_IN_FLIGHT ?? 16)

const cpu = async (run) => {
  const before = process.cpuUsage()
  await run(count)
  const { system, user } = process.cpuUsage(before)
  return (system + user) / count
}

const measure = async (name) => {
  const server = fork(new URL("./server.mjs", import.meta.url))
  const [port] = await once(server, "message")
  const { dispose, variants } = await Exchange.make(`http://127.0.0.1:${port}/api/v1`, inFlight)
  const [one, other] = pairs[name].map((each) => variants[each])
  for (let i = 0; i < 40; i++) {
    await one(count)
    await other(count)
  }
  const ratios = [],
    ones = [],
    others = []
  for (let i = 0; i < rounds; i++) {
    // ABBA: whatever drifts falls on both.
    const a1 = await cpu(one),
      b1 = await cpu(other),
      b2 = await cpu(other),
      a2 = await cpu(one)
    ones.push(a1, a2)
    others.push(b1, b2)
    ratios.push((a1 + a2) / (b1 + b2))
  }
  await dispose()
  server.kill()
  const sorted = ratios.toSorted((a, b) => a - b)
  const at = (q) => sorted[Math.floor(q * (sorted.length - 1))].toFixed(2)
  console.log(
    name,
    "ratio",
    median(ratios).toFixed(3),
    "quartiles",
    at(0.25),
    at(0.75),
    "us",
    median(ones).toFixed(0),
    median(others).toFixed(0),
    "min",
    Math.min(...ones).toFixed(0),
    Math.min(...others).toFixed(0)
  )
}

for (const name of process.argv.slice(2)) await measure(name)
