import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as TokenCommand from "../../src/cli/tokenCommand.js"

const words: ReadonlyArray<readonly [command: string, words: ReadonlyArray<string>]> = [
  ["vault read  -field=token secret/inbox", ["vault", "read", "-field=token", "secret/inbox"]],
  [`sh -c 'cat "$HOME/token" | tr -d x'`, ["sh", "-c", 'cat "$HOME/token" | tr -d x']],
  [`a "b c" d'e f'g ""`, ["a", "b c", "de fg", ""]],
  ['a "quo\\"te" b\\ c "\\n"', ["a", 'quo"te', "b c", "\\n"]]
]

const refused: ReadonlyArray<readonly [command: string, why: string]> = [
  ["cat token | tr -d x", "a |"],
  ["echo $TOKEN", "a $"],
  ['echo "$TOKEN"', "a $"],
  ["echo `id`", "a `"],
  ["cat ~/token", "a ~"],
  ["a; b", "a ;"],
  ["a > b", "a >"],
  ["a\nb", "a line break"],
  ["echo 'a", "never closed"],
  ["  ", "is empty"]
]

const node = (script: string) => TokenCommand.run([process.execPath, "-e", script], process.env)

describe("--token-command", () => {
  it("splits at white space, with quotes as a shell has them", () => {
    for (const [command, expected] of words) {
      assert.deepStrictEqual(Either.getOrThrow(TokenCommand.words(command)), expected, command)
    }
  })

  it("refuses what only a shell would understand, and names it", () => {
    for (const [command, why] of refused) {
      const problem = Either.getOrThrow(Either.flip(TokenCommand.words(command)))
      assert.match(problem, /^--token-command /)
      assert.include(problem, why)
    }
  })

  it.effect("takes what a command prints, without the line break", () =>
    Effect.gen(function* () {
      const token = yield* node("console.log('s3cret'); process.stdin.on('end', () => {}).resume()")
      assert.strictEqual(Redacted.value(token), "s3cret")
    })
  )

  it.effect("says in one sentence what went wrong, and nothing of what was printed", () =>
    Effect.gen(function* () {
      const failures: ReadonlyArray<readonly [Effect.Effect<Redacted.Redacted, { readonly message: string }>, string]> =
        [
          [
            node("console.log('s3cret'); console.error('s3cret'); process.exit(3)"),
            "failed with exit code 3; run it by hand"
          ],
          [node(""), "printed nothing"],
          [node("process.stdout.write('s3cret'.repeat(20000))"), "printed more than 65536 bytes"],
          [TokenCommand.run(["/does/not/exist"], {}), "was not found"],
          [TokenCommand.run(["/"], {}), "may not be executed"]
        ]
      for (const [run, why] of failures) {
        const { message } = yield* Effect.flip(run)
        assert.match(message, /^the command of --token-command /)
        assert.include(message, why)
        assert.notInclude(message, "s3cret")
      }
    })
  )

  it.live("is killed when it is no longer wanted", () =>
    Effect.gen(function* () {
      yield* Effect.timeoutOption(node("setInterval(() => {}, 1000)"), "20 millis")
    })
  )
})
