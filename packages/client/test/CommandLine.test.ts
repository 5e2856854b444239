import { assert, describe, it } from "@effect/vitest"
import * as CommandLine from "@inbox-effect/client/CommandLine"

const usage: CommandLine.Usage = {
  flags: {
    "--port": { example: "8787", kind: CommandLine.port, variable: "APP_PORT" },
    "--wait": { example: "25", kind: CommandLine.seconds },
    "--api": { example: "https://example.com/v2", kind: CommandLine.url(["https", "http"]) },
    "--store": { example: "postgres://host/name", kind: CommandLine.url(["postgres"], true) },
    "--mode": { example: "fast", kind: CommandLine.oneOf(["fast", "safe"]) },
    "--name": { example: "shop", isRepeated: true },
    "--quiet": "switch"
  },
  commands: { list: { "--limit": { example: "10", kind: CommandLine.integer(1, 100), isRequired: true } } }
}

const calls: ReadonlyArray<readonly [call: string, fault: string | undefined]> = [
  ["", undefined],
  ["--port 0 --wait=1 --quiet --name a --name b", undefined],
  ["--help", undefined],
  ["list --help", undefined],
  ["--quiet list --limit 5", undefined],
  ["--prot 1", "There is no flag --prot: did you mean --port?"],
  ["--prt=1", "There is no flag --prt: did you mean --port?"],
  ["--frobnicate", "There is no flag --frobnicate"],
  ["-p 1", "There is no flag -p"],
  ["lst", "There is no command lst: did you mean list?"],
  ["serve", "There is no command serve"],
  ["list more --limit 1", 'There is nothing to do with "more"'],
  ["list --port 1", "There is no flag --port"],
  ["list", "--limit is missing: give it, as in --limit 10"],
  ["--port", "--port needs a value, as in --port 8787"],
  ["--port=", "--port needs a value, as in --port 8787"],
  ["--port --quiet", "--port needs a value, as in --port 8787"],
  ["--port 1 --port 2", "--port is given twice: give it once"],
  ["--quiet=no", "--quiet takes no value: give it alone"],
  ["--port 80.5", '--port takes a whole number from 0 to 65535, as in --port 8787, not "80.5"'],
  ["--port -1", '--port takes a whole number from 0 to 65535, as in --port 8787, not "-1"'],
  ["--port 65536", '--port takes a whole number from 0 to 65535, as in --port 8787, not "65536"'],
  ["--wait 3.5", '--wait takes whole seconds, without a unit, from 1 to 86400, as in --wait 25, not "3.5"'],
  ["--wait 25s", '--wait takes whole seconds, without a unit, from 1 to 86400, as in --wait 25, not "25s"'],
  ["--wait 0", '--wait takes whole seconds, without a unit, from 1 to 86400, as in --wait 25, not "0"'],
  ["--wait 1e9", '--wait takes whole seconds, without a unit, from 1 to 86400, as in --wait 25, not "1e9"'],
  ["--mode slow", '--mode takes fast or safe, as in --mode fast, not "slow"'],
  ...["localhost:9", "ftp://h/", "http://", "http://h/?q", "http://h/#f", "http://u:p@h/", "example.com"].map(
    (url) =>
      [
        `--api ${url}`,
        "--api takes a URL that begins with https:// or http://, as in --api https://example.com/v2"
      ] as const
  ),
  ["--store postgres://u:secret@host/name", undefined],
  [
    "--store mysql://u:secret@host/name",
    "--store takes a URL that begins with postgres://, as in --store postgres://host/name"
  ]
]

describe("what is wrong with a call", () => {
  it.each(calls)("%s", (call, fault) => {
    assert.strictEqual(CommandLine.findFault(usage, call.split(" ").filter(Boolean)), fault)
  })

  it("is looked for in the flags of the library as well", () => {
    assert.match(CommandLine.findFault(usage, ["--log-level", "loud"]) ?? "", /^--log-level takes all or trace or /)
  })

  it("is looked for in the environment where the flag is not given", () => {
    const sentence = 'APP_PORT takes a whole number from 0 to 65535, as in APP_PORT=8787, not "many"'
    assert.strictEqual(CommandLine.findFault(usage, [], { APP_PORT: "many" }), sentence)
    assert.isUndefined(CommandLine.findFault(usage, ["--port", "1"], { APP_PORT: "many" }))
    assert.isUndefined(CommandLine.findFault(usage, ["--version"], { APP_PORT: "many" }))
    assert.isUndefined(CommandLine.findFault(usage, [], { APP_PORT: "1" }))
  })
})

describe("the word that was probably meant", () => {
  const known = ["--port", "--host", "--help", "-h"]

  it.each([
    ["--prot", "--port"],
    ["--hots", "--host"],
    ["--hepl", "--help"],
    ["--ports", "--port"],
    ["--sandbox", undefined],
    ["-x", undefined]
  ])("%s", (word, meant) => {
    assert.strictEqual(CommandLine.nearest(word, known), meant)
  })
})
