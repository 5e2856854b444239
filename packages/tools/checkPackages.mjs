/**
 * Checks the packages as a stranger gets them: packs each out of a clean copy, looks at the tarball with publint and
 * are-the-types-wrong, installs them into an empty project outside of this repository, and there compiles and runs what
 * is in `consumer/`. Then follows the READMEs, line by line, with npm, pnpm and yarn. Prints a line for each check and
 * fails at the first that does not hold.
 *
 * Usage: node checkPackages.mjs   (`npm run check:packages` at the root; nothing has to be built before)
 */
import { existsSync, readFileSync } from "node:fs"
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, normalize } from "node:path"
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import typescript from "typescript"
import { check, execute, json, report, together } from "./checks.mjs"
import { importsOf } from "./imports.mjs"
import { fetcher } from "./managers.mjs"
import { pack, root } from "./packed.mjs"
import { read, wordsOf } from "./readme.mjs"
import { serve } from "./registry.mjs"
import { emptyFolder, followReadme, runQuickStart, startSandbox } from "./strangers.mjs"

const scratch = await mkdtemp(join(tmpdir(), "inbox-effect-packages-"))
const stranger = join(scratch, "stranger")

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
  await check(`${manifest.name} holds no module that nobody can import`, async () => {
    const reachable = reachableFrom(folder, startsOf(manifest, entries))
    // Sources are there for debuggers, each beside what was made of it.
    const made = (file) => file.replace(/^src\/(.*)\.ts$/, "dist/$1.js")
    return files.filter(
      (file) =>
        // A bundled command starts its worker by itself.
        /^(dist|src)\/(?!command\/).*\.(js|ts)$/.test(file) && !reachable.has(made(file.replace(/\.d\.ts$/, ".js")))
    )
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

/** The files at which a package is entered: what can be imported of it, and its commands. */
const startsOf = ({ bin, exports }, entries) => {
  const exported = entries.map(
    (entry) => exports[entry]?.default ?? exports["./*"]?.default.replace("*", entry.slice(2))
  )
  return [...exported, ...Object.values(bin ?? {})].map((file) => normalize(file))
}

/** The modules that some files lead to by imports, and by URLs of files beside them. */
const reachableFrom = (folder, starts) => {
  const found = new Set()
  const enter = (file) => {
    if (found.has(file) || !existsSync(join(folder, file))) return
    found.add(file)
    // A module of types is led to by declarations alone.
    const declarations = join(folder, file.replace(/\.js$/, ".d.ts"))
    for (const source of [join(folder, file), declarations].filter((path) => existsSync(path))) {
      for (const { specifier } of importsOf(source)) {
        if (specifier.startsWith(".")) enter(normalize(join(dirname(file), specifier)))
      }
    }
    for (const [, url] of readFileSync(join(folder, file), "utf8").matchAll(
      /new URL\("([^"]+)", import\.meta\.url\)/g
    )) {
      enter(normalize(join(dirname(file), url)))
    }
  }
  for (const start of starts) enter(start)
  return found
}

const install = async (dependencies) => {
  const { overrides } = await json(join(root, "package.json"))
  await mkdir(stranger)
  const manifest = { name: "stranger", private: true, type: "module", dependencies, overrides }
  await writeFile(join(stranger, "package.json"), JSON.stringify(manifest, null, 2))
  await execute(stranger, ["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"])
  await execute(stranger, ["npm", "ls", "--all"])
}

/** A module that imports every entry of a package, by its name. */
const importing = (name, entries) =>
  entries
    .map((entry, index) => `import * as entry${index} from "${name}${entry.slice(1)}"`)
    .concat(`export default [${entries.map((_, index) => `entry${index}`).join(", ")}]`, "")
    .join("\n")

const tsc = (...words) => execute(stranger, ["node", join(root, "node_modules/typescript/bin/tsc"), ...words])

/** Installs all packages together, with everything that any of them can use, and uses them. */
const consume = async (packages) => {
  const manifests = [await json(join(root, "package.json")), ...packages.map(({ manifest }) => manifest)]
  const versions = Object.assign({}, ...manifests.map(({ devDependencies }) => devDependencies))
  const pick = (...wanted) => Object.fromEntries(wanted.map((name) => [name, versions[name]]))
  await check("the tarballs install into an empty project, and npm ls has no complaint", async () => {
    const tarballs = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]))
    const peers = pick("effect", "@effect/platform", "@effect/experimental", "ioredis", "undici")
    await install({ ...tarballs, ...peers, ...pick("@types/node", "vitest") })
    await cp(new URL("consumer", import.meta.url), stranger, { recursive: true })
    for (const { entries, manifest, name } of packages) {
      await writeFile(join(stranger, `${name}.ts`), importing(manifest.name, entries))
    }
  })
  await together(
    check("everything compiles under bundler resolution", () => tsc("-p", "tsconfig.bundler.json")),
    check("everything compiles under NodeNext", () => tsc("-p", "."))
  )
  await together(
    check("a program sends to the sandbox by fetch, undici and promise", () =>
      execute(stranger, ["node", "out/send.js"])
    ),
    check("the commands are there", async () => {
      const listed = await execute(stranger, ["npx", "inbox-contract", "list"])
      await execute(stranger, ["npx", "inbox-sandbox", "--help"])
      return listed.includes("semantics.content") ? [] : [listed]
    }),
    check("the kit runs in vitest", async () => {
      const result = JSON.parse(await execute(stranger, ["npx", "vitest", "run", "--reporter=json", "--dir=."]))
      return result.success && result.numPassedTests > 10 ? [] : [JSON.stringify(result)]
    })
  )
}

/** Goes the way that a README tells of a clone: packs by its line, and installs the tarballs by the other. */
const installFromClone = async ({ folder, origin, packages, readme, sandbox }) => {
  const [packing] = readme.packs
  const [line] = readme.fromClone
  const wanted = packing.split(" --workspace ").slice(1)
  await emptyFolder(folder, origin)
  for (const { name, tarball } of packages) {
    if (wanted.includes(`packages/${name}`)) await cp(tarball, join(folder, tarball.split("/").at(-1)))
  }
  await execute(folder, wordsOf(line))
  await runQuickStart(readme, sandbox, folder, ["node"])
}

/** Starts the sandbox as the client's README says, and follows the quick starts to it with each package manager. */
const followReadmes = async (packages) => {
  const registry = await serve(packages)
  const programOf = fetcher(scratch)
  const { origin } = registry
  const client = await read(join(root, "packages/client"))
  const quickStarts = { client, sandbox: await read(join(root, "packages/sandbox")) }
  let sandbox
  try {
    await check("the sandbox starts by the line of the client's README", async () => {
      const line = client.lines.find((each) => each.startsWith("npx "))
      sandbox = await startSandbox(await emptyFolder(join(scratch, "sandbox"), origin), wordsOf(line))
    })
    await together(
      check("the tarballs of a clone install as the client's README says, and its quick start sends", () =>
        installFromClone({ folder: join(scratch, "fromClone"), origin, packages, readme: client, sandbox })
      ),
      ...["npm", "pnpm", "yarn"].map(async (name) => {
        for (const [of, readme] of Object.entries(quickStarts)) {
          await check(
            `the README of ${of} holds with ${name}, from its install line to the end of its program`,
            async () =>
              followReadme({
                folder: join(scratch, name, of),
                name,
                origin,
                program: await programOf(name),
                readme,
                sandbox
              })
          )
        }
      })
    )
  } finally {
    await sandbox?.close()
    await registry.close()
  }
}

try {
  await report(async () => {
    let packages = []
    await check("npm pack makes the packages out of a clean copy", async () => {
      packages = await pack(scratch)
    })
    for (const each of packages) await inspect(each)
    await consume(packages)
    await followReadmes(packages)
  })
} finally {
  await rm(scratch, { recursive: true, force: true })
}
