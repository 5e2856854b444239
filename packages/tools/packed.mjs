/**
 * Packs the packages as somebody does who has just cloned the repository: out of a copy that holds no more than a clone,
 * without a build before.
 */
import { cp, mkdir, readdir, symlink } from "node:fs/promises"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { execute, json } from "./checks.mjs"

export const root = fileURLToPath(new URL("../..", import.meta.url))

/** The folders of what is published, lowest first. */
export const folders = async () => {
  const { workspaces } = await json(join(root, "package.json"))
  const manifests = await Promise.all(workspaces.map((each) => json(join(root, each, "package.json"))))
  return workspaces.filter((_, index) => manifests[index].private !== true)
}

/** Lends a copy what is installed here; its own packages it has itself. */
const lendModules = async (from, to) => {
  const lend = (name) => symlink(join(from, name), join(to, name))
  await mkdir(to, { recursive: true })
  for (const each of await readdir(from)) {
    if (each !== "@inbox-effect") await lend(each)
  }
}

const copyTo = async (clone) => {
  const listed = await execute(root, ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
  for (const file of new Set(listed.split("\0").filter((name) => name !== ""))) {
    // A file that was removed and not committed yet is still listed.
    await cp(join(root, file), join(clone, file), { recursive: true }).catch((error) => {
      if (error.code !== "ENOENT") throw error
    })
  }
  await lendModules(join(root, "node_modules"), join(clone, "node_modules"))
  const { workspaces } = await json(join(root, "package.json"))
  for (const folder of workspaces) {
    const { name } = await json(join(root, folder, "package.json"))
    const link = join(clone, "node_modules", name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(clone, folder), link)
    await lendModules(join(root, folder, "node_modules"), join(clone, folder, "node_modules")).catch((error) => {
      if (error.code !== "ENOENT") throw error
    })
  }
}

/** What can be imported of a package, as paths from it: `.`, `./Message`, ... */
const entriesOf = async (folder, { exports }) => {
  const listed = Object.keys(exports).filter((entry) => !entry.includes("*") && exports[entry] !== null)
  const files = "./*" in exports ? await readdir(join(folder, "src"), { withFileTypes: true }) : []
  const modules = files
    .filter((file) => file.isFile() && file.name.endsWith(".ts"))
    .map((file) => `./${file.name.slice(0, -".ts".length)}`)
    .filter((entry) => entry !== "./index" && exports[entry] !== null)
  return [...new Set([...listed.filter((entry) => entry !== "./package.json"), ...modules])]
}

/** Packs everything that is published, into a folder: `{ name, manifest, folder, files, tarball, entries }` each. */
export const pack = async (scratch) => {
  const clone = join(scratch, "clone")
  await mkdir(clone)
  await copyTo(clone)
  const published = await folders()
  const packed = []
  for (const each of published) {
    const folder = join(clone, each)
    const [{ filename, files }] = Object.values(
      JSON.parse(await execute(folder, ["npm", "pack", "--json", "--silent", `--pack-destination=${scratch}`]))
    )
    const manifest = await json(join(folder, "package.json"))
    packed.push({
      name: each.split("/").at(-1),
      manifest,
      folder,
      files: files.map(({ path }) => path),
      tarball: join(scratch, filename),
      entries: await entriesOf(folder, manifest)
    })
  }
  return packed
}
