import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { SqliteClient } from "@inbox-effect/sqlite"
import { Array as Arr, Deferred, Effect, Either, Fiber, Layer, TestClock } from "effect"
import Database from "libsql"

const applicationId = 0x1b0c5

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "inbox-sqlite-test-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const temporaryFile = Effect.map(temporaryFolder, (folder) => join(folder, "odd ?#% name.db"))

const createItems = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`CREATE TABLE IF NOT EXISTS items (id TEXT PRIMARY KEY NOT NULL)`
)

const addItem = (id: string | null) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO items ${sql.insert({ id })}`)

const items = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ readonly id: string }>`SELECT id FROM items ORDER BY rowid`
).pipe(Effect.map((rows) => rows.map(({ id }) => id)))

const client = (filename: string, options: Partial<SqliteClient.Options> = {}) =>
  SqliteClient.layer({ filename, applicationId, ...options })

/** Another process's connection, as far as SQLite can tell. */
const stranger = (filename: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new Database(filename)),
    (database) => Effect.sync(() => database.close())
  )

for (const [place, filename] of [
  ["in memory", Effect.succeed(SqliteClient.memory)],
  ["in a file", temporaryFile]
] as const) {
  const withDatabase = <A, E>(body: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    Effect.flatMap(filename, (name) => Effect.provide(Effect.zipRight(createItems, body), client(name))).pipe(
      Effect.scoped
    )

  describe(`a database ${place}`, () => {
    it.live("says whether nobody else can write into it", () =>
      withDatabase(
        Effect.map(SqlClient.SqlClient, (sql) => assert.strictEqual(SqliteClient.isAlone(sql), place === "in memory"))
      )
    )

    it.live("stores what comes together in its order, and refuses nothing but what is wrong", () =>
      withDatabase(
        Effect.gen(function* () {
          const ids = Arr.makeBy(1_200, (index) => (index % 7 === 3 ? null : `item${index}`))
          const outcomes = yield* Effect.forEach(ids, (id) => Effect.either(addItem(id)), { concurrency: "unbounded" })
          assert.deepStrictEqual(
            outcomes.map(Either.isLeft),
            ids.map((id) => id === null)
          )
          assert.deepStrictEqual(
            yield* items,
            ids.filter((id) => id !== null)
          )
        })
      )
    )

    it.live("lets nothing into a transaction that is not part of it, and takes nothing back with it that is not", () =>
      withDatabase(
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const isOpen = yield* Deferred.make<void>()
          const mayEnd = yield* Deferred.make<void>()
          const failing = addItem("inside").pipe(
            Effect.zipRight(Deferred.succeed(isOpen, undefined)),
            Effect.zipRight(Deferred.await(mayEnd)),
            Effect.zipRight(Effect.fail("given up")),
            sql.withTransaction,
            Effect.flip
          )
          const early = yield* Effect.fork(addItem("early"))
          yield* Effect.yieldNow()
          const fiber = yield* Effect.fork(failing)
          yield* Deferred.await(isOpen)
          const outside = yield* Effect.fork(Effect.all([addItem("one"), addItem("two")], { concurrency: 2 }))
          yield* Effect.sleep("20 millis")
          assert.strictEqual((yield* Fiber.poll(outside))._tag, "None")
          yield* Deferred.succeed(mayEnd, undefined)
          assert.strictEqual(yield* Fiber.join(fiber), "given up")
          yield* Fiber.join(early)
          yield* Fiber.join(outside)
          assert.sameMembers([...(yield* items)], ["early", "one", "two"])
        })
      )
    )
  })
}

describe("a database that is closed", () => {
  it.live("refuses statements, and ends no process", () =>
    Effect.gen(function* () {
      const context = yield* Effect.scoped(Layer.build(client(SqliteClient.memory)))
      const outcomes = yield* Effect.all([Effect.either(addItem("late")), Effect.either(addItem("later"))], {
        concurrency: 2
      }).pipe(Effect.provide(context))
      assert.deepStrictEqual(outcomes.map(Either.isLeft), [true, true])
    })
  )

  it.live("has everything in its file, which its owner alone can read", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const modes = yield* Effect.gen(function* () {
        yield* createItems
        yield* addItem("kept")
        return ["", "-wal", "-shm"].map((end) => statSync(`${filename}${end}`).mode & 0o777)
      }).pipe(Effect.provide(client(filename)))
      assert.deepStrictEqual(modes, [0o600, 0o600, 0o600])
      assert.isTrue(readFileSync(filename).includes("kept"))
      rmSync(`${filename}-wal`, { force: true })
      rmSync(`${filename}-shm`, { force: true })
      assert.deepStrictEqual(yield* Effect.provide(items, client(filename)), ["kept"])
    }).pipe(Effect.scoped)
  )
})

describe("a file that is not ours", () => {
  /** The content of a folder: names and bytes. Beside a database that is open, the index of its log may change. */
  const snapshot = (folder: string) =>
    readdirSync(folder)
      .filter((name) => !name.endsWith("-shm"))
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")])

  const refused = (prepare: (filename: string) => Effect.Effect<void>, options?: Partial<SqliteClient.Options>) =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const filename = join(folder, "their ?#% own.db")
      yield* prepare(filename)
      const before = snapshot(folder)
      const error = yield* Effect.flip(Effect.scoped(Layer.build(client(filename, options))))
      assert.deepStrictEqual(snapshot(folder), before)
      return [error.reason, error.message]
    }).pipe(Effect.scoped)

  const theirs = (statements: string) => (filename: string) =>
    Effect.scoped(Effect.map(stranger(filename), (database) => void database.exec(statements)))

  it.live("is refused with a sentence, and nothing is written into it", () =>
    Effect.gen(function* () {
      const text = yield* refused((filename) => Effect.sync(() => writeFileSync(filename, "No database. ".repeat(99))))
      assert.deepStrictEqual(text, ["NotADatabase", "the file is not a SQLite database"])
      const short = yield* refused((filename) => Effect.sync(() => writeFileSync(filename, "x")))
      assert.strictEqual(short[0], "NotADatabase")
      const other = ["OtherApplication", "the file is a database of another application"]
      assert.deepStrictEqual(yield* refused(theirs("PRAGMA application_id = 7; CREATE TABLE x (y)")), other)
      assert.deepStrictEqual(yield* refused(theirs("CREATE TABLE x (y)")), other)
      assert.deepStrictEqual(yield* refused(theirs("CREATE TABLE x (y)"), { adopt: () => false }), other)
    })
  )

  it.live("is told apart although what tells it is still in its log", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const database = yield* stranger(filename)
      database.exec("PRAGMA journal_mode = WAL; CREATE TABLE x (y)")
      const error = yield* Effect.flip(Effect.scoped(Layer.build(client(filename))))
      assert.strictEqual(error.reason, "OtherApplication")
      const adopt = (tables: ReadonlyArray<string>) => tables.includes("x")
      const count = yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT COUNT(*) AS count FROM x`).pipe(
        Effect.provide(client(filename, { adopt }))
      )
      assert.deepStrictEqual(count, [{ count: 0 }])
      assert.deepStrictEqual(yield* Effect.provide(createItems, client(filename)), [])
    }).pipe(Effect.scoped)
  )

  it.live("or has no folder, or cannot be opened, makes nothing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const nowhere = yield* Effect.flip(Effect.scoped(Layer.build(client(join(folder, "no", "such.db")))))
      assert.deepStrictEqual(
        [nowhere.reason, nowhere.message],
        ["NoFolder", "the folder that it should be in does not exist"]
      )
      assert.isFalse(existsSync(join(folder, "no")))
      const directory = yield* Effect.flip(Effect.scoped(Layer.build(client(folder))))
      assert.strictEqual(directory.reason, "Unusable")
    }).pipe(Effect.scoped)
  )
})

describe("a lock of another process", () => {
  const locked = Effect.gen(function* () {
    const filename = yield* temporaryFile
    yield* Effect.provide(createItems, client(filename))
    const other = yield* stranger(filename)
    other.exec("BEGIN IMMEDIATE; INSERT INTO items VALUES ('theirs')")
    return { filename, release: Effect.sync(() => other.exec("COMMIT")) }
  })

  it.effect("is waited for while everything else goes on, and then nothing is missing and nothing there twice", () =>
    Effect.gen(function* () {
      const { filename, release } = yield* locked
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const writers = yield* Effect.fork(
          Effect.all(
            [addItem("one"), addItem("two"), addItem("two"), sql.withTransaction(addItem("three"))].map(Effect.either),
            { concurrency: "unbounded" }
          )
        )
        yield* TestClock.adjust("100 millis")
        assert.strictEqual((yield* Fiber.poll(writers))._tag, "None")
        assert.deepStrictEqual(yield* items, [])
        yield* release
        yield* TestClock.adjust("100 millis")
        const outcomes = yield* Fiber.join(writers)
        assert.deepStrictEqual(outcomes.filter(Either.isLeft).length, 1)
        assert.sameMembers([...(yield* items)], ["theirs", "one", "two", "three"])
      }).pipe(Effect.provide(client(filename)))
    }).pipe(Effect.scoped)
  )

  it.effect("that lasts fails what waits for it, which has done nothing", () =>
    Effect.gen(function* () {
      const { filename, release } = yield* locked
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const writers = yield* Effect.fork(
          Effect.all([addItem("one"), addItem("two"), sql.withTransaction(addItem("three"))].map(Effect.flip), {
            concurrency: "unbounded"
          })
        )
        yield* TestClock.adjust("300 millis")
        const errors = yield* Fiber.join(writers)
        assert.deepStrictEqual(errors.map(SqliteClient.isBusy), [true, true, true])
        yield* release
        assert.deepStrictEqual(yield* items, ["theirs"])
        yield* addItem("later")
        assert.deepStrictEqual(yield* items, ["theirs", "later"])
      }).pipe(Effect.provide(client(filename, { busyTimeout: "100 millis" })))
    }).pipe(Effect.scoped)
  )

  it.effect("keeps a database from being opened, with a sentence", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const other = yield* stranger(filename)
      other.exec("BEGIN EXCLUSIVE")
      const opening = yield* Effect.fork(
        Effect.flip(Effect.scoped(Layer.build(client(filename, { busyTimeout: "200 millis" }))))
      )
      yield* TestClock.adjust("300 millis")
      const error = yield* Fiber.join(opening)
      assert.deepStrictEqual([error.reason, error.message], ["Locked", "another process holds a lock on it"])
    }).pipe(Effect.scoped)
  )

  it.effect("does not keep it from being opened when it ends in time", () =>
    Effect.gen(function* () {
      const filename = yield* temporaryFile
      const other = yield* stranger(filename)
      other.exec("BEGIN EXCLUSIVE")
      const opening = yield* Effect.fork(Effect.provide(createItems, client(filename)))
      yield* TestClock.adjust("100 millis")
      other.exec("COMMIT")
      yield* TestClock.adjust("100 millis")
      yield* Fiber.join(opening)
    }).pipe(Effect.scoped)
  )
})
