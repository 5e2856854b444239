/**
 * Measures what the size of a thread costs: a send with a page open, the list of threads, and "delete all", for threads of
 * several sizes that are written into the file. Prints Markdown, and asserts nothing.
 *
 * `BENCH_SIZES` (1000,100000,1000000) makes it longer or shorter.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { get } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "libsql"
import { run, sandbox, start } from "./load.mjs"

const sizes = (process.env.BENCH_SIZES ?? "1000,100000,1000000").split(",").map(Number)

const threadId = "sandboxthread00000000001"

const print = (text) => process.stdout.write(`${text}\n`)

/** Writes so many messages into the thread. */
const grow = (file, count) => {
  const database = new Database(file)
  database.exec(`WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})
    INSERT INTO messages (
      id, thread_id, team_id, platform, created_at, content, author_id, origin, reply_data, forward_data, entities,
      attachment, reactions, is_encrypted, is_edited
    ) SELECT 'big' || n, '${threadId}', team_id, 'twitter', n, 'message ' || n, 'author1', 'api', 'null', 'null', 'null',
      'null', '[]', 0, 0 FROM numbers, threads WHERE threads.id = '${threadId}'`)
  database.close()
}

const timed = async (act) => {
  const began = performance.now()
  await act()
  return performance.now() - began
}

const ask = (server, method, path) => fetch(new URL(`/sandbox${path}`, server.url), { method }).then((a) => a.text())

/** Deletes everything, and says how long others had to wait at most meanwhile. */
const deleteAll = async (server) => {
  let isOver = false
  let longest = 0
  const others = async () => {
    while (!isOver) longest = Math.max(longest, await timed(() => ask(server, "GET", "/settings")))
  }
  const waiting = others()
  const millis = await timed(() => ask(server, "DELETE", "/messages"))
  isOver = true
  await waiting
  return { millis, longest }
}

const measure = async (size) => {
  const folder = mkdtempSync(join(tmpdir(), "inbox-big-"))
  const file = join(folder, "inbox.db")
  const flags = sandbox("--database", file)
  await (await start("sandbox", flags)).stop()
  grow(file, size)
  const server = await start("sandbox", flags)
  const page = get(new URL("/sandbox/events", server.url), (answer) => answer.resume())
  page.on("error", () => {})
  await run(server, 500, 16)
  const { micros } = await run(server, 2_000, 16)
  const list = await timed(() => ask(server, "GET", "/threads"))
  const { longest, millis } = await deleteAll(server)
  page.destroy()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
  return [size, micros.toFixed(0), list.toFixed(1), ((1_000 * millis) / (size + 2_500)).toFixed(1), longest.toFixed(0)]
}

print(
  "| messages in the thread | a send, us of CPU | list of threads, ms | delete all, ms per 1,000 | others wait, ms at most |"
)
print("| ---: | ---: | ---: | ---: | ---: |")
for (const size of sizes) print(`| ${(await measure(size)).join(" | ")} |`)
