import type { Browser } from "playwright-core"

/** Where the Chromium of this machine is, or `undefined` where there is none on the PATH. */
export declare const executablePath: string | undefined

/** Starts it, without a sandbox of its own and without anything that phones home. */
export declare const launch: () => Promise<Browser>
