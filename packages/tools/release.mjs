/**
 * What the release workflow runs.
 *
 * - `version` raises the versions by the changesets, and brings the lock file along.
 * - `publish` checks the packages as strangers get them, and publishes those whose version is not on npm yet. npm signs
 *   where a package was built only if it names its repository: `GITHUB_REPOSITORY` says which that is.
 *
 * Usage: node packages/tools/release.mjs version|publish
 */
import { execFileSync } from "node:child_process"
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"

const cwd = fileURLToPath(new URL("../..", import.meta.url))
const names = ["client", "sqlite", "server", "gateway", "sandbox", "contract-tests", "durable"]

const execute = (command, ...words) => execFileSync(command, words, { cwd, stdio: "inherit" })

const version = () => {
  execute("npx", "changeset", "version")
  execute("npm", "install", "--package-lock-only", "--ignore-scripts")
}

const publish = () => {
  const repository = process.env.GITHUB_REPOSITORY
  if (repository === undefined) throw new Error("Publishing is the release workflow's: GITHUB_REPOSITORY is not set")
  for (const name of names) {
    // A build leaves what an earlier one made: nothing of that may be published.
    rmSync(`${cwd}/packages/${name}/dist`, { recursive: true, force: true })
    execute(
      "npm",
      "pkg",
      "set",
      `--workspace=packages/${name}`,
      "repository.type=git",
      `repository.url=git+https://github.com/${repository}.git`,
      `repository.directory=packages/${name}`
    )
  }
  execute("npm", "run", "--silent", "check:packages")
  execute("npx", "changeset", "publish")
}

const steps = { version, publish }
const [step] = process.argv.slice(2)
if (!Object.hasOwn(steps, step)) throw new Error("Usage: node packages/tools/release.mjs version|publish")
steps[step]()
