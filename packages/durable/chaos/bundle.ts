/** The worker as one file, which starts in a fraction of the time. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { build } from "esbuild"

/** Within the package, so that the modules that are not bundled are found. */
const folder = fileURLToPath(new URL("../dist/.chaos/", import.meta.url))

const bundleTo = (outfile: string, source: URL) =>
  build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@inbox-effect/source"],
    external: ["libsql", "pg-native"],
    // What is CommonJS inside asks for modules of Node by `require`.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);'
    },
    logLevel: "warning"
  })

/** Bundles a program from its sources, and gives the path of the file, which is gone with the scope. */
export const bundleOf = (source: URL): Effect.Effect<string, never, Scope.Scope> =>
  Effect.gen(function* () {
    const place = yield* Effect.acquireRelease(
      Effect.sync(() => {
        mkdirSync(folder, { recursive: true })
        return mkdtempSync(join(folder, "bundle-"))
      }),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const outfile = join(place, "program.mjs")
    yield* Effect.promise(() => bundleTo(outfile, source))
    return outfile
  })
/** Bundles the worker of the suite. */
export const bundle: Effect.Effect<string, never, Scope.Scope> = bundleOf(new URL("worker.ts", import.meta.url))
