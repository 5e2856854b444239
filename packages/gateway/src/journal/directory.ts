/**
 * Gives a directory one owner at a time, and a secret that stays.
 */
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs/promises"
import * as Path from "node:path"

/** Another process works with the directory. */
export class InUse extends Error {
  override readonly name = "InUse"
}

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === "EPERM"
  }
}

/** In containers every process is number 1: a number that is our own is left from an earlier start. */
const isTaken = (text: string): boolean => {
  const pid = Number(text)
  return Number.isSafeInteger(pid) && pid > 0 && pid !== process.pid && isAlive(pid)
}

const held = new Set<string>()

/** Makes a directory and those above it. Node's own way to do so never ends where a file system takes no directories. */
const make = async (directory: string): Promise<void> => {
  try {
    await Fs.mkdir(directory, { mode: 0o700 })
  } catch (error) {
    const above = Path.dirname(directory)
    if (codeOf(error) === "EEXIST") return
    if (codeOf(error) !== "ENOENT" || above === directory) throw error
    if (await Fs.stat(above).catch(() => undefined)) throw error
    await make(above)
    await Fs.mkdir(directory, { mode: 0o700 })
  }
}

/** Takes the directory for this process. */
export const take = async (directory: string): Promise<void> => {
  await make(Path.resolve(directory))
  const real = await Fs.realpath(directory)
  const path = Path.join(directory, "owner")
  const owner = await Fs.readFile(path, "utf8").catch(() => "")
  if (held.has(real) || isTaken(owner)) {
    throw new InUse(`${directory} is in use by process ${held.has(real) ? process.pid : Number(owner)}`)
  }
  await Fs.writeFile(path, String(process.pid), { mode: 0o600 })
  held.add(real)
}

/** Gives the directory back. */
export const release = async (directory: string): Promise<void> => {
  held.delete(await Fs.realpath(directory))
  await Fs.rm(Path.join(directory, "owner"), { force: true })
}

const secretBytes = 32

/** The secret of the directory: read, or made and written down the first time. */
export const secret = async (directory: string): Promise<Buffer> => {
  const path = Path.join(directory, "secret")
  const known = await Fs.readFile(path).catch(() => undefined)
  if (known?.length === secretBytes) return known
  if (known !== undefined) throw new Error(`${path} is damaged: it has to have ${secretBytes} bytes`)
  const made = randomBytes(secretBytes)
  await Fs.writeFile(`${path}.new`, made, { mode: 0o600, flush: true } as never)
  await Fs.rename(`${path}.new`, path)
  return made
}
