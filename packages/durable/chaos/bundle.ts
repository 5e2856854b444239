/** The worker as one file, which starts in a fraction of the time. */
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { build } from "esbuild"

/** Bundles a worker from its sources, and gives the path of the file. */
export const bundleOf = (source: URL): Effect.Effect<string> =>
  Effect.promise(async () => {
    const outfile = join(mkdtempSync(join(tmpdir(), "inbox-chaos-")), "worker.mjs")
    await build({
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
    return outfile
  })

/** Bundles the worker of the suite. */
export const bundle: Effect.Effect<string> = bundleOf(new URL("worker.ts", import.meta.url))
