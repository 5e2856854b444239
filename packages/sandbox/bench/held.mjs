/** Tells whoever started this process, when asked, what it holds in memory when all garbage is gone, in MiB. */
process.on("message", () => {
  globalThis.gc()
  const { external, heapUsed } = process.memoryUsage()
  process.send((heapUsed + external) / 2 ** 20)
})
process.channel.unref()
