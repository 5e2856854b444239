/**
 * Checks the packages on the runtimes and beside the peers that they claim, as far as that takes longer than the check of
 * the packages may: Node 20, 22 and 24, Bun and Deno; vitest 3, 4 and 5; the oldest and the newest of each peer. Prints a
 * line for each check and fails at the first that does not hold.
 *
 * Usage: node checkMatrix.mjs [part...]   (`npm run check:matrix` at the root; parts: runtimes, vitest, peers, managers)
 */
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { check, execute, json, report, together } from "./checks.mjs"
import { fetcher } from "./managers.mjs"
import { pack, root } from "./packed.mjs"
import { read } from "./readme.mjs"
import { serve } from "./registry.mjs"
import { emptyFolder, followReadme, freePort, startSandbox } from "./strangers.mjs"

const parts = ["runtimes", "vitest", "peers", "managers"]
const wanted = process.argv.slice(2)
const unknown = wanted.filter((part) => !parts.includes(part))
if (unknown.length > 0) throw new Error(`there is no part ${unknown.join(", ")}; there are ${parts.join(", ")}`)
const isWanted = (part) => wanted.length === 0 || wanted.includes(part)

const scratch = await mkdtemp(join(tmpdir(), "inbox-effect-matrix-"))
const programOf = fetcher(scratch)

const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"]

const effect3 = ["effect@3", "@effect/platform@0.97"]

/** A folder with packages in it, and what `matrix/` has. */
const installed = async (name, origin, packages, overrides = {}) => {
  const folder = await emptyFolder(join(scratch, name), origin)
  const manifest = { ...(await json(join(folder, "package.json"))), overrides }
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest))
  await execute(folder, ["npm", "install", ...quietly, ...packages])
  await execute(folder, ["npm", "ls"])
  await cp(new URL("matrix", import.meta.url), folder, { recursive: true })
  return folder
}

const target = (sandbox) => ({
  INBOX_API_TOKEN: "sandbox-token",
  INBOX_API_BASE_URL: sandbox.onPort("http://127.0.0.1:8787/api/v1")
})

/** Runtimes: the words before a file, the ways to send besides fetch, and the row that the own HTTP server breaks. */
const runtimes = {
  node20: { words: [], ways: "undici" },
  node22: { words: [], ways: "undici" },
  node24: { words: [], ways: "undici" },
  // Bun takes no quoted value of an extension of a chunk.
  bun: { words: [], ways: "", breaks: "accept.encoding.http" },
  deno: { words: ["run", "--allow-all", "--node-modules-dir=manual"], ways: "undici" }
}

const checkRuntimes = async (origin, sandbox) => {
  const ours = ["@inbox-effect/client", "@inbox-effect/sandbox", "@inbox-effect/contract-tests"]
  const folder = await installed("runtimes", origin, [...ours, ...effect3, "undici@7"])
  for (const [name, { breaks = "", ways, words }] of Object.entries(runtimes)) {
    const program = [...(await programOf(name)), ...words]
    await check(`the client sends by each of its ways on ${name}`, () =>
      execute(folder, [...program, "ways.mjs", name], { ...target(sandbox), WAYS: ways })
    )
    await check(`the kit tests the sandbox on ${name}, and all requirements hold${breaks && ` but ${breaks}`}`, () =>
      execute(folder, [...program, "conform.mjs", ...(breaks === "" ? [] : [breaks])])
    )
  }
}

/** The suite of the kit beside each vitest, on a Node that the vitest runs on. */
const checkVitest = async (origin, sandbox) => {
  const readme = await read(join(root, "packages/contract-tests"))
  for (const [version, runtime] of [
    ["3", "node20"],
    ["4", "node20"],
    ["5", "node22"]
  ]) {
    await check(`the README of contract-tests holds in vitest ${version} on ${runtime}`, async () => {
      const packages = ["@inbox-effect/contract-tests", ...effect3, `vitest@${version}`]
      const folder = await installed(`vitest${version}`, origin, packages)
      await writeFile(join(folder, "contract.test.ts"), sandbox.onPort(readme.program))
      const program = [...(await programOf(runtime)), "node_modules/vitest/vitest.mjs"]
      // Where it is written to is not the same in each version, unless it is said.
      await execute(folder, [...program, "run", "--reporter=json", "--outputFile=report.json"])
      const result = await json(join(folder, "report.json"))
      return result.success && result.numPassedTests > 50 ? [] : [JSON.stringify(result)]
    })
  }
}

/** A redis-server on loopback, where there is one on this machine. */
const startRedis = async () => {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined
  const port = await freePort()
  const flags = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", scratch]
  const child = spawn("redis-server", flags, { stdio: "ignore" })
  for (let tries = 0; tries < 100; tries++) {
    if (spawnSync("redis-cli", ["-p", port, "ping"]).stdout?.includes("PONG")) break
    await setTimeout(100)
  }
  const close = async () => {
    const ended = once(child, "exit")
    child.kill()
    await ended
  }
  return { port, close }
}

/** The peers of the client that differ from those of this repository. */
const peers = {
  oldest: ["effect@3.21.0", "@effect/platform@0.96.0", "@effect/experimental@0.60.0", "undici@7.10.0", "ioredis@5.3.0"],
  newest: ["effect@3", "@effect/platform@0.97", "@effect/experimental@0.61", "undici@8", "ioredis@6"]
}

const checkPeers = async (origin, sandbox) => {
  const redis = await startRedis()
  if (redis === undefined) process.stdout.write("no redis-server here: ioredis is not tested\n")
  try {
    for (const [name, packages] of Object.entries(peers)) {
      await check(`the client sends beside its ${name} peers: ${packages.join(", ")}`, async () => {
        // @effect/experimental asks for ioredis 5, which it uses nothing of here.
        const overrides = { "@effect/experimental": { ioredis: "$ioredis" } }
        const folder = await installed(name, origin, ["@inbox-effect/client", ...packages], overrides)
        // undici 8 needs Node 22.
        const program = await programOf("node22")
        const more = redis === undefined ? { WAYS: "undici" } : { WAYS: "undici,redis", REDIS_PORT: redis.port }
        await execute(folder, [...program, "ways.mjs", name], { ...target(sandbox), ...more })
      })
    }
  } finally {
    await redis?.close()
  }
}

/** What the check of the packages leaves out: two more package managers. */
const checkManagers = async (origin, sandbox) => {
  for (const of of ["client", "sandbox"]) {
    const readme = await read(join(root, "packages", of))
    for (const name of ["berry", "bun"]) {
      await check(`the README of ${of} holds with ${name}, from its install line to the end of its program`, async () =>
        followReadme({ folder: join(scratch, name, of), name, origin, program: await programOf(name), readme, sandbox })
      )
    }
  }
}

/** Runs a part beside a sandbox of its own. */
const withSandbox = async (part, origin, run) => {
  const folder = await emptyFolder(join(scratch, `sandbox-${part}`), origin)
  const sandbox = await startSandbox(folder, ["npx", "-p", "@inbox-effect/sandbox", "inbox-sandbox"])
  try {
    await run(origin, sandbox)
  } finally {
    await sandbox.close()
  }
}

try {
  await report(async () => {
    const registry = await serve(await pack(scratch))
    const checks = { runtimes: checkRuntimes, vitest: checkVitest, peers: checkPeers, managers: checkManagers }
    try {
      await together(...parts.filter(isWanted).map((part) => withSandbox(part, registry.origin, checks[part])))
    } finally {
      await registry.close()
    }
  })
} finally {
  await rm(scratch, { recursive: true, force: true })
}
