/** A server to send to, in a process of its own. */
import { fork } from "node:child_process"
import { once } from "node:events"

const micros = ({ system, user }) => system + user

/** Starts it, lends it to `use` with a way to ask for the microseconds of CPU it has used, and stops it. */
export const withTarget = async (use) => {
  const child = fork(new URL("./server.mjs", import.meta.url))
  try {
    const [target] = await once(child, "message")
    const cpu = async () => {
      child.send("cpu")
      const [usage] = await once(child, "message")
      return micros(usage)
    }
    return await use(target, cpu)
  } finally {
    child.disconnect()
  }
}

/** Runs something, and gives the microseconds of CPU of this process and the milliseconds that it took. */
export const measured = async (run) => {
  const before = micros(process.cpuUsage())
  const start = performance.now()
  const result = await run()
  return { result, cpu: micros(process.cpuUsage()) - before, ms: performance.now() - start }
}
