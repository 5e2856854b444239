/**
 * Makes the command of a package out of its sources: entries, and chunks that are loaded when they are needed. What it
 * needs is in it, but for what is native.
 */
import * as Fs from "node:fs/promises"
import * as Path from "node:path"
import { build } from "esbuild"

/** The licence of a package, to stand beside what is bundled of it. */
const notice = async ([name, path]) => {
  const { license, version } = JSON.parse(await Fs.readFile(Path.join(path, "package.json"), "utf8"))
  const file = (await Fs.readdir(path)).find((each) => /^licen[cs]e/i.test(each))
  const text = file === undefined ? "" : (await Fs.readFile(Path.join(path, file), "utf8")).trim()
  return `${name} ${version} (${license})\n\n${text}`.trim()
}

/** Bundles entries of the package in `root` into `folder`. */
export const bundle = async (root, entryPoints, folder = Path.join(root, "dist/command")) => {
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: folder,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@inbox-effect/source"],
    external: ["libsql"],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // What is CommonJS inside asks for modules of Node by `require`.
    banner: {
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);'
    },
    logLevel: "warning",
    metafile: true,
    write: false
  })

  /** The packages of which something is inside, by the folders that they lie in. */
  const packages = new Map(
    Object.keys(metafile.inputs).flatMap((path) => {
      const [folder, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
      return folder === undefined ? [] : [[name, Path.join(root, folder)]]
    })
  )

  const notices = await Promise.all([...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(notice))
  const files = [
    ...outputFiles,
    { path: Path.join(folder, "THIRD-PARTY.txt"), contents: `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n` }
  ]

  await Fs.mkdir(folder, { recursive: true })
  await Promise.all(files.map(({ contents, path }) => Fs.writeFile(path, contents)))

  // Chunks of earlier builds have other names.
  const made = new Set(files.map(({ path }) => Path.basename(path)))
  const stale = (await Fs.readdir(folder)).filter((name) => !made.has(name))
  await Promise.all(stale.map((name) => Fs.rm(Path.join(folder, name), { recursive: true })))
}
