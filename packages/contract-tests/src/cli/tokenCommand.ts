/**
 * The command that prints the token.
 *
 * @since 0.1.0
 */
import { execFile } from "node:child_process"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import { TokenFailed } from "../model/Target.js"
import type { Environment, Read } from "./read.js"

/** Characters that only a shell would give a meaning. */
const ofShell = /[|&;<>()$`*?~\n]/

/**
 * Splits a command into words: at white space, with quotes as a shell has them and nothing else of a shell. Left is a
 * sentence about the first character that only a shell would understand.
 */
export const words = (command: string): Read<readonly [file: string, ...args: ReadonlyArray<string>]> =>
  Either.gen(function* () {
    const found: Array<string> = []
    let word: string | undefined
    for (const [piece] of command.trim().matchAll(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|\s+|./gs)) {
      if (/^\s/.test(piece) && !piece.includes("\n")) {
        if (word !== undefined) found.push(word)
        word = undefined
        continue
      }
      const isQuoted = /^["'\\]./s.test(piece)
      const inner = piece.startsWith("\\") ? piece.slice(1) : isQuoted ? piece.slice(1, -1) : piece
      if (!isQuoted && /['"\\]/.test(piece))
        return yield* Either.left("--token-command has a quote that is never closed")
      const meant = piece.startsWith('"')
        ? /[$`]/.exec(inner.replace(/\\./gs, ""))
        : isQuoted
          ? null
          : ofShell.exec(piece)
      if (meant !== null) {
        return yield* Either.left(
          `--token-command has ${meant[0] === "\n" ? "a line break" : `a ${meant[0]}`}, which only a shell understands; put quotes around it, or write sh -c '...'`
        )
      }
      word = (word ?? "") + (piece.startsWith('"') ? inner.replace(/\\([\\"$`])/g, "$1") : inner)
    }
    if (word !== undefined) found.push(word)
    const [file, ...args] = found
    return file === undefined
      ? yield* Either.left("--token-command is empty; give a command that prints the token")
      : [file, ...args]
  })

/** Milliseconds that a command may take, and bytes that it may print. */
const limits = { timeout: 30_000, bytes: 65_536 } as const

/**
 * Runs a command for the token that it prints. Nothing of its output is in an error: any of it may be the secret. It is
 * killed when it takes too long, prints too much, or is no longer wanted.
 */
export const run = (
  [file, ...args]: readonly [file: string, ...args: ReadonlyArray<string>],
  environment: Environment
): Effect.Effect<Redacted.Redacted, TokenFailed> =>
  Effect.async((resume, signal) => {
    const child = execFile(
      file,
      args,
      {
        env: environment,
        timeout: limits.timeout,
        maxBuffer: limits.bytes,
        killSignal: "SIGKILL",
        signal,
        windowsHide: true
      },
      (error, out) => {
        const token = out.trim()
        resume(
          error === null && token !== ""
            ? Effect.succeed(Redacted.make(token))
            : Effect.fail(
                new TokenFailed({
                  message: `the command of --token-command ${error === null ? "printed nothing" : problemOf(error)}`
                })
              )
        )
      }
    )
    // A command that asks for something would wait for ever.
    child.stdin?.on("error", () => undefined).end()
  })

/** Describes the failure of a command, and what to do. */
const problemOf = ({ code, killed }: { readonly code?: unknown; readonly killed?: unknown }): string => {
  switch (code) {
    case "ENOENT":
      return "was not found; give the path of a program, and write sh -c '...' for what only a shell knows"
    case "EACCES":
      return "may not be executed; give the path of a program"
    case "ERR_CHILD_PROCESS_STDIO_MAXBUFFER":
      return `printed more than ${limits.bytes} bytes; it has to print the token and nothing else`
    default:
      return killed === true
        ? `took longer than ${limits.timeout / 1_000} s; it has to print the token and end, without asking for anything`
        : `failed${typeof code === "number" ? ` with exit code ${code}` : ""}; run it by hand to see why`
  }
}
