import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import Database from "libsql"
import { OpenError } from "../OpenError.js"

/** The marks by which a file says whose it is. */
export interface Ownership {
  readonly applicationId: number
  readonly adopt: (tables: ReadonlyArray<string>) => boolean
}

const magic = "SQLite format 3\0"

const headerBytes = 100

/** Offset of the application's number in the header, in bytes. */
const applicationIdAt = 68

/** Makes the file where there is none, for its owner alone. The files beside it get the same mode from the driver. */
export const createMissing = (path: string): void => {
  if (!existsSync(dirname(path))) {
    throw new OpenError({ reason: "NoFolder", message: "the folder that it should be in does not exist" })
  }
  try {
    closeSync(openSync(path, "wx", 0o600))
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error
  }
}

const readHeader = (path: string): Buffer => {
  const header = Buffer.alloc(headerBytes)
  const file = openSync(path, "r")
  try {
    return header.subarray(0, readSync(file, header, 0, headerBytes, 0))
  } finally {
    closeSync(file)
  }
}

const tablesOf = (location: string): ReadonlyArray<string> => {
  const database = new Database(location)
  try {
    const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
    return rows.map((row) => String((row as Record<string, unknown>).name))
  } finally {
    database.close()
  }
}

/** Lists the tables of a copy: to open a database whose newest part is still in its log would write into it. */
const tablesOfCopy = (path: string): ReadonlyArray<string> => {
  const folder = mkdtempSync(join(tmpdir(), "inbox-sqlite-"))
  try {
    const copy = join(folder, "copy.db")
    copyFileSync(path, copy)
    copyFileSync(`${path}-wal`, `${copy}-wal`)
    return tablesOf(copy)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const hasLog = (path: string): boolean => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0

/** Lists the tables, and writes nothing, neither into the file nor beside it. */
const listTables = (path: string): ReadonlyArray<string> =>
  hasLog(path) ? tablesOfCopy(path) : tablesOf(`${pathToFileURL(path).href}?immutable=1`)

const notADatabase = () => new OpenError({ reason: "NotADatabase", message: "the file is not a SQLite database" })

const otherApplication = () =>
  new OpenError({ reason: "OtherApplication", message: "the file is a database of another application" })

/** Throws unless the file may be written into: it is new, marked as ours, or has the tables that are adopted. */
export const claim = (path: string, { adopt, applicationId }: Ownership): void => {
  createMissing(path)
  const header = readHeader(path)
  if (header.length === 0) return
  if (header.length < headerBytes || header.toString("latin1", 0, magic.length) !== magic) throw notADatabase()
  const found = header.readInt32BE(applicationIdAt)
  if (found === applicationId) return
  if (found !== 0) throw otherApplication()
  const tables = listTables(path)
  if (tables.length > 0 && !adopt(tables)) throw otherApplication()
}
