/** Interleaved rounds: what is compared runs side by side, in turns, and each round is compared with itself. */
export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

// Garbage is not collected between batches: V8 would throw away compiled code along with it, and all but double the cost
// of what runs next.
const batch = async (run, count) => {
  const cpu = process.cpuUsage()
  const start = performance.now()
  await run(count)
  const millis = performance.now() - start
  const { system, user } = process.cpuUsage(cpu)
  return { micros: (user + system) / count, rate: (count / millis) * 1000 }
}

/**
 * Runs each variant (name to `(count) => Promise`) `count` times per round, in another order each round, and gives the
 * medians: CPU in microseconds, rate per second, and both as ratios to the baseline of the same round.
 */
export const compare = async (variants, baseline, { count, rounds }) => {
  const names = Object.keys(variants)
  const results = new Map(names.map((name) => [name, []]))
  for (const name of names) await batch(variants[name], Math.ceil(count / 2))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round * 3) % names.length]
      results.get(name).push(await batch(variants[name], count))
    }
  }
  return names.map((name) => {
    const own = results.get(name)
    const base = results.get(baseline)
    return {
      name,
      micros: median(own.map(({ micros }) => micros)),
      rate: median(own.map(({ rate }) => rate)),
      cpuRatio: median(own.map(({ micros }, round) => micros / base[round].micros)),
      rateRatio: median(own.map(({ rate }, round) => rate / base[round].rate))
    }
  })
}
