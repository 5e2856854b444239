/**
 * Runs the benchmarks of all packages that have one, one after the other, and prints what they print: every figure in a
 * README comes from here. Nothing else should run on the machine meanwhile.
 *
 * Usage: npm run bench [-- PACKAGE...]
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const cwd = fileURLToPath(new URL("../..", import.meta.url))
const chosen = process.argv.slice(2)
const names = ["client", "sandbox", "contract-tests"].filter((name) => chosen.length === 0 || chosen.includes(name))

for (const name of names) {
  process.stdout.write(`## ${name}\n\n`)
  const words = ["run", "--silent", "--if-present", "bench", `--workspace=packages/${name}`]
  const { status } = spawnSync("npm", words, { cwd, stdio: "inherit" })
  if (status !== 0) process.exitCode = 1
}
