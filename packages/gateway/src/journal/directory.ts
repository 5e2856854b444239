/**
 * Makes a directory, and gives it a secret that stays.
 */
import { randomBytes } from "node:crypto"
import * as Fs from "node:fs/promises"
import * as Path from "node:path"

const codeOf = (error: unknown): string | undefined => (error as { readonly code?: string }).code

/**
 * Makes a directory, given by its whole path, and those above it, for this user alone. Node's own way to do so never ends
 * where a file system takes no directories.
 */
export const make = async (directory: string): Promise<void> => {
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
