/** One long run, in a process with `--expose-gc`: prints the heap in use after each tenth of it, in MiB. */
import { check } from "./kit.mjs"
import { withTarget } from "./target.mjs"

const requests = Number(process.argv[2])
/** About so many requests are sent for each generated case of a long run. */
const perRun = 11.5
const step = requests / 10

const heap = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

await withTarget(async (target) => {
  const samples = [{ requests: 0, heap: heap() }]
  let next = step
  const report = await check(target, {
    runs: Math.round(requests / perRun),
    concurrency: 8,
    onProgress: (progress) => {
      if (progress.requests < next) return
      next += step
      samples.push({ requests: progress.requests, heap: heap() })
    }
  })
  process.stdout.write(JSON.stringify({ samples, requests: report.requests, verdict: report.verdict }))
})
