/**
 * Checks the packages as a stranger gets them: packs each, looks at the tarball with publint and are-the-types-wrong,
 * installs the tarballs into an empty project outside of this repository, and there compiles and runs what is in
 * `consumer/`. Prints a line for each check and fails at the first that does not hold.
 *
 * Usage: node checkPackages.mjs   (after a build; `npm run check:packages` at the root builds first)
 */
import { execFile } from "node:child_process"
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import typescript from "typescript"

const root = fileURLToPath(new URL("../..", import.meta.url))
const names = ["client", "sandbox", "contract-tests"]
const scratch = await mkdtemp(join(tmpdir(), "inbox-effect-packages-"))
const stranger = join(scratch, "stranger")
const started = performance.now()
let passed = 0

/** The environment without what npm tells the scripts that it runs, which would lead a npm inside astray. */
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

const execute = async (cwd, command, ...words) => {
  const options = { cwd, env: { ...environment, NO_COLOR: "1" }, maxBuffer: 2 ** 26 }
  const { stdout } = await promisify(execFile)(command, words, options).catch((error) => {
    throw new Error(`${command} ${words.join(" ")}\n${error.stdout}${error.stderr}`)
  })
  return stdout
}

const check = async (title, run) => {
  const since = performance.now()
  const problems = await run()
  if (Array.isArray(problems) && problems.length > 0) throw new Error(`${title}\n${problems.join("\n")}`)
  passed += 1
  process.stdout.write(`✔ ${title} (${((performance.now() - since) / 1000).toFixed(1)} s)\n`)
}

const json = async (path) => JSON.parse(await readFile(path, "utf8"))

/** What can be imported of a package, as paths from it: `.`, `./Message`, ... */
const entriesOf = async (name, manifest) => {
  const files = await readdir(join(root, "packages", name, "src"), { withFileTypes: true })
  const modules = files
    .filter((file) => file.isFile() && file.name.endsWith(".ts"))
    .map((file) => `./${file.name.slice(0, -".ts".length)}`)
    .filter((entry) => entry !== "./index" && manifest.exports[entry] !== null)
  return [".", ...modules]
}

const inspect = async ({ entries, files, folder, manifest, tarball }) => {
  const bytes = await readFile(tarball)
  await check(`${manifest.name} passes publint`, async () => {
    const { messages, pkg } = await publint({ pack: { tarball: Uint8Array.from(bytes).buffer }, strict: true })
    return messages.map((message) => `${message.type}: ${formatMessage(message, pkg)}`)
  })
  await check(`${manifest.name} imports nothing that it does not declare`, async () => {
    const { dependencies, name, peerDependencies } = manifest
    const declared = new Set([name, ...Object.keys({ ...dependencies, ...peerDependencies })])
    const modules = files.filter((file) => /\.(js|d\.ts)$/.test(file))
    const imported = await Promise.all(
      modules.map(async (file) => {
        const { importedFiles } = typescript.preProcessFile(await readFile(join(folder, file), "utf8"), true, true)
        return importedFiles
          .map(({ fileName }) => fileName)
          .filter((specifier) => !specifier.startsWith(".") && !isBuiltin(specifier))
          .map((specifier) => ({ file, package: /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] }))
      })
    )
    return imported
      .flat()
      .filter((each) => !declared.has(each.package))
      .map((each) => `${each.file} imports ${each.package}`)
  })
  await check(`${manifest.name} passes are-the-types-wrong, ${entries.length} entries`, async () => {
    const entrypoints = [...entries, "./package.json"]
    const { entrypoints: analyses, problems } = await checkPackage(createPackageFromTarballData(bytes), { entrypoints })
    // The packages are ESM only: resolution before `exports`, and `require` before Node 22, are not for them.
    const relevant = problems.filter(
      ({ resolutionKind, resolutionOption }) =>
        !["node10", "node16-cjs"].includes(resolutionKind) && resolutionOption !== "node10"
    )
    const unresolved = entries.filter((entry) => analyses[entry]?.resolutions.bundler?.resolution === undefined)
    return [...relevant.map((problem) => JSON.stringify(problem)), ...unresolved.map((entry) => `${entry} is missing`)]
  })
}

const install = async (dependencies) => {
  const { overrides } = await json(join(root, "package.json"))
  await mkdir(stranger)
  const manifest = { name: "stranger", private: true, type: "module", dependencies, overrides }
  await writeFile(join(stranger, "package.json"), JSON.stringify(manifest, null, 2))
  await execute(stranger, "npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier")
  await execute(stranger, "npm", "ls", "--all")
}

/** A module that imports every entry of a package, by its name. */
const importsOf = (name, entries) =>
  entries
    .map((entry, index) => `import * as entry${index} from "${name}${entry.slice(1)}"`)
    .concat(`export default [${entries.map((_, index) => `entry${index}`).join(", ")}]`, "")
    .join("\n")

const tsc = async (...words) => {
  await execute(stranger, "node", join(root, "node_modules/typescript/bin/tsc"), ...words)
}

try {
  const printed = await execute(
    root,
    "npm",
    "pack",
    "--json",
    "--ignore-scripts",
    `--pack-destination=${scratch}`,
    ...names.map((name) => `--workspace=packages/${name}`)
  )
  const packed = JSON.parse(printed)
  const packages = await Promise.all(
    names.map(async (name) => {
      const manifest = await json(join(root, "packages", name, "package.json"))
      const { filename, files } = Object.values(packed).find((each) => each.name === manifest.name)
      return {
        name,
        manifest,
        folder: join(root, "packages", name),
        files: files.map(({ path }) => path),
        tarball: join(scratch, filename),
        entries: await entriesOf(name, manifest)
      }
    })
  )
  for (const each of packages) await inspect(each)

  const versions = Object.assign(
    {},
    ...[await json(join(root, "package.json")), ...packages.map(({ manifest }) => manifest)].map(
      ({ devDependencies }) => devDependencies
    )
  )
  const pick = (...wanted) => Object.fromEntries(wanted.map((name) => [name, versions[name]]))

  await check("the tarballs install into an empty project, and npm ls has no complaint", async () => {
    const tarballs = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
    const peers = pick("effect", "@effect/platform", "@effect/vitest", "@effect/experimental", "ioredis", "undici")
    await install({ ...tarballs, ...peers, ...pick("@types/node", "vitest") })
    await cp(new URL("consumer", import.meta.url), stranger, { recursive: true })
    for (const { entries, manifest, name } of packages) {
      await writeFile(join(stranger, `${name}.ts`), importsOf(manifest.name, entries))
    }
  })
  await Promise.all([
    check("everything compiles under bundler resolution", () => tsc("-p", "tsconfig.bundler.json")),
    check("everything compiles under NodeNext", () => tsc("-p", "."))
  ])
  await Promise.all([
    check("a program sends to the sandbox by fetch, undici and promise", () =>
      execute(stranger, "node", "out/send.js")
    ),
    check("the commands are there", async () => {
      const listed = await execute(stranger, "npx", "inbox-contract", "list")
      await execute(stranger, "npx", "inbox-sandbox", "--help")
      return listed.includes("semantics.content") ? [] : [listed]
    }),
    check("the kit runs in vitest", async () => {
      const report = JSON.parse(await execute(stranger, "npx", "vitest", "run", "--reporter=json", "--dir=."))
      return report.success && report.numPassedTests > 10 ? [] : [JSON.stringify(report)]
    })
  ])
  process.stdout.write(`${passed} checks in ${((performance.now() - started) / 1000).toFixed(0)} s\n`)
} catch (error) {
  process.stdout.write(`✖ ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
} finally {
  await rm(scratch, { recursive: true, force: true })
}
