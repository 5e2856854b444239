/**
 * Prints a sentence for each import that runs up or closes a circle, and fails if there is one.
 *
 * Usage: node checkImports.mjs
 */
import { fileURLToPath } from "node:url"
import { problems } from "./imports.mjs"

const found = problems(fileURLToPath(new URL("../..", import.meta.url)))
for (const problem of found) process.stderr.write(`${problem}\n`)
if (found.length > 0) process.exitCode = 1
