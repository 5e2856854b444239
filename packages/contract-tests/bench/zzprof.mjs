import * as Bare from "./bare.mjs"
import { check } from "./kit.mjs"
import { measured, withTarget } from "./target.mjs"
await withTarget(async (target) => {
  await Bare.load(target, 500, 8)
  await check(target, { runs: 10 })
  for (let round = 0; round < Number(process.env.R ?? 3); round++) {
    const kit = await measured(() => check(target, { runs: 400, concurrency: 8 }))
    const count = kit.result.requests
    const bare = await measured(() => Bare.load(target, count, 8))
    console.log(count, "kit", (kit.cpu / count).toFixed(0), "bare", (bare.cpu / count).toFixed(0), "ratio", (kit.cpu / bare.cpu).toFixed(2))
  }
})
process.exit(0)
