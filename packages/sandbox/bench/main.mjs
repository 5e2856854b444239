/**
 * Measures how many sends a sandbox takes, on each database, beside a server that does nothing and one that does
 * the same work by hand, and what `--help` takes. Prints Markdown, and at the end what is within its aim.
 * Nothing is asserted: a busy machine moves the figures, the ratios less so.
 *
 * `BENCH_ROUNDS`, `BENCH_REQUESTS` (per round and server) and `BENCH_IN_FLIGHT` (such as 1,16,64) make it longer or
 * shorter.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import * as Postgres from "../test/support/postgres.ts"
import { bare, help, plain, run, sandbox, start } from "./load.mjs"

const rounds = Number(process.env.BENCH_ROUNDS ?? 5)
const requests = Number(process.env.BENCH_REQUESTS ?? 2_000)
const inFlights = (process.env.BENCH_IN_FLIGHT ?? "1,16,64").split(",").map(Number)

const print = (text) => process.stdout.write(`${text}\n`)

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

const folder = mkdtempSync(join(tmpdir(), "inbox-bench-"))
const scope = Effect.runSync(Scope.make())
const servers = [
  await start("bare node:http", bare),
  await start("plain node:http, the same work", plain),
  await start("sandbox, in memory", sandbox()),
  await start("sandbox, a file", sandbox("--database", join(folder, "inbox.db")))
]
if (Postgres.installed) {
  const postgres = await Effect.runPromise(Scope.extend(Postgres.start, scope))
  servers.push(await start("sandbox, PostgreSQL", sandbox("--database", await Effect.runPromise(postgres.fresh))))
}

const [{ model } = { model: "an unknown processor" }] = cpus()
print(
  `Node ${process.version}, ${cpus().length} x ${model.trim()}, ${new Date().toISOString().slice(0, 10)}; ` +
    `${rounds} interleaved rounds of ${requests} sends; medians. PostgreSQL runs without fsync.\n`
)
for (const server of servers) await run(server, requests, 16)

/** Verdicts on the aims, told at the end. */
const verdicts = []
const judge = (what, value, aim, unit = "") =>
  verdicts.push(`- ${what}: ${value.toFixed(2)}${unit} (aim: ${aim}${unit}), ${value <= aim ? "met" : "missed"}`)

for (const inFlight of inFlights) {
  const results = new Map(servers.map((server) => [server, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < servers.length; turn++) {
      const server = servers[(turn + round) % servers.length]
      results.get(server).push(await run(server, requests, inFlight))
    }
  }
  print(`| ${inFlight} in flight | per second | of bare | CPU, us | of plain | p50, ms | p99, ms | p99 / p50 |`)
  print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
  const base = results.get(servers[0])
  const byHand = results.get(servers[1])
  for (const [{ name }, own] of results) {
    const of = (key) => median(own.map((result) => result[key]))
    const ratio = median(own.map(({ rate }, round) => rate / base[round].rate))
    const cost = median(own.map(({ micros }, round) => micros / byHand[round].micros))
    const spread = median(own.map(({ p50, p99 }) => p99 / p50))
    const cells = [
      of("rate").toFixed(0),
      ratio.toFixed(2),
      of("micros").toFixed(0),
      cost.toFixed(2),
      of("p50").toFixed(2),
      of("p99").toFixed(2),
      spread.toFixed(1)
    ]
    if (name === "sandbox, in memory" && inFlight > 1)
      judge(`CPU of the plain server at ${inFlight} in flight`, cost, 2.5)
    if (name === "sandbox, in memory" && inFlight === 64) judge("p99 over the median at 64 in flight", spread, 5)
    print(`| ${name} | ${cells.join(" | ")} |`)
  }
  print("")
}

await Promise.all(servers.map(({ stop }) => stop()))
const helps = []
for (let time = 0; time < 5; time++) helps.push(await help())
judge("--help, wall", median(helps.map(({ millis }) => millis)), 300, " ms")
judge("--help, CPU", median(helps.map(({ cpuMillis }) => cpuMillis)), 300, " ms")
for (const verdict of verdicts) print(verdict)
await Effect.runPromise(Scope.close(scope, Exit.void))
rmSync(folder, { recursive: true, force: true })
