#!/usr/bin/env node
/**
 * The command `inbox-contract`.
 *
 * @since 0.1.0
 */
import * as Help from "./cli/help.js"
import { columns } from "./cli/page.js"

const words = process.argv.slice(2)

// Everything else is loaded only where there is something to do.
if (Help.isAskedFor(words)) {
  process.stdout.on("error", () => undefined)
  process.stdout.write(Help.render(words[0], columns(process.env, process.stdout)))
} else {
  const { main } = await import("./cli/main.js")
  await main(words)
}
