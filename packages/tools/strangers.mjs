/** What somebody does who has a README in front of them: pastes its lines, in an empty folder, and runs what it prints. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, symlink, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { environment, execute } from "./checks.mjs"
import { runsNode } from "./managers.mjs"
import { wordsOf } from "./readme.mjs"
import { publishTo } from "./registry.mjs"

/** The port that READMEs print. It may be taken here, so that another takes its place. */
const printedPort = "8787"

/** A port that is free now. */
export const freePort = async () => {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address()
  server.close()
  await once(server, "close")
  return String(port)
}

/** An empty folder, whose package manager finds what is published here. */
export const emptyFolder = async (path, origin) => {
  await mkdir(path, { recursive: true })
  await writeFile(join(path, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }))
  await publishTo(path, origin)
  return path
}

/** Waits until a process has printed something, or ended before. */
const printed = (child, pattern) =>
  new Promise((resolve, reject) => {
    let text = ""
    const read = (chunk) => {
      text += chunk
      if (pattern.test(text)) resolve(text)
    }
    child.stdout.on("data", read)
    child.stderr.on("data", read)
    child.once("error", reject)
    child.once("close", (code) => reject(new Error(`ended with ${code} before it said ${pattern}\n${text}`)))
  })

/** A cache of npm that has what the usual one has, but for what npx has kept of earlier packages of these names. */
const freshNpx = async (folder) => {
  const usual = (await execute(folder, ["npm", "config", "get", "cache"])).trim()
  const cache = join(folder, ".npm-cache")
  await mkdir(join(usual, "_cacache"), { recursive: true })
  await mkdir(cache)
  await symlink(join(usual, "_cacache"), join(cache, "_cacache"))
  return { npm_config_cache: cache }
}

/**
 * Starts a sandbox by words as they are printed, on a free port. `port` is which, and `close` ends it, with all that its
 * words have started.
 */
export const startSandbox = async (folder, words) => {
  const port = await freePort()
  const fresh = await freshNpx(folder)
  const [command, ...rest] = words
  const child = spawn(command, rest, {
    cwd: folder,
    detached: true,
    // npx asks before it installs, and nobody is there to answer.
    env: { ...environment, ...fresh, npm_config_yes: "true", INBOX_SANDBOX_PORT: port },
    stdio: ["ignore", "pipe", "pipe"]
  })
  const ended = once(child, "close")
  const close = async () => {
    // A group of its own: npx starts a shell, which starts the command.
    process.kill(-child.pid, "SIGTERM")
    await ended
  }
  try {
    await printed(child, /Ctrl-C ends it/)
  } catch (error) {
    if (child.exitCode === null) await close()
    throw error
  }
  return { port, close, onPort: (text) => text.replaceAll(printedPort, port) }
}

/** The install line of a README for a package manager, run by the program of that name. */
export const install = async (readme, name, program, folder) => {
  const word = { npm: "npm install", berry: "yarn add" }[name] ?? `${name} add`
  const [line, ...more] = readme.install(word)
  if (line === undefined || more.length > 0) throw new Error(`the README has no one line that begins with ${word}`)
  await execute(folder, [...program, ...wordsOf(line).slice(1)])
}

const contains = (printedText, wanted) => {
  if (!printedText.includes(wanted)) throw new Error(`did not print ${wanted}, but\n${printedText}`)
}

/** Saves the program of a quick start as its README says, and runs it against a sandbox, to its end. */
export const runQuickStart = async (readme, sandbox, folder, node) => {
  const file = readme.file ?? "quickStart.mjs"
  await writeFile(join(folder, file), sandbox.onPort(readme.program))
  const variables = Object.entries(readme.variables).map(([name, value]) => [name, sandbox.onPort(value)])
  contains(await execute(folder, [...node, file], Object.fromEntries(variables)), "On my way")
}

/** Goes the whole way of a README with one package manager: its install line, and then its program. */
export const followReadme = async ({ folder, name, origin, program, readme, sandbox }) => {
  await emptyFolder(folder, origin)
  await install(readme, name, program, folder)
  await runQuickStart(readme, sandbox, folder, runsNode(name, program))
}
