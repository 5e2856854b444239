/** Programs that are bundled for their size, and imports that are timed cold. */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as Esbuild from "esbuild"
import { median } from "./measure.mjs"

const here = dirname(fileURLToPath(import.meta.url))

const send = (layer) => `
const program = Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage({ threadId: "t1", content: "hi" }))
Effect.runPromise(Effect.provide(program, Layer.provide(InboxClient.layerConfig(), ${layer})))`

const modules = `
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"`

const programs = {
  "sends one message on fetch": `${modules}
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as InboxClient from "@inbox-effect/client/InboxClient"
${send("FetchHttpClient.layer")}`,
  "the same, with imports from the barrels": `
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"
import { InboxClient } from "@inbox-effect/client"
${send("FetchHttpClient.layer")}`,
  "sends one message on our undici layer (undici not bundled)": `${modules}
import * as Undici from "@inbox-effect/client/undici"
import * as InboxClient from "@inbox-effect/client/InboxClient"
${send("Undici.layer()")}`,
  "sends one message on fetch, without an `HttpClient`": `
import * as Effect from "effect/Effect"
import * as Fetch from "@inbox-effect/client/fetch"
import { InboxClient } from "@inbox-effect/client/InboxClient"
const program = Effect.flatMap(InboxClient, (inbox) => inbox.sendMessage({ threadId: "t1", content: "hi" }))
Effect.runPromise(Effect.provide(program, Fetch.layerInboxConfig()))`,
  "decodes a message": `
import * as Schema from "effect/Schema"
import { Message } from "@inbox-effect/client/Message"
globalThis.decode = Schema.decodeUnknownSync(Message)`,
  "`HttpClient` + `schemaBodyJson` on fetch, by hand": `${modules}
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Message } from "@inbox-effect/client/Message"
const request = HttpClientRequest.post("https://inboxapp.com/api/v1/threads/t1/messages").pipe(
  HttpClientRequest.bearerToken("token"), HttpClientRequest.bodyUnsafeJson({ content: "hi" }))
Effect.runPromise(HttpClient.execute(request).pipe(
  Effect.flatMap(HttpClientResponse.schemaBodyJson(Message)), Effect.provide(FetchHttpClient.layer)))`,
  "`HttpApiClient` on fetch, by hand": `${modules}
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import { InboxApi } from "@inbox-effect/client/InboxApi"
Effect.runPromise(HttpApiClient.make(InboxApi).pipe(
  Effect.flatMap((api) => api.messages.sendMessage({ path: { threadId: "t1" }, payload: { content: "hi" } })),
  Effect.provide(FetchHttpClient.layer)))`
}

const bundle = async (contents) => {
  const result = await Esbuild.build({
    stdin: { contents, resolveDir: here, loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    external: ["undici"],
    logLevel: "error"
  })
  return { code: result.outputFiles[0].contents, inputs: Object.keys(result.metafile.inputs) }
}

/** Sizes in bytes, and whether anything of HTTP came along. */
export const sizes = async () => {
  const rows = []
  for (const [name, contents] of Object.entries(programs)) {
    const { code, inputs } = await bundle(contents)
    rows.push({
      name,
      minified: code.length,
      gzipped: gzipSync(code, { level: 9 }).length,
      http: inputs.some((input) => input.includes("@effect/platform/"))
    })
  }
  return rows
}

const timed = (specifier) =>
  Number(
    execFileSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `const start = performance.now(); await import(${JSON.stringify(specifier)}); console.log(performance.now() - start)`
      ],
      { cwd: here }
    )
  )

/** How long a fresh process takes to import each module, in milliseconds: the median of interleaved runs. */
export const imports = async (runs) => {
  const folder = mkdtempSync(join(tmpdir(), "inbox-effect-bench-"))
  try {
    const { code } = await bundle('export * as InboxClient from "@inbox-effect/client/InboxClient"')
    const bundled = join(folder, "bundle.mjs")
    writeFileSync(bundled, code)
    const specifiers = {
      "`@inbox-effect/client/Message`": "@inbox-effect/client/Message",
      "`@inbox-effect/client/InboxClient`": "@inbox-effect/client/InboxClient",
      "the same, bundled": bundled,
      "`@inbox-effect/client/undici`": "@inbox-effect/client/undici",
      "`undici` alone": "undici",
      "`effect` alone, by its barrel": "effect",
      "`zod` alone": "zod"
    }
    const times = Object.fromEntries(Object.keys(specifiers).map((name) => [name, []]))
    for (let run = 0; run < runs; run++) {
      for (const [name, specifier] of Object.entries(specifiers)) times[name].push(timed(specifier))
    }
    return Object.entries(times).map(([name, all]) => ({ name, millis: median(all) }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
