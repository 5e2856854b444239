import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { assert, it } from "@effect/vitest"
import * as Esbuild from "esbuild"

const smallest = `
import * as Effect from "effect/Effect"
import * as Fetch from "@inbox-effect/client/fetch"
import { InboxClient } from "@inbox-effect/client/InboxClient"
const program = Effect.flatMap(InboxClient, (inbox) => inbox.sendMessage({ threadId: "t1", content: "hi" }))
Effect.runPromise(Effect.provide(program, Fetch.layerInboxConfig()))`

it("the smallest program that sends a message has at most 90 KiB, minified and gzipped, and no HttpClient", async () => {
  const { metafile, outputFiles } = await Esbuild.build({
    stdin: { contents: smallest, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    conditions: ["@inbox-effect/source"]
  })
  const [file] = outputFiles
  assert.isAtMost(gzipSync(file?.contents ?? "", { level: 9 }).length, 90 * 1024)
  assert.deepStrictEqual(
    Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
        bytesInOutput > 0 && path.includes("@effect/platform/") ? [path.replace(/^.*\//, "")] : []
      )
    ),
    ["Headers.js"]
  )
})
