import * as Crypto from "node:crypto"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import type { Host } from "./host.js"

/** Tells whether this is a step of GitHub Actions, which looks for commands in what is printed. */
export const isInActions = ({ environment }: Pick<Host, "environment">): boolean =>
  environment.GITHUB_ACTIONS === "true"

export const annotations = Effect.promise(() => import("../formats/annotations.js"))

/** Nothing of a text, in which a server's answers are, is taken for a command of the workflow. */
export const quoted = (text: string, host: Pick<Host, "environment">): Effect.Effect<string> =>
  isInActions(host)
    ? Effect.map(annotations, (Annotations) => Annotations.quoted(text, Crypto.randomUUID()))
    : Effect.succeed(text)

/**
 * Adds to the summary of the step, in Actions, what fits into so many bytes of it. A summary that cannot be written
 * changes no verdict.
 */
export const summarise = (
  host: Host,
  render: (limit: number) => Promise<string>
): Effect.Effect<void, never, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const file = host.environment.GITHUB_STEP_SUMMARY ?? ""
    if (!isInActions(host) || file === "") return
    const { limits } = yield* Effect.promise(() => import("../formats/Markdown.js"))
    const files = yield* FileSystem.FileSystem
    const size = yield* Effect.map(files.stat(file), (info) => Number(info.size)).pipe(Effect.orElseSucceed(() => 0))
    const limit = limits.summary - size
    if (limit < limits.comment) return yield* host.err(`the summary of the step has no room for the report\n`)
    yield* files
      .writeFileString(file, yield* Effect.promise(() => render(limit)), { flag: "a" })
      .pipe(Effect.catchAll(() => host.err(`the summary of the step could not be written to ${file}\n`)))
  })
