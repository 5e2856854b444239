/**
 * Runs the command of the kit with the words after `npm start --`. The command itself may be left out: it is `run` then.
 */
const { argv } = process
const [first] = argv.slice(2)
const hasCommand = first !== undefined && !first.startsWith("-")
process.argv = [...argv.slice(0, 2), ...(hasCommand ? [] : ["run"]), ...argv.slice(2)]

await import("../contract-tests/dist/command/inbox-contract.js")
