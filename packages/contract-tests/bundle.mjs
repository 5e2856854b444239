/** Makes the command `inbox-contract`, in dist/command or in the folder that is given. */
import { fileURLToPath } from "node:url"
import { bundle } from "../tools/bundle.mjs"

const entries = { "inbox-contract": "src/bin.ts", worker: "src/cli/selfTest/worker.ts" }

await bundle(fileURLToPath(new URL(".", import.meta.url)), entries, process.argv[2])
