/**
 * The command `inbox-gateway`, bundled from its sources, in processes of its own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { build } from "esbuild"
import { bundleSources } from "../../../tools/sources.mjs"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A folder that can import what is installed here. */
const parent = file("../../node_modules/.cache/command")

/** A folder for as long as the scope is open. */
export const folder = (within: string = tmpdir()): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      mkdirSync(within, { recursive: true })
      return mkdtempSync(join(within, "inbox-gateway-"))
    }),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )

/** Bundles a text: our packages from their sources, and the others as they are installed. */
export const bundle = (contents: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.tap(
    Effect.map(folder(parent), (path) => join(path, "main.mjs")),
    (outfile) => Effect.promise(() => bundleSources({ contents, folder: file(".") }, outfile))
  )

const made = Effect.runSync(
  Effect.cached(
    Effect.promise(async () => {
      mkdirSync(parent, { recursive: true })
      const path = mkdtempSync(join(parent, "inbox-gateway-"))
      process.once("exit", () => rmSync(path, { recursive: true, force: true }))
      const outfile = join(path, "main.mjs")
      await build({
        entryPoints: [file("../../src/bin.ts")],
        outfile,
        bundle: true,
        format: "esm",
        platform: "node",
        conditions: ["@inbox-effect/source"],
        // What is CommonJS inside asks for modules of Node by `require`.
        banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
      })
      return outfile
    })
  )
)

/** The command with all that it needs, so that it starts soon. It is bundled once in this process. */
export const bundled: Effect.Effect<string> = made

export interface Running {
  readonly child: ChildProcess
  readonly url: string
  readonly said: () => string
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Call {
  readonly args: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Nothing of the environment of the tests, where somebody may have a token. */
const environment = ({ env = {} }: Call) => ({ PATH: process.env.PATH ?? "", NO_COLOR: "1", ...env })

const open = (command: string, call: Call): ChildProcess =>
  spawn(process.execPath, [command, ...call.args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment(call),
    cwd: call.cwd ?? tmpdir()
  })

/** Runs the command to its end. */
export const run = (command: string, call: Call): Effect.Effect<Ended> =>
  Effect.async((resume) => {
    const child = open(command, call)
    const said = { out: "", err: "" }
    child.stdout?.on("data", (chunk: Buffer) => (said.out += chunk.toString()))
    child.stderr?.on("data", (chunk: Buffer) => (said.err += chunk.toString()))
    child.on("close", (code) => resume(Effect.succeed({ code, ...said })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** Starts the command, and waits until it says where it listens. */
export const start = (command: string, call: Call): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<Running>((resume) => {
      const child = open(command, call)
      let said = ""
      const read = (chunk: Buffer) => {
        said += chunk.toString()
        const url = /Inbox gateway on (\S+)/.exec(said)?.[1]
        if (url !== undefined && said.includes("Ctrl-C")) resume(Effect.succeed({ child, url, said: () => said }))
      }
      child.stdout?.on("data", read)
      child.stderr?.on("data", read)
      child.on("exit", () => resume(Effect.dieMessage(`The gateway did not start: ${said}`)))
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

/** Waits for the end of a process. */
export const ended = ({ child }: Running): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (child.exitCode === null && child.signalCode === null) child.on("exit", () => resume(Effect.void))
    else resume(Effect.void)
  })
