/** Bundles a program that tests run in a process of its own: our packages from their sources, others as installed. */
import { build } from "esbuild"

const installed = {
  name: "installed",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path }) => (path.startsWith("@inbox-effect/") ? undefined : { external: true }))
}

/** Writes the bundle to `outfile`, which has to lie where what is installed can be imported. */
export const bundleSources = (input, outfile) =>
  build({
    ...("entry" in input
      ? { entryPoints: [input.entry] }
      : { stdin: { contents: input.contents, resolveDir: input.folder, loader: "ts" } }),
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    conditions: ["@inbox-effect/source"],
    plugins: [installed],
    logLevel: "warning"
  }).then(() => undefined)
