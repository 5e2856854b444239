import { execFile } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Command from "./support/command.js"
import * as Upstream from "./support/upstream.js"
import { Simulator } from "./v2/Simulator.js"

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const text = readFileSync(file("../Containerfile"), "utf8").replaceAll("\\\n", " ")

const manifestOf = (name: string) =>
  JSON.parse(readFileSync(file(`../../${name}/package.json`), "utf8")) as {
    readonly bin: Readonly<Record<string, string>>
    readonly dependencies?: Readonly<Record<string, string>>
    readonly devDependencies: Readonly<Record<string, string>>
  }

const gateway = manifestOf("gateway")

/** The last instruction of a kind, without its name. */
const last = (instruction: string): string =>
  [...text.matchAll(new RegExp(`^${instruction} (.*)$`, "gm"))].at(-1)?.[1] ?? ""

/** The packages of this repository that a package needs, itself among them. */
const closure = (name: string): ReadonlySet<string> => {
  const own = Object.keys(manifestOf(name).dependencies ?? {}).flatMap(
    (each) => /^@inbox-effect\/(.*)$/.exec(each)?.[1] ?? []
  )
  return new Set([name, ...own.flatMap((each) => [...closure(each)])])
}

const environment = Object.fromEntries(
  last("ENV")
    .split(" ")
    .map((pair) => pair.split("=") as [string, string])
)

describe("the container file", () => {
  it("packs what the gateway needs of this repository, and builds it first", () => {
    const packed = /for name in ([a-z ]+);/.exec(text)?.[1]?.split(" ")
    assert.sameMembers(packed ?? [], [...closure("gateway")])
    const built = [...(/tsc -b ([^&]+)/.exec(text)?.[1] ?? "").matchAll(/packages\/([a-z]+)/g)].map(
      ([, name = ""]) => name
    )
    assert.sameMembers(built, packed ?? [])
    for (const name of built) assert.isTrue(existsSync(file(`../../${name}/tsconfig.json`)))
  })

  it("installs the peers in the versions that were tested", () => {
    const versions = { ...gateway.dependencies, ...gateway.devDependencies }
    const installed = [...text.matchAll(/ ((?:@effect\/)?[a-z]+)@(\d\S*)/g)]
    assert.isAtLeast(installed.length, 3)
    for (const [, name = "", version] of installed) assert.strictEqual(versions[name], version, name)
  })

  it("runs the command of the package, as a user without rights, with its journal on a volume of that user's", () => {
    const [node, command = ""] = JSON.parse(last("ENTRYPOINT"))
    assert.strictEqual(node, "node")
    assert.strictEqual(
      command,
      `/app/node_modules/@inbox-effect/gateway/${gateway.bin["inbox-gateway"]?.replace("./", "")}`
    )
    assert.strictEqual(last("USER"), "node")
    const journal = environment.INBOX_GATEWAY_JOURNAL
    assert.strictEqual(last("VOLUME"), journal)
    assert.match(text, new RegExp(`^RUN mkdir ${journal} && chown node ${journal}$`, "m"))
    assert.isBelow(text.indexOf(`chown node ${journal}`), text.indexOf("USER node"))
  })

  it.scopedLive("knows by its health check whether the gateway is ready, with the variables that it sets", () =>
    Effect.gen(function* () {
      const port = last("EXPOSE")
      const [cmd, ...words] = JSON.parse(last("HEALTHCHECK CMD"))
      assert.strictEqual(cmd, "node")
      assert.include(words.join(" "), `127.0.0.1:${port}/`)
      const check = (url: string) =>
        Effect.async<number>((resume) => {
          const args = words.map((word: string) => word.replace(`http://127.0.0.1:${port}`, new URL(url).origin))
          const child = execFile(process.execPath, args, () => resume(Effect.succeed(child.exitCode ?? -1)))
        })
      const running = yield* Command.start(yield* Command.bundled, {
        args: [],
        env: {
          ...environment,
          INBOX_GATEWAY_JOURNAL: yield* Command.folder(),
          INBOX_GATEWAY_PORT: "0",
          INBOX_GATEWAY_UPSTREAM: yield* Upstream.serve(new Simulator())
        }
      })
      assert.strictEqual(yield* check(running.url), 0)
      running.child.kill("SIGTERM")
      yield* Command.ended(running)
      assert.strictEqual(running.child.exitCode, 0)
      assert.strictEqual(yield* check(running.url), 1)
    })
  )
})
