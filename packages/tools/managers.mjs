/**
 * The package managers and runtimes that strangers come with. All of them are packages of npm, installed when they are
 * wanted, in the versions that are written here.
 */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { execute } from "./checks.mjs"

const versions = {
  pnpm: "pnpm@12.21.0",
  yarn: "yarn@1.22.22",
  berry: "@yarnpkg/cli-dist@4.18.1",
  bun: "bun@1.4.5",
  deno: "deno@2.9.6",
  node20: "node@20.20.0",
  node22: "node@22.23.3",
  node24: "node@24.21.0"
}

/** Where the program is in its package. */
const programs = {
  pnpm: ["node_modules/.bin/pnpm"],
  yarn: ["node", "node_modules/yarn/bin/yarn.js"],
  berry: ["node", "node_modules/@yarnpkg/cli-dist/bin/yarn.js"],
  bun: ["node_modules/.bin/bun"],
  deno: ["node_modules/.bin/deno"],
  node20: ["node_modules/node/bin/node"],
  node22: ["node_modules/node/bin/node"],
  node24: ["node_modules/node/bin/node"]
}

const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"]

/** Installs a program by its name above, and returns the words that call it. */
const fetchProgram = async (scratch, name) => {
  const folder = join(scratch, "programs", name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }))
  // Their install scripts put the program in its place.
  await execute(folder, ["npm", "install", ...quietly, versions[name]])
  return programs[name].map((word) => (word.startsWith("node_modules/") ? join(folder, word) : word))
}

/** What fetches programs into a folder, each once. */
export const fetcher = (scratch) => {
  const fetched = new Map()
  return (name) => {
    if (!fetched.has(name)) fetched.set(name, name === "npm" ? ["npm"] : fetchProgram(scratch, name))
    return fetched.get(name)
  }
}

/** How each package manager runs a file with Node. */
export const runsNode = (name, program) => (name === "berry" ? [...program, "node"] : ["node"])
