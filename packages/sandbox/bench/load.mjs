/** Servers to put under load, each in a process of its own, and the load. */
import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const file = (path) => fileURLToPath(new URL(path, import.meta.url))

export const sandbox = (...flags) => [file("../dist/command/inbox-sandbox.js"), "--port", "0", ...flags]

/** Runs `--help`, and says what it took: milliseconds on the wall, and of the processor. */
export const help = async () => {
  const began = performance.now()
  const child = spawn("/bin/sh", ["-c", '"$0" "$1" --help > /dev/null; times', process.execPath, sandbox()[0]])
  let said = ""
  child.stdout.on("data", (chunk) => {
    said += chunk
  })
  await once(child, "close")
  const millis = performance.now() - began
  // The second line of `times` is about the children: user and system time.
  const seconds = [...(said.trim().split("\n").at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)]
  return { millis, cpuMillis: seconds.reduce((sum, [, minutes, rest]) => sum + 60_000 * minutes + 1_000 * rest, 0) }
}

/** A server that can say what it holds. */
export const weighed = (args) => ["--expose-gc", "--import", file("./held.mjs"), ...args]

export const bare = [file("./bare.mjs")]

/** A server that does a sandbox's work by hand. */
export const plain = [file("./plain.mjs")]

/** Starts a server and waits until it says where it listens. */
export const start = async (name, args) => {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit", "ipc"] })
  let said = ""
  while (!said.includes("Ctrl-C")) {
    const [chunk] = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => [undefined])])
    if (chunk === undefined) throw new Error(`${name} did not start`)
    said += chunk
  }
  child.stdout.resume()
  const url = new URL(`${/on (\S+)/.exec(said)[1]}/threads/sandboxthread00000000001/messages`)
  const stop = async () => {
    child.kill("SIGINT")
    await once(child, "exit")
  }
  /** Memory held when all garbage is gone, in MiB. */
  const held = async () => {
    child.send("held")
    const [mebibytes] = await once(child, "message")
    return mebibytes
  }
  return { name, url, pid: child.pid, stop, held }
}

/** Processor time of a process, in microseconds; Linux counts it in hundredths of a second. */
const cpuOf = (pid) => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return Number.NaN
  }
}

/** Memory of a process, in MiB. */
export const memoryOf = (pid) => {
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  return Number(kibibytes) / 1_024
}

/**
 * Sends so many messages, so many in flight, from a process of its own. Latencies are in milliseconds, `micros` is the
 * CPU of the server for each.
 */
export const run = async ({ pid, url }, count, inFlight) => {
  const cpu = cpuOf(pid)
  const words = [file("./wire.mjs"), String(url), String(count), String(inFlight)]
  const { stdout } = await promisify(execFile)(process.execPath, words, { maxBuffer: 2 ** 28 })
  const { latencies, millis } = JSON.parse(stdout)
  const micros = (cpuOf(pid) - cpu) / count
  latencies.sort((a, b) => a - b)
  const quantile = (q) => latencies[Math.min(latencies.length - 1, Math.floor(q * latencies.length))]
  return { rate: (count / millis) * 1_000, micros, p50: quantile(0.5), p99: quantile(0.99) }
}
