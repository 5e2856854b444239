import * as Fs from "node:fs"
import * as Path from "node:path"
import { type Browser, chromium } from "playwright-core"

/** The shell is the same browser without windows, and takes half of the time. */
const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]

/** The browser of this machine, where there is one. */
export const executable: string | undefined = (process.env.PATH ?? "")
  .split(Path.delimiter)
  .flatMap((folder) => names.map((name) => Path.join(folder, name)))
  .find((file) => Fs.existsSync(file))

/** Starts it without its own sandbox, which containers forbid, and without what it would load in the background. */
export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      "no-sandbox",
      "disable-gpu",
      "disable-quic",
      "disable-dev-shm-usage",
      "renderer-process-limit=1",
      "disable-extensions",
      "disable-background-networking",
      "disable-component-update"
    ].map((flag) => `--${flag}`)
  })
