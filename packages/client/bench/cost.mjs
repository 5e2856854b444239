/**
 * Measures what one way of sending costs against another, in a process of its own: CPU time, in many short rounds of one,
 * the other, the other, the one, so that whatever drifts falls on both. Prints the median of the ratios, the middle half
 * of them, and the CPU of a send in microseconds, as JSON.
 *
 * Usage: node bench/cost.mjs PAIR
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import * as Exchange from "./exchange.mjs"
import { median } from "./measure.mjs"

/** What is compared with what. The first pair shows how far the measure itself is off. */
export const pairs = {
  control: [Exchange.baseline, Exchange.baseline],
  fetch: ["**`sendMessage` on our fetch layer**", Exchange.baseline],
  guarded: [Exchange.guarded, Exchange.baseline],
  fair: ["**`sendMessage` on our fetch layer**", Exchange.guarded],
  stock: ["`sendMessage` on stock undici", "`HttpClient` + `schemaBodyJson` on stock undici"],
  undici: ["**`sendMessage` on our undici layer**", "bare `undici.request` + `JSON.parse`"]
}

const rounds = Number(process.env.BENCH_ROUNDS ?? 100)
const count = Number(process.env.BENCH_REQUESTS ?? 64)
const inFlight = Number(process.env.BENCH_IN_FLIGHT ?? 16)

/** Enough for the compiler to be done with both. */
const warmUp = 40

const cpuOf = async (send) => {
  const before = process.cpuUsage()
  await send(count)
  const { system, user } = process.cpuUsage(before)
  return (system + user) / count
}

const measure = async (one, other) => {
  for (let round = 0; round < warmUp; round++) {
    await one(count)
    await other(count)
  }
  const all = []
  for (let round = 0; round < rounds; round++) {
    const first = await cpuOf(one)
    const others = [await cpuOf(other), await cpuOf(other)]
    all.push({ one: (first + (await cpuOf(one))) / 2, other: (others[0] + others[1]) / 2 })
  }
  const ratios = all.map((each) => each.one / each.other).sort((a, b) => a - b)
  return {
    ratio: median(ratios),
    low: ratios[Math.floor(ratios.length / 4)],
    high: ratios[Math.floor((ratios.length * 3) / 4)],
    one: median(all.map((each) => each.one)),
    other: median(all.map((each) => each.other))
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [one, other] = pairs[process.argv[2]]
  const server = fork(new URL("./server.mjs", import.meta.url))
  try {
    const [port] = await once(server, "message")
    const { dispose, variants } = await Exchange.make(`http://127.0.0.1:${port}/api/v1`, inFlight)
    process.stdout.write(`${JSON.stringify(await measure(variants[one], variants[other]))}\n`)
    await dispose()
  } finally {
    server.kill()
  }
}
