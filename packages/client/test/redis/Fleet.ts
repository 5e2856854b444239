import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import * as Esbuild from "esbuild"

/** The program of a process of a fleet, bundled from the sources. */
const program: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-fleet-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const outfile = join(folder, "sender.mjs")
  yield* Effect.promise(() =>
    Esbuild.build({
      entryPoints: [fileURLToPath(new URL("./sender.ts", import.meta.url))],
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      conditions: ["@inbox-effect/source"],
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' },
      logLevel: "error"
    })
  )
  return outfile
})

/** Runs so many processes with these arguments to their end. */
export const run = (processes: number, args: ReadonlyArray<string | number>): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(program, (path) =>
    Effect.all(
      Array.from({ length: processes }, () =>
        Effect.async<void>((resume) => {
          const child = spawn(process.execPath, [path, ...args.map(String)], { stdio: ["ignore", "ignore", "inherit"] })
          child.once("exit", (code) =>
            resume(code === 0 ? Effect.void : Effect.die(new Error(`A process ended with ${code}`)))
          )
          return Effect.sync(() => child.kill("SIGKILL"))
        })
      ),
      { concurrency: "unbounded", discard: true }
    )
  )
