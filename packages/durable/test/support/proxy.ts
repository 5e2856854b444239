import { mkdtempSync, rmSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"

/** The way to a PostgreSQL, which can be made a bad one. */
export interface Proxy {
  readonly url: string
  /** Ends all connections. */
  readonly cut: Effect.Effect<void>
  /** Answers no new connection, also not later. */
  readonly ignore: Effect.Effect<void>
  /** Lets new connections reach the server again. */
  readonly answer: Effect.Effect<void>
  /** Number of connections that are not answered. */
  readonly ignored: Effect.Effect<number>
}

const file = ".s.PGSQL.5432"

/** Makes a way to the server of a URL, for as long as the scope is open. */
export const make = (url: string): Effect.Effect<Proxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const target = new URL(url)
    const server = join(target.searchParams.get("host") ?? "", file)
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-way-"))),
      (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
    )
    const open = new Set<Socket>()
    const ignored = new Set<Socket>()
    let isIgnoring = false
    const keep = (socket: Socket) => {
      open.add(socket)
      socket.on("error", () => undefined)
      socket.on("close", () => {
        open.delete(socket)
        ignored.delete(socket)
      })
    }
    const forward = (socket: Socket) => {
      const other = connect(server)
      keep(other)
      socket.pipe(other).pipe(socket)
    }
    const cut = Effect.sync(() => {
      for (const socket of open) socket.destroy()
    })
    yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const listener = createServer((socket) => {
          keep(socket)
          if (isIgnoring) ignored.add(socket)
          else forward(socket)
        })
        listener.listen(join(folder, file), () => resume(Effect.succeed(listener)))
      }),
      (listener) =>
        Effect.zipRight(
          cut,
          Effect.async<void>((resume) => void listener.close(() => resume(Effect.void)))
        )
    )
    target.searchParams.set("host", folder)
    return {
      url: target.href,
      cut,
      ignore: Effect.sync(() => {
        isIgnoring = true
      }),
      answer: Effect.sync(() => {
        isIgnoring = false
      }),
      ignored: Effect.sync(() => ignored.size)
    }
  })
