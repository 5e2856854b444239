import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"

const source = (name: string): URL => new URL(`../src/${name}.ts`, import.meta.url)

const importsOf = (file: URL): ReadonlyArray<string> =>
  [
    ...readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )(?:\*(?: as \w+)?|\{[^}]*\}) from "([^"]+)"/gm)
  ].map((match) => match[1] as string)

/** Every package that a module of ours reaches through its imports. */
const reached = (entry: string): ReadonlySet<string> => {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith(".")) visit(new URL(specifier.replace(/\.js$/, ".ts"), file))
      else packages.add(specifier)
    }
  }
  visit(source(entry))
  return packages
}

describe("imports", () => {
  it("finds the imports of a module that does use HTTP", () => {
    assert.include([...reached("InboxApi")], "@effect/platform/HttpApi")
  })

  it.each(["Identifier", "Rfc3339", "Message", "SendMessage"])("%s pulls in no HTTP", (name) => {
    const packages = [...reached(name)]
    assert.isNotEmpty(packages)
    assert.deepStrictEqual(
      packages.filter((specifier) => !specifier.startsWith("effect/")),
      []
    )
  })

  const entries: ReadonlyArray<readonly [entry: string, peers: ReadonlyArray<string>]> = [
    ["index", []],
    ["promise", []],
    ["fetch", []],
    ["undici", ["undici", "node:zlib"]],
    ["RedisRateLimiter", ["ioredis", "@effect/experimental/RateLimiter"]]
  ]

  it.each(entries)("%s uses no barrel and no package beyond its peers", (entry, peers) => {
    const packages = [...reached(entry)]
    assert.deepStrictEqual(
      packages.filter(
        (specifier) => !/^(effect|@effect\/platform)\/[A-Z]\w*$/.test(specifier) && !peers.includes(specifier)
      ),
      []
    )
  })

  it("knows of time and chance by Clock and Random alone", () => {
    const root = new URL("../src/", import.meta.url)
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"))
    assert.include(files, "RetryPolicy.ts")
    // The timer of the live clock, which other clocks do not use.
    const timers = files.filter((name) => /\bsetTimeout\b/.test(readFileSync(new URL(name, root), "utf8")))
    assert.deepStrictEqual(timers, ["internal/http/web.ts"])
    for (const name of files) {
      assert.notMatch(
        readFileSync(new URL(name, root), "utf8"),
        /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bsetInterval\b|\bperformance\.now\b/,
        name
      )
    }
  })
})
