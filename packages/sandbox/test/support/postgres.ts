import { type ChildProcess, execFile, type SpawnOptions, spawn } from "node:child_process"
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Effect, Redacted, Schedule, type Scope } from "effect"

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Folders in which Debian keeps the programs of each version, newest first; most of them are on nobody's path. */
const debianFolders = (): ReadonlyArray<string> => {
  const versions = "/usr/lib/postgresql"
  try {
    const numbers = readdirSync(versions).sort((a, b) => Number(b) - Number(a))
    return numbers.map((number) => join(versions, number, "bin"))
  } catch {
    return []
  }
}

const folder = [...(process.env.PATH ?? "").split(delimiter), ...debianFolders()].find(
  (candidate) => isExecutable(join(candidate, "initdb")) && isExecutable(join(candidate, "postgres"))
)

/** Tells whether a PostgreSQL can be started here. */
export const installed: boolean = folder !== undefined

if (!installed) {
  // biome-ignore lint/suspicious/noConsole: what is not tested is said aloud.
  console.warn("PostgreSQL is not installed (apt install postgresql): the tests that need one are skipped")
}

const program = (name: string): string => join(folder ?? "", name)

/** PostgreSQL refuses to run as root, so it runs as the user that came with it, or as nobody. */
const owner = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody")
  return { uid: Number(user?.[2] ?? 65_534), gid: Number(user?.[3] ?? 65_534) }
}

const makeFolder = Effect.acquireRelease(
  Effect.sync(() => {
    const path = mkdtempSync(join(tmpdir(), "inbox-pg-"))
    const user = owner()
    if (user !== undefined) chownSync(path, user.uid, user.gid)
    return path
  }),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const urlOf = (path: string, user: string): string => `postgres://${user}@localhost/postgres?host=${path}`

const query = (url: string, statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
    Effect.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
  )

const ended = (server: ChildProcess) =>
  Effect.async<void>((resume) => {
    if (server.exitCode !== null || server.signalCode !== null) return resume(Effect.void)
    server.once("exit", () => resume(Effect.void))
  })

export interface Postgres {
  /** The URL of a new, empty place for tables. */
  readonly fresh: Effect.Effect<string>
  /** The URL of an administrator. */
  readonly url: string
  readonly query: (statement: string) => Effect.Effect<unknown>
  /** Stops the server as a crash would, and starts it again. */
  readonly restart: Effect.Effect<void>
}

/** A PostgreSQL of its own, reached over a socket in a temporary folder, for as long as the scope lives. */
export const start: Effect.Effect<Postgres, never, Scope.Scope> = Effect.gen(function* () {
  const path = yield* makeFolder
  const data = join(path, "data")
  const options: SpawnOptions = { ...owner(), cwd: path, stdio: "ignore", env: { ...process.env, LC_ALL: "C.UTF-8" } }
  const initialize = ["--pgdata", data, "--auth", "trust", "--username", "inbox", "--encoding", "UTF8", "--no-sync"]
  yield* Effect.promise(() => promisify(execFile)(program("initdb"), initialize, { ...owner(), cwd: path }))
  const settings = ["listen_addresses=", `unix_socket_directories=${path}`, "fsync=off", "full_page_writes=off"]
  const flags = ["-D", data, "-F", ...settings.flatMap((setting) => ["-c", setting])]
  const launch = () => spawn(program("postgres"), flags, options)
  const stop = Effect.suspend(() => {
    const running = server
    return Effect.zipRight(
      Effect.sync(() => running.kill("SIGQUIT")),
      ended(running)
    )
  })
  let server = launch()
  yield* Effect.addFinalizer(() => stop)
  const url = urlOf(path, "inbox")
  const ready = query(url, "SELECT 1").pipe(
    Effect.retry(Schedule.whileInput(Schedule.spaced("50 millis"), () => server.exitCode === null)),
    Effect.timeout("4 minutes"),
    Effect.orDie
  )
  yield* ready
  let made = 0
  return {
    url,
    query: (statement) => Effect.orDie(query(url, statement)),
    restart: Effect.zipRight(
      stop,
      Effect.suspend(() => {
        server = launch()
        return ready
      })
    ),
    fresh: Effect.suspend(() => {
      made++
      return Effect.as(query(url, `CREATE SCHEMA place${made}`), `${url}&options=-csearch_path%3Dplace${made}`)
    }).pipe(Effect.orDie)
  }
})
