import { execFile } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { createServer } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Command from "./support/command.js"
import * as Upstream from "./support/upstream.js"
import { Simulator } from "./v2/Simulator.js"

const readmes = { "the repository": "../../../README.md", "the gateway": "../README.md" }

const textOf = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

const blocksOf = (text: string, language: string): ReadonlyArray<string> =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, block = ""]) => block)

/** The lines that a diff adds, and the code that it makes. */
const readDiff = (diff: string) => ({
  added: diff.split("\n").filter((line) => line.startsWith("+")),
  code: diff.replaceAll(/^[+ ]/gm, "")
})

/** An application that has the client already, around the layer that a README shows. */
const imports = `import { InboxClient } from "@inbox-effect/client"
import * as Undici from "@inbox-effect/client/undici"
import { Layer } from "effect"
`

const sending = `import { Console, Effect } from "effect"
Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  const { id } = yield* inbox.sendMessage({ threadId: "thread1", content: "On my way" })
  yield* Console.log("Sent " + id)
}).pipe(Effect.provide(InboxLive), Effect.runPromise)
`

const inProcess: Readonly<Record<keyof typeof readmes, (text: string) => string>> = {
  "the repository": (text) => `${imports}${readDiff(blocksOf(text, "diff")[0] ?? "").code}`,
  "the gateway": (text) => blocksOf(text, "ts")[0] ?? ""
}

const freePort = Effect.async<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(port)))
  })
})

/** Code in another language, as far as the gateway can tell: it knows nothing but the base URL and the token. */
const stranger = `const send = async () => {
  const response = await fetch(process.env.INBOX_API_BASE_URL + "/threads/thread1/messages", {
    method: "POST",
    headers: { authorization: "Bearer " + process.env.INBOX_API_TOKEN, "content-type": "application/json" },
    body: JSON.stringify({ content: "On my way" })
  })
  return "Sent " + (await response.json()).id
}
const attempt = () => send().then(console.log, () => setTimeout(attempt, 50))
attempt()
`

/** Commands in place of npm and npx: what is published is not there yet, so the command of this repository runs. */
const commands = (folder: string, command: string): string => {
  const bin = join(folder, "bin")
  mkdirSync(bin)
  const write = (name: string, script: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  write("npm", 'echo "$*" > npm-was-asked-for')
  write("npx", `shift 3; exec "${process.execPath}" "${command}" "$@"`)
  return bin
}

const tokens = { INBOX_API_TOKEN: "Secret0Token1" }

describe.each(Object.entries(readmes))("the README of %s", (name, path) => {
  const text = textOf(path)
  const lines = blocksOf(text, "sh").find((block) => block.includes("npx -p")) ?? ""

  it.scopedLive("shows an Effect application what to add, and it sends", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const code = `${inProcess[name as keyof typeof readmes](text)}\n${sending}`
      const program = yield* Command.bundle(code)
      const { err, out } = yield* Command.run(program, {
        args: [],
        cwd: yield* Command.folder(),
        env: { ...tokens, INBOX_GATEWAY_UPSTREAM: yield* Upstream.serve(simulator) }
      })
      assert.strictEqual(out.trim(), `Sent ${simulator.delivered("thread1")[0]?.id}`, err)
    })
  )

  it.scopedLive("shows everybody else what to run, and their code sends", () =>
    Effect.gen(function* () {
      const simulator = new Simulator()
      const folder = yield* Command.folder()
      writeFileSync(join(folder, "stranger.mjs"), stranger)
      const env = {
        ...tokens,
        PATH: `${commands(folder, yield* Command.bundled)}:${process.env.PATH}`,
        INBOX_GATEWAY_UPSTREAM: yield* Upstream.serve(simulator)
      }
      const follow = (port: number) =>
        Effect.async<{ readonly out: string; readonly err: string }>((resume) => {
          // Whichever of the two ends first, the other one ends with it.
          const script = `${lines.replaceAll("8788", String(port))}
            node stranger.mjs &
            while [ $(jobs -r | wc -l) -eq 2 ]; do sleep 0.2; done
            kill %1 %2; wait`
          execFile("bash", ["-mc", script], { cwd: folder, env }, (_error, out, err) =>
            resume(Effect.succeed({ out, err }))
          )
        })
      // What was free a moment ago may be in use.
      const { out } = yield* Effect.repeat(Effect.flatMap(freePort, follow), {
        until: ({ err }) => !err.includes("is in use"),
        times: 9
      })
      assert.include(out, `Sent ${simulator.delivered("thread1")[0]?.id}`)
      assert.strictEqual(
        readFileSync(join(folder, "inbox-gateway.log"), "utf8").split("\n")[0]?.slice(0, 13),
        "Inbox gateway"
      )
    })
  )
})

describe("the README of the repository", () => {
  const text = textOf(readmes["the repository"])

  it("needs three lines for an Effect application, and three for everybody else", () => {
    const start = text.slice(0, text.indexOf("## Two commands"))
    const [install = "", others = ""] = blocksOf(start, "sh")
    const { added } = readDiff(blocksOf(start, "diff")[0] ?? "")
    assert.lengthOf([...install.trimEnd().split("\n"), ...added], 3)
    assert.lengthOf(others.trimEnd().split("\n"), 3)
  })
})
