/**
 * Measures what one way of sending costs against another: CPU time, garbage collection included. Each way has a process
 * of its own, as a program has one way to send, and they take turns in rounds of one, the other, the other, the one, so
 * that whatever drifts falls on both. Prints, as JSON, the ratio of the sums, the middle half of the ratios of single
 * rounds, and the CPU of a send in microseconds.
 *
 * Usage: node bench/cost.mjs PAIR
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Exchange from "./exchange.mjs"

/** What is compared with what. The first pair shows how far the measure itself is off. */
export const pairs = {
  control: [Exchange.baseline, Exchange.baseline],
  fetch: ["**`sendMessage` on our fetch layer**", Exchange.baseline],
  guarded: [Exchange.guarded, Exchange.baseline],
  stock: ["`sendMessage` on stock undici", "`HttpClient` + `schemaBodyJson` on stock undici"],
  undici: ["**`sendMessage` on our undici layer**", "bare `undici.request` + `JSON.parse`"]
}

const rounds = Number(process.env.BENCH_ROUNDS ?? 40)
const count = Number(process.env.BENCH_REQUESTS ?? 250)
const inFlight = Number(process.env.BENCH_IN_FLIGHT ?? 16)

/** Enough sends for the compiler to be done, and for the heap to have the size that it keeps. */
const warmUp = 3000

/** Sends as many messages as it is told to by its parent, in one way, and answers with the CPU time of each. */
const serve = async (name, baseUrl) => {
  const { variants } = await Exchange.make(baseUrl, inFlight)
  process.on("message", async (count) => {
    const before = process.cpuUsage()
    await variants[name](count)
    const { system, user } = process.cpuUsage(before)
    process.send((system + user) / count)
  })
  process.send("ready")
}

const start = async (name, baseUrl) => {
  const child = fork(fileURLToPath(import.meta.url), ["--serve", name, baseUrl])
  await once(child, "message")
  const run = async (count) => {
    child.send(count)
    const [micros] = await once(child, "message")
    return micros
  }
  await run(warmUp)
  return { run, stop: () => child.kill() }
}

const measure = async (one, other) => {
  const all = []
  for (let round = 0; round < rounds; round++) {
    const first = await one.run(count)
    const others = [await other.run(count), await other.run(count)]
    all.push({ one: (first + (await one.run(count))) / 2, other: (others[0] + others[1]) / 2 })
  }
  const ratios = all.map((each) => each.one / each.other).sort((a, b) => a - b)
  const mean = (name) => all.reduce((sum, each) => sum + each[name], 0) / rounds
  return {
    ratio: mean("one") / mean("other"),
    low: ratios[Math.floor(rounds / 4)],
    high: ratios[Math.floor((rounds * 3) / 4)],
    one: mean("one"),
    other: mean("other")
  }
}

const compare = async (pair) => {
  const server = fork(new URL("./server.mjs", import.meta.url))
  const [port] = await once(server, "message")
  const ways = []
  try {
    for (const name of pairs[pair]) ways.push(await start(name, `http://127.0.0.1:${port}/api/v1`))
    process.stdout.write(`${JSON.stringify(await measure(...ways))}\n`)
  } finally {
    for (const way of ways) way.stop()
    server.kill()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [first, ...rest] = process.argv.slice(2)
  await (first === "--serve" ? serve(...rest) : compare(first))
}
