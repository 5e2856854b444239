import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as InboxError from "@inbox-effect/client/InboxError"
import { expect } from "vitest"

const file = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8")

const code = (path: string): string => `\`\`\`ts\n${file(path).trim()}\n\`\`\``

const blocks: Record<string, string> = {
  "quick start": code("../examples/quickStart.ts"),
  "start within": code("./examples/StartWithin.ts"),
  reconcile: code("./examples/Reconcile.ts"),
  "rate limiter": code("./examples/RateLimiter.ts"),
  "many messages": code("./examples/SendAll.ts"),
  shutdown: code("../examples/shutdown.ts"),
  promise: code("./examples/promise.ts"),
  undici: code("../examples/undici.ts"),
  smallest: code("../examples/smallest.ts"),
  "application test": code("../examples/application.test.ts"),
  telemetry: code("../examples/telemetry.ts"),
  "delivery table": Delivery.toMarkdown()
}

/** The README with its generated blocks as they have to be. */
const expected = Object.entries(blocks).reduce(
  (text, [name, block]) =>
    text.replace(
      new RegExp(`(<!-- ${name}: generated -->\n)[^]*?(<!-- end -->)`),
      (_, start, end) => `${start}\n${block}\n\n${end}`
    ),
  file("../README.md")
)

describe("README", () => {
  it("shows the examples that compile and the table that decides (vitest -u writes them)", async () => {
    for (const block of Object.values(blocks)) assert.include(expected, block)
    await expect(expected).toMatchFileSnapshot("../README.md")
  })

  it("names every error and the end of the API", () => {
    for (const { _tag } of InboxError.InboxError.members) assert.include(expected, `\`${_tag}\``)
    assert.include(expected, "3 December 2026")
  })
})
