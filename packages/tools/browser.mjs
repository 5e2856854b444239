/** The Chromium of this machine, for tests of pages and for pictures of them. */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { chromium } from "playwright-core"

/** The shell is the same browser without windows, and takes half of the time. */
const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Where it is, or `undefined` where there is none on the PATH. */
export const executablePath = (process.env.PATH ?? "")
  .split(delimiter)
  .flatMap((folder) => names.map((name) => join(folder, name)))
  .find(isExecutable)

/** Starts it, without a sandbox of its own (which containers do not allow) and without anything that phones home. */
export const launch = () =>
  chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      "no-sandbox",
      "disable-gpu",
      "disable-quic",
      "disable-dev-shm-usage",
      "no-first-run",
      "renderer-process-limit=1",
      "disable-extensions",
      "disable-default-apps",
      "disable-component-extensions-with-background-pages",
      "disable-background-networking",
      "disable-component-update",
      "disable-sync"
    ].map((flag) => `--${flag}`)
  })
