import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import projects from "../vitest.workspace.js"

/** Tests run on the sources: no build comes first. */
const conditions = ["@inbox-effect/source"]

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects,
    // A test that never ends is told from one on a machine that is busy: nothing else is timed.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Tests wait for a third of their time: three workers keep two cores busy, and leave servers under test their share.
    maxWorkers: 3,
    // Fewer than at most would let the pool end workers that have work left, since they are shared by files.
    minWorkers: 3,
    // Files share what they import, which costs more than most of them take to run. What they have in common is the
    // registry of metrics, of which a test takes the difference.
    poolOptions: { forks: { isolate: false } }
  }
})
