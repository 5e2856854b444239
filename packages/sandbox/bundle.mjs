/** Makes the command `inbox-sandbox`, in dist/command or in the folder that is given. */
import { fileURLToPath } from "node:url"
import { bundle } from "../tools/bundle.mjs"

await bundle(fileURLToPath(new URL(".", import.meta.url)), { "inbox-sandbox": "src/bin.ts" }, process.argv[2])
