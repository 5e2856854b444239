/** Checks that print a line each, and the processes that they run. */
import { execFile } from "node:child_process"
import { readFile } from "node:fs/promises"
import { promisify } from "node:util"

const started = performance.now()
let passed = 0

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1)

/** The environment without what npm tells the scripts that it runs, which would lead a npm inside astray. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|INBOX_)/i.test(name))
)

/** Runs a program and returns what it prints; `env` is added to the environment. Fails with all of its output. */
export const execute = async (cwd, [command, ...words], env = {}) => {
  const options = { cwd, env: { ...environment, NO_COLOR: "1", ...env }, maxBuffer: 2 ** 26 }
  const { stdout } = await promisify(execFile)(command, words, options).catch((error) => {
    throw new Error(`${[command, ...words].join(" ")}\n${error.stdout}${error.stderr}`)
  })
  return stdout
}

/** Runs a check, which fails by throwing or by returning problems, and prints how long it took. */
export const check = async (title, run) => {
  const since = performance.now()
  const problems = await run().catch((error) => {
    throw new Error(`${title}\n${error instanceof Error ? error.message : error}`)
  })
  if (Array.isArray(problems) && problems.length > 0) throw new Error(`${title}\n${problems.join("\n")}`)
  passed += 1
  process.stdout.write(`✔ ${title} (${seconds(since)} s)\n`)
}

/** Runs checks to their end, and reports their number, or the first that does not hold by exit code 1. */
export const report = async (run) => {
  try {
    await run()
    process.stdout.write(`${passed} checks in ${seconds(started)} s\n`)
  } catch (error) {
    process.stdout.write(`✖ ${error instanceof Error ? error.message : error}\n`)
    process.exitCode = 1
  }
}

/** Waits for all, and then fails with the first failure: no process is left behind that still writes. */
export const together = async (...promises) => {
  const failed = (await Promise.allSettled(promises)).find(({ status }) => status === "rejected")
  if (failed !== undefined) throw failed.reason
}

export const json = async (path) => JSON.parse(await readFile(path, "utf8"))
