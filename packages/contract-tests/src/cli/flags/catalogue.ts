import { type Command, flag } from "./flag.js"
import { none, volume } from "./shared.js"

/** The flags of `list`. */
export const list = {
  ...none,
  summary: "List the requirements, and what a run costs",
  about: "Lists the requirements: id, level and when each holds; and what each budget sends, counted out of its plan.",
  switches: { verbose: "Show what each requirement rests on, and what a client suffers where it does not hold" }
} satisfies Command

/** The flags of `explain`. */
export const explain = {
  ...none,
  summary: "Explain a requirement, and how it is tested",
  about:
    "Explains a requirement: when it holds, the sentence that it rests on, what a client suffers, what the kit sends to test it, and how to test or to excuse it alone.",
  operand: flag("ID", "semantics.content", "A requirement, or the beginning of some. Without it, all are listed"),
  switches: { verbose: "Show everything that is sent to test it, and every server that breaks it" },
  examples: [["explain auth.near", "explains one requirement"]]
} satisfies Command

/** The flags of `self-test`. */
export const selfTest = {
  ...none,
  summary: "Test the kit itself, on its own broken and correct servers",
  about:
    "Runs the kit on its own servers: broken ones, each of whose faults it has to find, and correct but unusual ones, with which it may find no fault. Prints the score, and a line to reproduce for everything that is wrong.",
  single: {
    sample: flag(
      "N",
      "20",
      "Number of servers to test, spread over as many requirements as possible. Default: 66, which take two minutes on two free cores"
    ),
    budget: volume.budget,
    seed: flag("N", "42", "The same seed sends the same requests. Default: 1"),
    concurrency: flag("N", "2", "Servers side by side. Default: one for each core")
  },
  several: {
    only: flag("ID,..", "trims-both,semantics", "Only these servers, or those that break these requirements"),
    report: flag(
      "json=FILE",
      "json=score.json",
      "Write a report. A FILE of - is standard output, which then has nothing else"
    )
  },
  switches: { all: "Every server there is: takes an hour of one core", verbose: "Show every server" },
  exitCodes: [
    ["0", "every fault was found, and nothing else"],
    ["1", "a fault was not found, or something was called a fault that is none"],
    ["2", "wrong usage"],
    ["3", "not every server was tested"]
  ],
  examples: [["self-test --only trims-both --seed 1", "tests the kit on one broken server"]]
} satisfies Command

/** The flags of `openapi`. */
export const openapi = {
  ...none,
  summary: "Print the contract as an OpenAPI 3.1 document",
  about: "Prints the contract as an OpenAPI 3.1 document."
} satisfies Command
