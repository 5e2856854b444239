import * as CommandLine from "@inbox-effect/client/CommandLine"

const usage = { flags: { "--port": { example: "8787", kind: CommandLine.port, variable: "APP_PORT" } } }

CommandLine.findFault(usage, ["--prot", "1"]) // "There is no flag --prot: did you mean --port?"
