/**
 * Measures what a send costs, side by side with what else could send it, and prints Markdown. Nothing is asserted: a
 * busy machine moves the figures, the ratios less so.
 *
 * Usage: node bench/main.mjs [cost] [exchange] [decode] [imports] [sizes]   (all of them by default)
 * `BENCH_ROUNDS`, `BENCH_REQUESTS` (per round and variant) and `BENCH_IN_FLIGHT` (such as 1,16,64) make it longer or
 * shorter.
 */
import { execFileSync, fork } from "node:child_process"
import { once } from "node:events"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import * as Cost from "./cost.mjs"
import * as Decode from "./decode.mjs"
import * as Exchange from "./exchange.mjs"
import { compare } from "./measure.mjs"
import { body } from "./message.mjs"
import * as Programs from "./programs.mjs"

const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
const requests = Number(process.env.BENCH_REQUESTS ?? 1000)
const inFlights = (process.env.BENCH_IN_FLIGHT ?? "1,16,64").split(",").map(Number)
const wanted = new Set(process.argv.slice(2))

const print = (text = "") => process.stdout.write(`${text}\n`)

const table = (head, rows) => {
  const cells = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)))
  const line = (row, fill = " ") => `| ${row.map((cell, column) => cell.padEnd(widths[column], fill)).join(" | ")} |`
  print(
    [
      line(cells[0]),
      line(
        head.map(() => ""),
        "-"
      ),
      ...cells.slice(1).map((row) => line(row))
    ].join("\n")
  )
  print()
}

const kib = (bytes) => (bytes / 1024).toFixed(1)

const cost = () => {
  const file = fileURLToPath(new URL("./cost.mjs", import.meta.url))
  print("### CPU of a send, pair by pair, 16 in flight\n")
  table(
    ["what sends", "against", "CPU, ratio", "middle half", "CPU, us", "against, us"],
    Object.entries(Cost.pairs).map(([name, [one, other]]) => {
      const found = JSON.parse(execFileSync(process.execPath, [file, name]))
      return [
        one,
        other,
        found.ratio.toFixed(2),
        `${found.low.toFixed(2)} - ${found.high.toFixed(2)}`,
        found.one.toFixed(0),
        found.other.toFixed(0)
      ]
    })
  )
}

const exchange = async () => {
  const server = fork(new URL("./server.mjs", import.meta.url))
  try {
    const [port] = await once(server, "message")
    for (const inFlight of inFlights) {
      const { dispose, variants } = await Exchange.make(`http://127.0.0.1:${port}/api/v1`, inFlight)
      const results = await compare(variants, Exchange.baseline, { count: requests, rounds })
      await dispose()
      print(`### A send, ${inFlight} in flight\n`)
      table(
        ["what sends", "CPU, ratio", "rate, ratio", "CPU, us", "per second"],
        results.map(({ cpuRatio, micros, name, rate, rateRatio }) => [
          name,
          cpuRatio.toFixed(2),
          rateRatio.toFixed(2),
          micros.toFixed(0),
          rate.toFixed(0)
        ])
      )
    }
  } finally {
    server.kill()
  }
}

const decode = async () => {
  const results = await compare(Decode.variants(), Decode.baseline, { count: 20_000, rounds })
  print("### Decoding alone\n")
  table(
    ["what decodes", "CPU, ratio", "CPU, us"],
    results.map(({ cpuRatio, micros, name }) => [name, cpuRatio.toFixed(2), micros.toFixed(2)])
  )
}

const imports = async () => {
  const results = await Programs.imports(5)
  print("### Cold import\n")
  table(
    ["what is imported", "milliseconds"],
    results.map(({ millis, name }) => [name, millis.toFixed(0)])
  )
}

const sizes = async () => {
  const results = await Programs.sizes()
  print("### Size of a program, bundled by esbuild\n")
  table(
    ["what the program does", "minified, KiB", "gzipped, KiB", "holds HTTP"],
    results.map(({ gzipped, http, minified, name }) => [name, kib(minified), kib(gzipped), http ? "yes" : "no"])
  )
}

const [{ model } = { model: "an unknown processor" }] = cpus()
print(
  `Node ${process.version}, ${cpus().length} x ${model.trim()}, ${new Date().toISOString().slice(0, 10)}; ` +
    `${rounds} interleaved rounds of ${requests} sends, answers of ${Buffer.byteLength(body)} bytes; medians.\n`
)
for (const [name, measure] of Object.entries({ cost, exchange, decode, imports, sizes })) {
  if (wanted.size === 0 || wanted.has(name)) await measure()
}
